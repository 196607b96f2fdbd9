import {
  describeEnvelope,
  fromHex,
  open,
  seal,
  SecretBytes,
  SUITE_NAMES,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PLAINTEXT_LENGTH } from '../src/envelope/header.ts';
import { bitFlips, cuts } from './alteration.ts';
import { openByDescription, sealByDescription } from './envelope-format.ts';
import { refusal } from './refusal.ts';

const keyBytes = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const key = SecretBytes.copyOf(keyBytes);
const keyIds = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
const messages = fc.uint8Array({ maxLength: 300 });
const suites = fc.constantFrom(...SUITE_NAMES);
const contexts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

/** The bytes of a secret, for a comparison. */
function shown(secret: SecretBytes): Uint8Array {
  using opened = secret;
  return opened.expose((bytes) => bytes.slice());
}

describe('an envelope', () => {
  it('opens to what was sealed, under the same key and context', () => {
    fc.assert(
      fc.property(messages, keyIds, contexts, suites, (plaintext, keyId, context, suite) => {
        const envelope = seal(key, plaintext, { keyId, context, suite });
        expect(shown(open(key, envelope, { context }))).toEqual(plaintext);
        expect(envelope.length).toBe(7 + keyId.length + 64 + plaintext.length + 16);
        const description = {
          version: 1,
          suite,
          keyId,
          ciphertextLength: plaintext.length + 16,
        };
        expect(describeEnvelope(envelope)).toEqual(description);
      }),
    );
  });

  it('takes a secret as its plaintext and leaves it whole', () => {
    using plaintext = SecretBytes.random(100);
    const envelope = seal(key, plaintext, { keyId: 'k', context: 'c' });
    using opened = open(key, envelope, { context: 'c' });
    expect(opened.equals(plaintext)).toBe(true);
  });

  it('is another one each time', () => {
    const once = (): string => toHex(seal(key, utf8('same'), { keyId: 'k', context: 'c' }));
    const tails = Array.from({ length: 50 }, () => once().slice(16));
    // Neither salt nor commitment nor ciphertext of one is found in another.
    for (const part of [
      [0, 64],
      [64, 128],
      [128, 136],
    ]) {
      expect(new Set(tails.map((tail) => tail.slice(part[0], part[1]))).size).toBe(50);
    }
  });

  it('is refused under another key or context, with one and the same error', () => {
    const plaintext = utf8('IBAN DE02 1203 0000 0000 2020 51');
    const envelope = seal(key, plaintext, { keyId: 'k', context: 'customer-pii' });
    using otherKey = SecretBytes.random(32);
    const altered = envelope.slice();
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    const refusals = [
      refusal(() => open(otherKey, envelope, { context: 'customer-pii' }), [keyBytes, plaintext]),
      refusal(() => open(key, envelope, { context: 'customer-pi' }), [keyBytes, plaintext]),
      refusal(() => open(key, envelope, { context: 'Customer-pii' }), [keyBytes, plaintext]),
      refusal(() => open(key, altered, { context: 'customer-pii' }), [keyBytes, plaintext]),
    ];
    for (const error of refusals) {
      expect(error.code).toBe('envelope-refused');
      expect(Object.keys(error)).toEqual(['code']);
      expect(error.cause).toBeUndefined();
    }
    expect(new Set(refusals.map((error) => error.message)).size).toBe(1);
    const frames = refusals.map((error) => error.stack?.split('\n').slice(0, 3).join('\n'));
    expect(new Set(frames).size).toBe(1);
  });

  it.each(SUITE_NAMES)('of %s is refused after every single flipped bit and after every cut', (suite) => {
    const plaintext = utf8('twenty-four words in a row');
    const envelope = seal(key, plaintext, { keyId: 'desk.1', context: 'c', suite });
    const codes = new Set<string>();
    for (const altered of [...bitFlips(envelope), ...cuts(envelope)]) {
      codes.add(refusal(() => open(key, altered, { context: 'c' }), [keyBytes, plaintext]).code);
    }
    const longer = new Uint8Array([...envelope, 0]);
    expect(refusal(() => open(key, longer, { context: 'c' })).code).toBe('envelope-refused');
    expect([...codes].sort()).toEqual(['envelope-malformed', 'envelope-refused']);
  });

  it('is refused when it is put together from two', () => {
    const [a, b] = ['first plaintext', 'other plaintext'].map((text) =>
      seal(key, utf8(text), { keyId: 'k', context: 'c' }),
    );
    if (a === undefined || b === undefined) throw new Error('two envelopes');
    for (const [start, end] of [
      [8, 40],
      [40, 72],
      [8, 72],
      [72, 87],
      [87, 103],
      [72, 103],
    ]) {
      const mixed = a.slice();
      mixed.set(b.subarray(start, end), start);
      expect(refusal(() => open(key, mixed, { context: 'c' })).code).toBe('envelope-refused');
    }
  });

  it('is refused, or opens to what was sealed, whatever bytes come in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withMagic) => {
        const envelope = withMagic ? new Uint8Array([0x42, 0x45, 0x53, 0x45, 1, 1, ...bytes]) : bytes;
        expect(refusal(() => open(key, envelope, { context: 'c' })).code).toMatch(
          /^envelope-(?:malformed|refused)$/,
        );
      }),
    );
  });
});

