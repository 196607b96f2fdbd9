import {
  createKeystore,
  fromHex,
  openAs,
  RECIPIENT_TYPES,
  RecipientKey,
  RecipientPublicKey,
  type RecipientType,
  sealTo,
  SecretBytes,
  sha256,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MLKEM768_X25519 } from '../src/hpke.ts';
import { expectNoSecret, refusal } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const seed = (): SecretBytes => SecretBytes.takeFrom(Uint8Array.from({ length: 32 }, (_, index) => index));
const lengths: Readonly<Record<RecipientType, number>> = { x25519: 32, p256: 65, 'mlkem768-x25519': 1216 };

describe.each(RECIPIENT_TYPES)('a recipient key of type %s', (type) => {
  const key = RecipientKey.fromSeed(type, seed());
  const text = key.publicKey.encode();

  it('is the same from the same seed, and another each time without one', () => {
    expect(RecipientKey.fromSeed(type, seed()).publicKey.encode()).toBe(text);
    const keys = [key, RecipientKey.generate(type), RecipientKey.generate(type)];
    expect(new Set(keys.map(({ publicKey }) => publicKey.keyId)).size).toBe(3);
  });

  it('has a public key that comes back from its text and from its bytes', () => {
    const { publicKey } = key;
    expect(publicKey.bytes).toHaveLength(lengths[type]);
    for (const again of [
      RecipientPublicKey.decode(text),
      RecipientPublicKey.fromBytes(type, publicKey.bytes),
    ]) {
      expect(again.type).toBe(type);
      expect(again.keyId).toBe(publicKey.keyId);
      expect(again.encode()).toBe(text);
      expect(String(again)).toBe(text);
      using opened = openAs(key, sealTo([again], utf8('x'), { context: 'c' }), { context: 'c' });
      expect(opened.expose(toHex)).toBe('78');
    }
  });

  it('is named by the hash of its type and public key', () => {
    const fields = ['bitcoin-enterprise/crypto-core/recipient-key-id/v1', type].map((field) => utf8(field));
    const bytes = [...fields, key.publicKey.bytes].flatMap((field) => [
      Uint8Array.of(field.length >> 8, field.length & 0xff),
      field,
    ]);
    expect(key.publicKey.keyId).toBe(toHex(sha256(...bytes)).slice(0, 32));
  });

  it('never shows its seed or its secret', () => {
    const bytes = seed().expose((own) => own.slice());
    expectNoSecret(key, [bytes]);
    expectNoSecret(key.publicKey, [bytes]);
  });

  it.each([0, 31, 33])('has no seed of %d bytes', (length) => {
    using short = SecretBytes.copyOf(new Uint8Array(length));
    expect(refusal(() => RecipientKey.fromSeed(type, short))).toMatchObject({
      code: 'key-length',
      value: `${length} bytes`,
      limit: '32 bytes',
    });
  });

  it('has a text of which no character can be altered, added or left out', () => {
    const step = type === 'mlkem768-x25519' ? 37 : 1;
    for (let at = 0; at < text.length; at += step) {
      const rest = text.slice(at + 1);
      const other = text[at] === 'A' ? 'B' : 'A';
      for (const altered of [other + rest, rest, `${text.charAt(at)}A${rest}`].map(
        (tail) => text.slice(0, at) + tail,
      )) {
        expect(refusal(() => RecipientPublicKey.decode(altered)).code).toBe('recipient-key-malformed');
      }
    }
  });

  it('has no public key of another length', () => {
    for (const length of [0, lengths[type] - 1, lengths[type] + 1]) {
      expect(refusal(() => RecipientPublicKey.fromBytes(type, new Uint8Array(length)))).toMatchObject({
        code: 'recipient-key-malformed',
        value: `${length} bytes`,
        limit: `${lengths[type]} bytes`,
      });
    }
  });
});

