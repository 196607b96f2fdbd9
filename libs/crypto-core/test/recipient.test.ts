import {
  describeRecipients,
  openAs,
  type PolicyDecision,
  RECIPIENT_TYPES,
  RecipientKey,
  sealTo,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { bitFlips, cuts } from './alteration.ts';
import { refusal } from './refusal.ts';

const keys = RECIPIENT_TYPES.map((type) => RecipientKey.generate(type));
const publicKeys = keys.map(({ publicKey }) => publicKey);
const contexts = anyText(20).filter((text) => text !== '');

function shown(opened: SecretBytes): Uint8Array {
  using own = opened;
  return own.expose((bytes) => bytes.slice());
}

describe('what is sealed to recipients', () => {
  it('opens for each of them, whatever their types and their order', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        contexts,
        fc.shuffledSubarray(keys, { minLength: 1 }),
        (plaintext, context, chosen) => {
          const sealed = sealTo(
            chosen.map(({ publicKey }) => publicKey),
            plaintext,
            { context },
          );
          for (const key of keys) {
            if (chosen.includes(key)) expect(shown(openAs(key, sealed, { context }))).toEqual(plaintext);
            else expect(refusal(() => openAs(key, sealed, { context })).code).toBe('recipients-refused');
          }
          expect(describeRecipients(sealed)).toEqual({
            version: 1,
            body: 'envelope',
            recipients: chosen.map(({ publicKey: { type, keyId } }) => ({ type, keyId })),
            headerLength: sealed.length - (7 + 8 + 64 + plaintext.length + 16),
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes a secret as its plaintext and leaves it whole', () => {
    using plaintext = SecretBytes.random(50);
    const sealed = sealTo(publicKeys, plaintext, { context: 'c' });
    for (const key of keys) {
      using opened = openAs(key, sealed, { context: 'c' });
      expect(opened.equals(plaintext)).toBe(true);
    }
  });

  it('opens for 256 recipients, and is not made for 257, none or the same one twice', () => {
    const many = Array.from({ length: 256 }, () => RecipientKey.generate('x25519'));
    const recipients = many.map(({ publicKey }) => publicKey);
    const sealed = sealTo(recipients, utf8('x'), { context: 'c' });
    expect(describeRecipients(sealed).recipients).toHaveLength(256);
    for (const key of [many[0], many[128], many[255]]) {
      if (key === undefined) throw new Error('256 keys');
      expect(shown(openAs(key, sealed, { context: 'c' }))).toEqual(utf8('x'));
    }
    const [first] = publicKeys;
    if (first === undefined) throw new Error('a key');
    for (const { list, value } of [
      { list: [...recipients, first], value: '257 recipients, 257 of them different' },
      { list: [], value: '0 recipients, 0 of them different' },
      { list: [first, ...publicKeys], value: '4 recipients, 3 of them different' },
    ]) {
      expect(refusal(() => sealTo(list, utf8('x'), { context: 'c' }))).toMatchObject({
        code: 'recipient-count',
        value,
        limit: '1 to 256, all different',
      });
    }
  });

  it('is another one each time', () => {
    const [x25519] = publicKeys;
    if (x25519 === undefined) throw new Error('a key');
    const files = Array.from({ length: 20 }, () => sealTo([x25519], utf8('same'), { context: 'c' }));
    // Encapsulated key, file key, MAC, and the salt of the envelope.
    for (const [start, end] of [
      [31, 63],
      [63, 111],
      [111, 143],
      [158, 190],
    ]) {
      expect(new Set(files.map((file) => toHex(file.subarray(start, end)))).size).toBe(20);
    }
  });

  it('is refused with one and the same error, whatever the reason', () => {
    const plaintext = utf8('IBAN DE02 1203 0000 0000 2020 51');
    const sealed = sealTo(publicKeys, plaintext, { context: 'customer-pii' });
    const { headerLength } = describeRecipients(sealed);
    const withFlip = (at: number): Uint8Array =>
      Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
    for (const key of keys) {
      const attempts = [
        () => openAs(RecipientKey.generate(key.publicKey.type), sealed, { context: 'customer-pii' }),
        () => openAs(key, sealed, { context: 'customer-pi' }),
        () => openAs(key, withFlip(13), { context: 'customer-pii' }),
        () => openAs(key, withFlip(40), { context: 'customer-pii' }),
        () => openAs(key, withFlip(headerLength - 1), { context: 'customer-pii' }),
        () => openAs(key, withFlip(headerLength), { context: 'customer-pii' }),
        () => openAs(key, withFlip(sealed.length - 1), { context: 'customer-pii' }),
        () => openAs(key, sealed.subarray(0, headerLength), { context: 'customer-pii' }),
      ];
      const refusals = attempts.map((attempt) => refusal(attempt, [plaintext]));
      for (const error of refusals) {
        expect(error.code).toBe('recipients-refused');
        expect(Object.keys(error)).toEqual(['code']);
        expect(error.cause).toBeUndefined();
      }
      expect(new Set(refusals.map((error) => error.message)).size).toBe(1);
    }
  });

  it('is refused for both of two recipients after every single flipped bit and every cut', () => {
    const [x25519, p256] = keys;
    if (x25519 === undefined || p256 === undefined) throw new Error('two keys');
    const plaintext = utf8('twelve words');
    const sealed = sealTo([x25519.publicKey, p256.publicKey], plaintext, { context: 'c' });
    const codes = new Set<string>();
    for (const altered of [...bitFlips(sealed), ...cuts(sealed), new Uint8Array([...sealed, 0])]) {
      for (const key of [x25519, p256])
        codes.add(refusal(() => openAs(key, altered, { context: 'c' }), [plaintext]).code);
    }
    expect([...codes].sort()).toEqual(['recipients-malformed', 'recipients-refused']);
  }, 240_000);

  it('is refused for a hybrid recipient after a flipped bit in any byte and after any cut', () => {
    const hybrid = keys[2];
    if (hybrid === undefined) throw new Error('a key');
    const sealed = sealTo([hybrid.publicKey], utf8('x'), { context: 'c' });
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Uint8Array.from(sealed, (byte, index) =>
        index === at ? byte ^ (1 << (at & 7)) : byte,
      );
      for (const attempt of [altered, sealed.subarray(0, at)]) {
        const { code } = refusal(() => openAs(hybrid, attempt, { context: 'c' }));
        expect(code).toMatch(/^recipients-(?:malformed|refused)$/);
      }
    }
  }, 240_000);

  it('is refused, or malformed, whatever bytes come in', () => {
    const key = keys[0];
    if (key === undefined) throw new Error('a key');
    const start = [0x42, 0x45, 0x53, 0x52, 1, 1];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withMagic) => {
        const sealed = withMagic ? Uint8Array.of(...start, ...bytes) : bytes;
        const { code } = refusal(() => openAs(key, sealed, { context: 'c' }));
        expect(code).toMatch(/^recipients-(?:malformed|refused)$/);
      }),
    );
  });

  it('has the suite of its body chosen and checked by a policy', () => {
    const policy: PolicyDecision = {
      policy: 'test',
      rule: 'all',
      seal: 'ChaCha20-Poly1305',
      accept: { suites: ['ChaCha20-Poly1305'], minimumVersion: 1 },
    };
    const sealed = sealTo(publicKeys, utf8('x'), { context: 'c', policy });
    const plain = sealTo(publicKeys, utf8('x'), { context: 'c' });
    for (const key of keys) {
      expect(shown(openAs(key, sealed, { context: 'c', policy }))).toEqual(utf8('x'));
      expect(refusal(() => openAs(key, plain, { context: 'c', policy })).code).toBe('recipients-refused');
    }
    const asked = { context: 'c', policy, suite: 'AES-256-GCM' } as const;
    expect(refusal(() => sealTo(publicKeys, utf8('x'), asked)).code).toBe('suite-forbidden');
  });

  it('has a context of 1 to 255 bytes and a plaintext that is there', () => {
    const [key] = keys;
    if (key === undefined) throw new Error('a key');
    const sealed = sealTo(publicKeys, utf8('x'), { context: 'c' });
    for (const context of ['', 'x'.repeat(256), '\ud800']) {
      expect(refusal(() => sealTo(publicKeys, utf8('x'), { context })).code).toBe('context-malformed');
      expect(refusal(() => openAs(key, sealed, { context })).code).toBe('context-malformed');
    }
    const gone = SecretBytes.random(1);
    gone[Symbol.dispose]();
    expect(refusal(() => sealTo(publicKeys, gone, { context: 'c' })).code).toBe('secret-disposed');
  });
});