describe('the format of an envelope', () => {
  // Made with WebCrypto by `sealByDescription` from the fixed values below.
  const golden =
    '42455345010106' +
    '6465736b2e31' +
    'a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf' +
    'ccbeff87ee214e8872516d54b6a2b758f4ed57ed97b15b736b0baa93ececa1f8' +
    '49730ff13c2d7e3a4ffff5a80bf3349e712bb5417f5481fffbf64eace6e3e9d6';
  const parts = {
    key: keyBytes,
    keyId: 'desk.1',
    context: 'customer-pii',
    salt: Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index),
    plaintext: utf8('golden plaintext'),
  };

  it('is the one of its description, byte for byte', async () => {
    expect(toHex(await sealByDescription(parts))).toBe(golden);
    expect(shown(open(key, fromHex(golden), { context: 'customer-pii' }))).toEqual(parts.plaintext);
  });

  it('is opened by an implementation made from the description alone', async () => {
    await fc.assert(
      fc.asyncProperty(messages, keyIds, contexts, suites, async (plaintext, keyId, context, suite) => {
        const envelope = seal(key, plaintext, { keyId, context, suite });
        expect(await openByDescription(keyBytes, envelope, context)).toEqual(plaintext);
      }),
    );
  });

  it('opens what that implementation makes', async () => {
    for (const suite of [1, 2, 3]) {
      const envelope = await sealByDescription({ ...parts, suite });
      expect(shown(open(key, envelope, { context: parts.context }))).toEqual(parts.plaintext);
    }
  });

  it('adds 87 bytes and the key id, so no more than 96 for an id of 9', () => {
    expect(seal(key, utf8('x'), { keyId: 'pii.00042', context: 'c' }).length - 1).toBe(96);
  });

  it('refuses a commitment to another key although the cipher itself would accept', async () => {
    const other = { ...parts, key: keyBytes.toReversed() };
    const [own, theirs] = [await sealByDescription(parts), await sealByDescription(other)];
    const theirCommitment = theirs.slice(45, 77);
    expect(toHex(own.slice(45, 77))).not.toBe(toHex(theirCommitment));
    const forged = await sealByDescription({ ...parts, commitment: theirCommitment });
    using otherKey = SecretBytes.copyOf(other.key);
    for (const attempt of [key, otherKey]) {
      expect(refusal(() => open(attempt, forged, { context: parts.context })).code).toBe('envelope-refused');
    }
    const absent = await sealByDescription({ ...parts, commitment: new Uint8Array(32) });
    expect(refusal(() => open(key, absent, { context: parts.context })).code).toBe('envelope-refused');
  });
});