describe('a recipient key', () => {
  it('is the one of these figures', () => {
    const ids = RECIPIENT_TYPES.map((type) => RecipientKey.fromSeed(type, seed()).publicKey.keyId);
    expect(ids).toEqual([
      '23938af5fe1ec5b05637357a06b116c6',
      'b2695142a376d9e79432db661f895819',
      '63bcbf52d8ee51b25651133f2b3bd237',
    ]);
    expect(RecipientKey.fromSeed('x25519', seed()).publicKey.encode()).toBe(
      'be-recipient-1:x25519:sfG4QN56MkGwJ0jPmwW3TcjF6EUSmHOIF712qo6-jCsjk4r1_h7FsFY3NXoGsRbG',
    );
  });

  it('of the hybrid type is the one that draft-ietf-hpke-pq derives from its seed', () => {
    const derived = MLKEM768_X25519.deriveKeyPair(seed());
    const own = RecipientKey.fromSeed('mlkem768-x25519', seed());
    expect(toHex(own.publicKey.bytes)).toBe(toHex(derived.publicKey.bytes));
  });

  it('can come from a key store and a label, and is there again when the key store is', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    using passphrase = SecretBytes.fromUtf8('correct horse');
    using keys = await createKeystore(path, { passphrase });
    const keyOf = (label: string): RecipientKey => {
      using own = keys.deriveSecret(label, 32);
      return RecipientKey.fromSeed('mlkem768-x25519', own);
    };
    const sealed = sealTo([keyOf('recipient:desk').publicKey], utf8('x'), { context: 'c' });
    using opened = openAs(keyOf('recipient:desk'), sealed, { context: 'c' });
    expect(opened.expose(toHex)).toBe('78');
    expect(refusal(() => openAs(keyOf('recipient:vault'), sealed, { context: 'c' })).code).toBe(
      'recipients-refused',
    );
  });

  it('is no weak or invalid point, in text or in bytes', () => {
    const bad = [
      ['x25519', new Uint8Array(32)],
      ['x25519', fromHex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800')],
      ['p256', Uint8Array.of(4, ...new Uint8Array(64).fill(1))],
      ['mlkem768-x25519', new Uint8Array(1216).fill(0xff)],
    ] as const;
    for (const [type, bytes] of bad) {
      const id = sha256(
        ...[utf8('bitcoin-enterprise/crypto-core/recipient-key-id/v1'), utf8(type), bytes].flatMap(
          (field) => [Uint8Array.of(field.length >> 8, field.length & 0xff), field],
        ),
      ).subarray(0, 16);
      const text = `be-recipient-1:${type}:${Buffer.concat([bytes, id]).toString('base64url')}`;
      for (const read of [
        () => RecipientPublicKey.decode(text),
        () => RecipientPublicKey.fromBytes(type, bytes),
      ]) {
        const error = refusal(read);
        expect(error.code).toBe('recipient-key-malformed');
        expect(error.message).toContain(`no public key of type ${type}`);
      }
    }
  });

  it.each([
    '',
    ':',
    'be-recipient-1',
    'be-recipient-1:x25519',
    'be-recipient-1:x25519:',
    'be-recipient-2:x25519:AAAA',
    'be-recipient-1:x448:AAAA',
    'be-recipient-1:toString:AAAA',
    `be-recipient-1:x25519:${'A'.repeat(3000)}`,
  ])('is not the text %j', (text) => {
    const error = refusal(() => RecipientPublicKey.decode(text));
    expect(error).toMatchObject({ code: 'recipient-key-malformed', value: `${text.length} characters` });
  });

  it('is no other text, whatever it is', () => {
    const encoded = fc
      .uint8Array({ maxLength: 100 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    fc.assert(
      fc.property(fc.constantFrom(...RECIPIENT_TYPES), fc.oneof(fc.string(), encoded), (type, rest) => {
        const error = refusal(() => RecipientPublicKey.decode(`be-recipient-1:${type}:${rest}`));
        expect(error.code).toBe('recipient-key-malformed');
      }),
    );
  });
});
