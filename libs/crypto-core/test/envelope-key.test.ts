import { createHmac } from 'node:crypto';
import {
  type EnvelopeKey,
  envelopeKey,
  open,
  openWith,
  seal,
  sealWith,
  SecretBytes,
  SUITE_NAMES,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { refusal, rejection } from './refusal.ts';

const keyBytes = new Uint8Array(32).fill(0x42);
const secret = SecretBytes.copyOf(keyBytes);
const key = envelopeKey(secret, 'hsm:7');
const opening = { context: 'customer-pii' };

/** A key behind a wire, as a token is: asked for HMAC-SHA-256 and nothing else. */
function tokenKey(keyId: string): EnvelopeKey & { readonly asked: number[] } {
  const asked: number[] = [];
  const hmac = (message: Uint8Array): Buffer => createHmac('sha256', keyBytes).update(message).digest();
  return {
    keyId,
    asked,
    async expand(info, length) {
      asked.push(length);
      const first = await Promise.resolve(hmac(Buffer.concat([info, Uint8Array.of(1)])));
      const second = await Promise.resolve(hmac(Buffer.concat([first, info, Uint8Array.of(2)])));
      return SecretBytes.takeFrom(Buffer.concat([first, second]).subarray(0, length));
    },
  };
}

describe('an envelope under a key that is asked', () => {
  it.each(SUITE_NAMES)('of %s is the same as under the key in memory, both ways', async (suite) => {
    const token = tokenKey('hsm:7');
    const plaintext = utf8('IBAN of customer 42');
    const sealed = await sealWith(token, plaintext, { ...opening, suite });
    using opened = open(secret, sealed, opening);
    expect(opened.equals(plaintext)).toBe(true);
    const inMemory = seal(secret, plaintext, { ...opening, keyId: 'hsm:7', suite });
    using openedByToken = await openWith(token, inMemory, opening);
    expect(openedByToken.equals(plaintext)).toBe(true);
    expect(token.asked).toEqual([64, 64]);
  });

  it('takes a secret as its plaintext', async () => {
    using plaintext = SecretBytes.random(50);
    using opened = await openWith(key, await sealWith(key, plaintext, opening), opening);
    expect(opened.equals(plaintext)).toBe(true);
  });

  it('is opened by the key that its header names, and no other key is asked', async () => {
    const sealed = await sealWith(key, utf8('x'), opening);
    const right = tokenKey('hsm:7');
    const wrong = tokenKey('hsm:8');
    using opened = await openWith(
      (keyId) => [wrong, right].find((one) => one.keyId === keyId),
      sealed,
      opening,
    );
    expect(opened.length).toBe(1);
    expect(wrong.asked).toEqual([]);
    for (const attempt of [wrong, () => wrong, () => undefined, () => Promise.resolve(undefined)]) {
      expect((await rejection(openWith(attempt, sealed, opening), [keyBytes])).code).toBe('envelope-refused');
    }
    expect(wrong.asked).toEqual([]);
  });

  it('is refused under another context, with a bit flipped, or with no envelope around it', async () => {
    const sealed = await sealWith(key, utf8('x'), opening);
    const flipped = sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));
    const refused = [openWith(key, sealed, { context: 'other' }), openWith(key, flipped, opening)];
    for (const attempt of refused) expect((await rejection(attempt)).code).toBe('envelope-refused');
    expect((await rejection(openWith(key, sealed.subarray(0, 50), opening))).code).toBe('envelope-malformed');
  });

  it('passes the error of the key and of the look-up on', async () => {
    const sealed = await sealWith(key, utf8('x'), opening);
    const absent: EnvelopeKey = { keyId: 'hsm:7', expand: () => Promise.reject(new Error('token removed')) };
    await expect(sealWith(absent, utf8('x'), opening)).rejects.toThrow('token removed');
    await expect(openWith(absent, sealed, opening)).rejects.toThrow('token removed');
    const failing = (): never => {
      throw new Error('key store closed');
    };
    await expect(openWith(failing, sealed, opening)).rejects.toThrow('key store closed');
  });

  it('refuses a key that gives too much or too little, and wipes what it gave', async () => {
    const given: SecretBytes[] = [];
    const wrong: EnvelopeKey = {
      keyId: 'hsm:7',
      expand(_info, length) {
        const output = SecretBytes.random(length + 1);
        given.push(output);
        return output;
      },
    };
    expect(await rejection(sealWith(wrong, utf8('x'), opening))).toMatchObject({
      code: 'length-mismatch',
      value: '65 bytes',
      limit: '64 bytes',
    });
    expect(given.map(({ disposed }) => disposed)).toEqual([true]);
  });

  it('disposes of what the key gave', async () => {
    const given: SecretBytes[] = [];
    const watched: EnvelopeKey = {
      keyId: 'hsm:7',
      async expand(info, length) {
        const output = await key.expand(info, length);
        given.push(output);
        return output;
      },
    };
    using opened = await openWith(watched, await sealWith(watched, utf8('x'), opening), opening);
    expect(opened.length).toBe(1);
    expect(given.map(({ disposed }) => disposed)).toEqual([true, true]);
  });

  it('refuses a malformed key id, context or plaintext before the key is asked', async () => {
    const nameless = { ...tokenKey('hsm:7'), keyId: 'a b' };
    expect((await rejection(sealWith(nameless, utf8('x'), opening))).code).toBe('key-id-malformed');
    const token = tokenKey('hsm:7');
    expect((await rejection(sealWith(token, utf8('x'), { context: '' }))).code).toBe('context-malformed');
    const longest = new Uint8Array(64 * 1024 * 1024 + 1);
    expect((await rejection(sealWith(token, longest, opening))).code).toBe('plaintext-too-long');
    expect(token.asked).toEqual([]);
  });
});

describe('a key in memory', () => {
  it('is refused with another length or a malformed id', () => {
    using short = SecretBytes.random(31);
    expect(refusal(() => envelopeKey(short, 'k'))).toMatchObject({ code: 'key-length', limit: '32 bytes' });
    expect(refusal(() => envelopeKey(secret, '')).code).toBe('key-id-malformed');
  });

  it('is gone with its secret', async () => {
    const own = SecretBytes.random(32);
    const gone = envelopeKey(own, 'k');
    own[Symbol.dispose]();
    expect((await rejection(sealWith(gone, utf8('x'), opening))).code).toBe('secret-disposed');
  });
});
