import {
  Ed25519SigningKey,
  fromHex,
  SecretBytes,
  toHex,
  verifyEd25519,
} from '@bitcoin-enterprise/crypto-core';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFlips } from './alteration.ts';
import { expectNoSecret, refusal } from './refusal.ts';

// RFC 8032 section 7.1, TEST 1, TEST 2 and TEST 3.
const figures = [
  {
    name: 'TEST 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b' +
      'd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c' +
      '387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    name: 'TEST 3',
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659' +
      '4a7c15e9716ed28dc027beceea1ec40a',
  },
];

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const keyOf = (seed: Uint8Array): Ed25519SigningKey => Ed25519SigningKey.fromSeed(SecretBytes.copyOf(seed));

describe('Ed25519', () => {
  it.each(figures)('gives the figures of RFC 8032 $name', ({ seed, publicKey, message, signature }) => {
    const key = keyOf(fromHex(seed));
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(toHex(key.sign(fromHex(message)))).toBe(signature);
    expect(verifyEd25519(fromHex(signature), fromHex(message), fromHex(publicKey))).toBe(true);
  });

  it.each(figures)('gives the same figures of RFC 8032 $name off the main thread', async (figure) => {
    const key = keyOf(fromHex(figure.seed));
    expect(toHex(await key.signAsync(fromHex(figure.message)))).toBe(figure.signature);
  });

  it('lets JavaScript go on while it signs on the thread pool', async () => {
    const key = keyOf(new Uint8Array(32));
    const order: string[] = [];
    const signed = key.signAsync(new Uint8Array(1 << 20)).then(() => order.push('signed'));
    order.push('went on');
    await Promise.resolve();
    order.push('a turn later');
    await signed;
    expect(order).toEqual(['went on', 'a turn later', 'signed']);
  });

  it('signs many messages at once, each with its own signature', async () => {
    const key = keyOf(new Uint8Array(32).fill(7));
    const messages = Array.from({ length: 32 }, (_, index) => new Uint8Array(index).fill(index));
    const signatures = await Promise.all(messages.map((message) => key.signAsync(message)));
    expect(signatures.map(toHex)).toEqual(messages.map((message) => toHex(key.sign(message))));
  });

  it('agrees with an independent implementation', () => {
    fc.assert(
      fc.property(seeds, fc.uint8Array({ maxLength: 200 }), (seed, message) => {
        const key = keyOf(seed);
        const signature = key.sign(message);
        expect(toHex(key.publicKey)).toBe(toHex(ed25519.getPublicKey(seed)));
        expect(toHex(signature)).toBe(toHex(ed25519.sign(message, seed)));
        expect(verifyEd25519(signature, message, key.publicKey)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('accepts no signature with a flipped bit, another message or another key', () => {
    const key = keyOf(new Uint8Array(32).fill(1));
    const message = fromHex('00ff');
    const signature = key.sign(message);
    const accepted = [...bitFlips(signature)].filter((altered) =>
      verifyEd25519(altered, message, key.publicKey),
    );
    expect(accepted).toEqual([]);
    expect(verifyEd25519(signature, fromHex('00fe'), key.publicKey)).toBe(false);
    expect(verifyEd25519(signature, message, keyOf(new Uint8Array(32)).publicKey)).toBe(false);
  });

  it('says false and never throws for any lengths', () => {
    const any = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(any, any, any, (signature, message, publicKey) => {
        expect(verifyEd25519(signature, message, publicKey)).toBe(false);
      }),
    );
    const key = keyOf(new Uint8Array(32));
    for (const length of [0, 63, 65])
      expect(verifyEd25519(new Uint8Array(length), key.publicKey, key.publicKey)).toBe(false);
    for (const length of [0, 31, 33]) {
      expect(verifyEd25519(new Uint8Array(64), new Uint8Array(), new Uint8Array(length))).toBe(false);
    }
    expect(verifyEd25519(new Uint8Array(64), new Uint8Array(), new Uint8Array(32).fill(0xff))).toBe(false);
  });

  it('never shows its seed, and gives copies of its public key', () => {
    const seed = fromHex(figures[0]?.seed ?? '');
    const key = keyOf(seed);
    expectNoSecret(key, [seed]);
    key.publicKey.fill(0);
    expect(toHex(key.publicKey)).toBe(figures[0]?.publicKey);
  });

  it.each([0, 31, 33, 64])('refuses a seed of %d bytes', (length) => {
    const error = refusal(() => keyOf(new Uint8Array(length)));
    expect(error).toMatchObject({ code: 'key-length', value: `${length} bytes`, limit: '32 bytes' });
  });
});