describe('an envelope that is none', () => {
  const envelope = seal(key, utf8('x'), { keyId: 'k', context: 'c' });
  const withByte = (index: number, value: number): Uint8Array => {
    const altered = envelope.slice();
    altered[index] = value;
    return altered;
  };

  it.each([
    {
      name: 'nothing',
      why: 'it is too short',
      bytes: new Uint8Array(),
      value: '0 bytes',
      limit: 'at least 7 bytes',
    },
    {
      name: 'six bytes',
      why: 'it is too short',
      bytes: envelope.subarray(0, 6),
      value: '6 bytes',
      limit: 'at least 7 bytes',
    },
    {
      name: 'another magic',
      why: 'it does not start with BESE',
      bytes: withByte(0, 0x43),
      value: undefined,
      limit: undefined,
    },
    {
      name: 'another version',
      why: 'its version is not known',
      bytes: withByte(4, 2),
      value: '2',
      limit: '1',
    },
    {
      name: 'another suite',
      why: 'its suite is not known',
      bytes: withByte(5, 4),
      value: '4',
      limit: '1, 2, 3',
    },
    { name: 'no suite', why: 'its suite is not known', bytes: withByte(5, 0), value: '0', limit: '1, 2, 3' },
    {
      name: 'no key id',
      why: 'its key id is malformed',
      bytes: withByte(6, 0),
      value: '0 bytes',
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    },
    {
      name: 'a space in the key id',
      why: 'its key id is malformed',
      bytes: withByte(7, 0x20),
      value: '1 bytes',
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    },
    {
      name: 'a key id past the end',
      why: 'it is too short',
      bytes: withByte(6, 255),
      value: '89 bytes',
      limit: '342 bytes or more',
    },
    {
      name: 'no room for a tag',
      why: 'it is too short',
      bytes: envelope.subarray(0, 87),
      value: '87 bytes',
      limit: '88 bytes or more',
    },
  ])('is told by its structure: $name', ({ bytes, why, value, limit }) => {
    for (const read of [() => describeEnvelope(bytes), () => open(key, bytes, { context: 'c' })]) {
      const error = refusal(read);
      expect(error.message).toContain(`this is no envelope: ${why}`);
      expect({ code: error.code, value: error.value, limit: error.limit }).toEqual({
        code: 'envelope-malformed',
        value,
        limit,
      });
    }
  });
});

describe('what seal and open refuse', () => {
  it('a plaintext over 64 MiB, sealed or to be opened', () => {
    const longest = new Uint8Array(MAX_PLAINTEXT_LENGTH + 1);
    expect(refusal(() => seal(key, longest, { keyId: 'k', context: 'c' }))).toMatchObject({
      code: 'plaintext-too-long',
      value: '67108865 bytes',
      limit: '67108864 bytes',
    });
    const envelope = new Uint8Array(MAX_PLAINTEXT_LENGTH + 7 + 1 + 64 + 16 + 1);
    envelope.set(seal(key, new Uint8Array(), { keyId: 'k', context: 'c' }));
    expect(refusal(() => open(key, envelope, { context: 'c' }))).toMatchObject({
      code: 'envelope-malformed',
      value: '67108865 bytes of plaintext',
    });
    expect(refusal(() => open(key, envelope.subarray(0, -1), { context: 'c' })).code).toBe(
      'envelope-refused',
    );
  });

  it.each([0, 16, 31, 33, 64])('a key of %d bytes', (length) => {
    using short = SecretBytes.copyOf(new Uint8Array(length));
    const envelope = seal(key, utf8('x'), { keyId: 'k', context: 'c' });
    const expected = { code: 'key-length', value: `${length} bytes`, limit: '32 bytes' };
    expect(refusal(() => seal(short, utf8('x'), { keyId: 'k', context: 'c' }))).toMatchObject(expected);
    expect(refusal(() => open(short, envelope, { context: 'c' }))).toMatchObject(expected);
  });

  it.each(['', 'a b', 'k\n', 'ключ', 'x'.repeat(65)])('the key id %j', (keyId) => {
    const error = refusal(() => seal(key, utf8('x'), { keyId, context: 'c' }));
    expect(error).toMatchObject({ code: 'key-id-malformed', value: `${keyId.length} characters` });
  });

  it('a malformed context and a disposed key or plaintext', () => {
    const envelope = seal(key, utf8('x'), { keyId: 'k', context: 'c' });
    expect(refusal(() => seal(key, utf8('x'), { keyId: 'k', context: '' })).code).toBe('context-malformed');
    expect(refusal(() => open(key, envelope, { context: 'x'.repeat(256) })).code).toBe('context-malformed');
    const gone = SecretBytes.random(32);
    gone[Symbol.dispose]();
    expect(refusal(() => seal(gone, utf8('x'), { keyId: 'k', context: 'c' })).code).toBe('secret-disposed');
    expect(refusal(() => seal(key, gone, { keyId: 'k', context: 'c' })).code).toBe('secret-disposed');
    expect(refusal(() => open(gone, envelope, { context: 'c' })).code).toBe('secret-disposed');
  });
});
