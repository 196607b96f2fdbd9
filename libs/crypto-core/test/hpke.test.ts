import { createHash } from 'node:crypto';
import { fromHex, SecretBytes, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  EXPORT_ONLY,
  HKDF_SHA256,
  HKDF_SHA384,
  HKDF_SHA512,
  type HpkeOptions,
  MLKEM768_X25519,
  openSingleShot,
  sealSingleShot,
  setupRecipient,
  setupSender,
  SHAKE128,
  SHAKE256,
} from '../src/hpke.ts';
import { HpkeSenderContext } from '../src/hpke/context.ts';
import { MessageNonces } from '../src/hpke/message-nonces.ts';
import { firstScalar } from '../src/hpke/p256.ts';
import { bitFlips, cuts } from './alteration.ts';
import { expectNoSecret, refusal } from './refusal.ts';

const KEMS = [DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256, MLKEM768_X25519];
const KDFS = [HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, SHAKE128, SHAKE256];
const AEADS = [AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305];
const base = { kdf: HKDF_SHA256, aead: AES_256_GCM, info: utf8('test') };
const secret = (length: number, fill = 7): SecretBytes =>
  SecretBytes.takeFrom(new Uint8Array(length).fill(fill));
const psk = { secret: secret(32), id: utf8('psk') };

/** The bytes of a secret, for a comparison. */
function shown(opened: SecretBytes): Uint8Array {
  using own = opened;
  return own.expose((bytes) => bytes.slice());
}

// The u coordinates of the points of order 1, 2, 4 and 8 of Curve25519 and its twist, and those that are they again modulo
// p; each with and without the highest bit, which RFC 7748 section 5 ignores.
const LOW_ORDER_POINTS = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].flatMap((point) => [
  point,
  toHex(fromHex(point).map((byte, index) => (index === 31 ? byte | 0x80 : byte))),
]);

describe('HPKE', () => {
  const suites = KEMS.flatMap((kem) => KDFS.flatMap((kdf) => AEADS.map((aead) => ({ kem, kdf, aead }))));

  it.each(suites)('opens what it sealed with $kem.name, $kdf.name, $aead.name', ({ kem, kdf, aead }) => {
    const key = kem.generateKeyPair();
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.boolean(), (plaintext, info, aad, withPsk) => {
        const options = { kdf, aead, info, aad, ...(withPsk && { psk }) };
        const message = sealSingleShot(key.publicKey, plaintext, options);
        expect(message.encapsulatedKey).toHaveLength(kem.encapsulatedKeyLength);
        expect(message.ciphertext).toHaveLength(plaintext.length + 16);
        expect(shown(openSingleShot(key, message, options))).toEqual(plaintext);
      }),
      { numRuns: 5 },
    );
  });

  it.each(KEMS)('never encapsulates twice the same with $name', (kem) => {
    const { publicKey } = kem.generateKeyPair();
    const keys = Array.from({ length: 20 }, () => publicKey.encapsulate());
    expect(new Set(keys.map(({ encapsulatedKey }) => toHex(encapsulatedKey))).size).toBe(20);
    expect(new Set(keys.map(({ sharedSecret }) => sharedSecret.expose(toHex))).size).toBe(20);
  });

  it('takes a secret as its plaintext and leaves it whole', () => {
    const key = DHKEM_X25519_HKDF_SHA256.generateKeyPair();
    using plaintext = SecretBytes.random(40);
    const message = sealSingleShot(key.publicKey, plaintext, base);
    using opened = openSingleShot(key, message, base);
    expect(opened.equals(plaintext)).toBe(true);
  });

  it.each([DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256])(
    'authenticates the sender with $name',
    (kem) => {
      const [key, senderKey, other] = [kem.generateKeyPair(), kem.generateKeyPair(), kem.generateKeyPair()];
      for (const options of [base, { ...base, psk }]) {
        const message = sealSingleShot(key.publicKey, utf8('x'), { ...options, senderKey });
        const senderPublicKey = senderKey.publicKey;
        expect(shown(openSingleShot(key, message, { ...options, senderPublicKey }))).toEqual(utf8('x'));
        const wrong = { ...options, senderPublicKey: other.publicKey };
        expect(refusal(() => openSingleShot(key, message, wrong)).code).toBe('hpke-refused');
        expect(refusal(() => openSingleShot(key, message, options)).code).toBe('hpke-refused');
      }
    },
  );

  it('refuses with one and the same error whatever is wrong', () => {
    const plaintext = utf8('IBAN DE02 1203 0000 0000 2020 51');
    for (const kem of KEMS) {
      const key = kem.generateKeyPair();
      const message = sealSingleShot(key.publicKey, plaintext, { ...base, psk, aad: utf8('aad') });
      const opening = { ...base, psk, aad: utf8('aad') };
      const { encapsulatedKey, ciphertext } = message;
      const attempts: (() => unknown)[] = [
        () => openSingleShot(kem.generateKeyPair(), message, opening),
        () => openSingleShot(key, message, { ...opening, info: utf8('tes') }),
        () => openSingleShot(key, message, { ...opening, aad: utf8('aae') }),
        () => openSingleShot(key, message, { ...base, aad: utf8('aad') }),
        () => openSingleShot(key, message, { ...opening, psk: { ...psk, id: utf8('psl') } }),
        () => openSingleShot(key, message, { ...opening, psk: { ...psk, secret: secret(32, 8) } }),
        () => openSingleShot(key, message, { ...opening, kdf: HKDF_SHA384 }),
        () => openSingleShot(key, message, { ...opening, aead: CHACHA20_POLY1305 }),
        () => openSingleShot(key, { encapsulatedKey, ciphertext: ciphertext.subarray(1) }, opening),
        () => openSingleShot(key, { encapsulatedKey, ciphertext: new Uint8Array() }, opening),
        () => openSingleShot(key, { encapsulatedKey: encapsulatedKey.subarray(1), ciphertext }, opening),
        () => openSingleShot(key, { encapsulatedKey: new Uint8Array(), ciphertext }, opening),
        () =>
          openSingleShot(
            key,
            { encapsulatedKey: new Uint8Array(encapsulatedKey.length), ciphertext },
            opening,
          ),
      ];
      const refusals = attempts.map((attempt) => refusal(attempt, [plaintext]));
      for (const error of refusals) {
        expect(error.code).toBe('hpke-refused');
        expect(Object.keys(error)).toEqual(['code']);
        expect(error.cause).toBeUndefined();
      }
      expect(new Set(refusals.map((error) => error.message)).size).toBe(1);
    }
  });

  it.each([DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256])(
    'refuses every flipped bit and every cut of what $name encapsulates and of the ciphertext',
    (kem) => {
      const key = kem.generateKeyPair();
      const { encapsulatedKey, ciphertext } = sealSingleShot(key.publicKey, utf8('x'), base);
      for (const altered of [...bitFlips(encapsulatedKey), ...cuts(encapsulatedKey)]) {
        const message = { encapsulatedKey: altered, ciphertext };
        expect(refusal(() => openSingleShot(key, message, base)).code).toBe('hpke-refused');
      }
      for (const altered of [...bitFlips(ciphertext), ...cuts(ciphertext)]) {
        const message = { encapsulatedKey, ciphertext: altered };
        expect(refusal(() => openSingleShot(key, message, base)).code).toBe('hpke-refused');
      }
    },
  );
});

describe('a context of HPKE', () => {
  const key = DHKEM_X25519_HKDF_SHA256.generateKeyPair();
  const pair = (options: HpkeOptions = base): ReturnType<typeof contexts> => contexts(options);
  function contexts(options: HpkeOptions): {
    sender: ReturnType<typeof setupSender>['context'];
    recipient: ReturnType<typeof setupRecipient>;
  } {
    const { encapsulatedKey, context } = setupSender(key.publicKey, options);
    return { sender: context, recipient: setupRecipient(key, encapsulatedKey, options) };
  }

  it('opens messages in their order alone, and a refused one does not count', () => {
    const { sender, recipient } = pair();
    const [first, second, third] = ['a', 'a', 'a'].map((text) => sender.seal(utf8(text)));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three messages');
    expect(new Set([first, second, third].map(toHex)).size).toBe(3);
    expect(refusal(() => recipient.open(second)).code).toBe('hpke-refused');
    expect(shown(recipient.open(first))).toEqual(utf8('a'));
    expect(refusal(() => recipient.open(first)).code).toBe('hpke-refused');
    expect(refusal(() => recipient.open(third)).code).toBe('hpke-refused');
    expect(shown(recipient.open(second))).toEqual(utf8('a'));
    expect(shown(recipient.open(third))).toEqual(utf8('a'));
  });

  it('ends at 2^53 - 1 messages, the last of which still has a nonce of its own', () => {
    const baseNonce = (): SecretBytes => SecretBytes.takeFrom(fromHex('000000000000000000000000'));
    using nonces = new MessageNonces(baseNonce(), Number.MAX_SAFE_INTEGER - 1);
    expect(toHex(nonces.current())).toBe('00000000001ffffffffffffe');
    nonces.advance();
    const expected = { code: 'hpke-message-limit', value: '9007199254740991 messages' };
    expect(refusal(() => nonces.current())).toMatchObject(expected);

    const secrets = { key: secret(32), baseNonce: baseNonce(), exporterSecret: secret(32) };
    using sender = new HpkeSenderContext({
      ...{ suiteId: new Uint8Array(), kdf: HKDF_SHA256, aead: AES_256_GCM, secrets },
      sequence: Number.MAX_SAFE_INTEGER - 1,
    });
    sender.seal(utf8('last'));
    expect(refusal(() => sender.seal(utf8('one more')))).toMatchObject(expected);
  });

  it('gives message n the base nonce with n added bit by bit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 }),
        (bytes, sequence) => {
          using nonces = new MessageNonces(SecretBytes.copyOf(bytes), sequence);
          const expected = BigInt(`0x${toHex(bytes)}`) ^ BigInt(sequence);
          expect(toHex(nonces.current())).toBe(expected.toString(16).padStart(24, '0'));
        },
      ),
    );
  });

  it('exports on both sides the same secret, which differs by context and length', () => {
    for (const kdf of KDFS) {
      const { sender, recipient } = pair({ ...base, kdf });
      const exports = [
        ['a', 32],
        ['b', 32],
        ['a', 33],
      ] as const;
      const secrets = exports.map(([context, length]) => {
        const own = shown(sender.exportSecret(utf8(context), length));
        expect(shown(recipient.exportSecret(utf8(context), length))).toEqual(own);
        expect(own).toHaveLength(length);
        return toHex(own).slice(0, 64);
      });
      expect(new Set(secrets).size).toBe(3);
      expect(shown(sender.exportSecret(new Uint8Array(), kdf.maxExportLength))).toHaveLength(
        kdf.maxExportLength,
      );
      for (const length of [0, -1, 1.5, Number.NaN, kdf.maxExportLength + 1]) {
        expect(refusal(() => sender.exportSecret(utf8('a'), length))).toMatchObject({
          code: 'length-out-of-range',
          value: String(length),
          limit: `1 to ${kdf.maxExportLength} bytes`,
        });
      }
      const long = refusal(() => sender.exportSecret(new Uint8Array(65_536), 32));
      expect(long).toMatchObject({ code: 'length-out-of-range', value: '65536 bytes', limit: '65535 bytes' });
    }
  });

  it('that only exports encrypts nothing', () => {
    const { sender, recipient } = pair({ ...base, aead: EXPORT_ONLY });
    expect(refusal(() => sender.seal(utf8('x'))).code).toBe('hpke-export-only');
    expect(refusal(() => recipient.open(new Uint8Array(16))).code).toBe('hpke-export-only');
    expect(shown(sender.exportSecret(utf8('a'), 5))).toEqual(shown(recipient.exportSecret(utf8('a'), 5)));
  });

  it('is over after dispose, and never shows its secrets', () => {
    const secrets = { key: secret(32, 1), baseNonce: secret(12, 2), exporterSecret: secret(32, 3) };
    const bytes = Object.values(secrets).map((one) => one.expose((own) => own.slice()));
    const context = new HpkeSenderContext({
      ...{ suiteId: new Uint8Array(), kdf: HKDF_SHA256, aead: AES_256_GCM },
      secrets,
    });
    expectNoSecret(context, bytes);
    context[Symbol.dispose]();
    expect(Object.values(secrets).map(({ disposed }) => disposed)).toEqual([true, true, true]);
    expect(refusal(() => context.seal(utf8('x'))).code).toBe('secret-disposed');
    expect(refusal(() => context.exportSecret(utf8('x'), 32)).code).toBe('secret-disposed');
  });

  it('takes at most 64 MiB in a message', () => {
    const { sender, recipient } = pair();
    const long = new Uint8Array(64 * 1024 * 1024 + 1);
    expect(refusal(() => sender.seal(long))).toMatchObject({
      code: 'plaintext-too-long',
      value: '67108865 bytes',
      limit: '67108864 bytes',
    });
    expect(refusal(() => recipient.open(new Uint8Array(long.length + 16))).code).toBe('hpke-refused');
    using opened = recipient.open(sender.seal(long.subarray(1)));
    expect(opened.length).toBe(67_108_864);
  });
});

describe('what HPKE is set up with', () => {
  const key = DHKEM_X25519_HKDF_SHA256.generateKeyPair();

  it.each([
    {
      name: 'a secret of 31 bytes',
      option: { secret: secret(31), id: utf8('i') },
      value: '31 bytes with an id of 1',
    },
    { name: 'no secret', option: { secret: secret(0), id: utf8('i') }, value: '0 bytes with an id of 1' },
    { name: 'no id', option: { secret: secret(32), id: utf8('') }, value: '32 bytes with an id of 0' },
  ])('has no pre-shared key with $name', ({ option, value }) => {
    const options = { ...base, psk: option };
    const expected = { code: 'hpke-psk-malformed', value, limit: '32 bytes or more with an id of 1 or more' };
    expect(refusal(() => setupSender(key.publicKey, options))).toMatchObject(expected);
    const { encapsulatedKey } = setupSender(key.publicKey, base);
    expect(refusal(() => setupRecipient(key, encapsulatedKey, options))).toMatchObject(expected);
  });

  it('has no input over 65,535 bytes', () => {
    const long = new Uint8Array(65_536);
    for (const options of [
      { ...base, info: long },
      { ...base, psk: { secret: secret(65_536), id: utf8('i') } },
      { ...base, psk: { secret: secret(32), id: long } },
    ]) {
      const expected = { code: 'length-out-of-range', value: '65536 bytes', limit: '65535 bytes' };
      expect(refusal(() => setupSender(key.publicKey, options))).toMatchObject(expected);
    }
    const longest = {
      ...base,
      info: long.subarray(1),
      psk: { secret: secret(65_535), id: long.subarray(1) },
    };
    const message = sealSingleShot(key.publicKey, utf8('x'), longest);
    expect(shown(openSingleShot(key, message, longest))).toEqual(utf8('x'));
  });

  it('has a sender of the same KEM, where that is a DHKEM', () => {
    const p256Key = DHKEM_P256_HKDF_SHA256.generateKeyPair();
    const hybrid = MLKEM768_X25519.generateKeyPair();
    for (const [own, other] of [
      [key, p256Key],
      [key, hybrid],
      [hybrid, key],
      [hybrid, hybrid],
    ] as const) {
      const { encapsulatedKey } = own.publicKey.encapsulate();
      const attempts = [
        () => setupSender(own.publicKey, { ...base, senderKey: other }),
        () => setupRecipient(own, encapsulatedKey, { ...base, senderPublicKey: other.publicKey }),
      ];
      for (const attempt of attempts) {
        expect(refusal(attempt)).toMatchObject({ code: 'hpke-sender-unsupported', value: other.kem.name });
      }
    }
  });

  it('has no key that was disposed', () => {
    const gone = secret(32);
    gone[Symbol.dispose]();
    for (const kem of KEMS) {
      expect(refusal(() => kem.deriveKeyPair(gone)).code).toBe('secret-disposed');
      expect(refusal(() => kem.importPrivateKey(gone)).code).toBe('secret-disposed');
    }
    const options = { ...base, psk: { secret: gone, id: utf8('i') } };
    expect(refusal(() => setupSender(key.publicKey, options)).code).toBe('secret-disposed');
  });
});

describe('keys of HPKE', () => {
  it.each(KEMS)('of $name come back from their bytes, which are copies', (kem) => {
    using ikm = SecretBytes.random(kem.privateKeyLength);
    const key = kem.deriveKeyPair(ikm);
    expect(key.publicKey.bytes).toHaveLength(kem.publicKeyLength);
    expect(toHex(kem.deriveKeyPair(ikm).publicKey.bytes)).toBe(toHex(key.publicKey.bytes));
    const imported = kem.importPublicKey(key.publicKey.bytes);
    const message = sealSingleShot(imported, utf8('x'), base);
    expect(shown(openSingleShot(key, message, base))).toEqual(utf8('x'));
    const before = toHex(imported.bytes);
    imported.bytes.fill(0);
    expect(toHex(imported.bytes)).toBe(before);
    const own = Buffer.from(before, 'hex');
    const copied = kem.importPublicKey(own);
    own.fill(0);
    expect(toHex(copied.bytes)).toBe(before);
  });

  it.each(KEMS)('of $name take nothing of another length', (kem) => {
    for (const length of [0, 1, kem.publicKeyLength - 1, kem.publicKeyLength + 1]) {
      expect(refusal(() => kem.importPublicKey(new Uint8Array(length)))).toMatchObject({
        code: 'hpke-key-malformed',
        value: `${length} bytes`,
        limit: `${kem.publicKeyLength} bytes`,
      });
    }
    for (const length of [0, 31, 33]) {
      expect(refusal(() => kem.importPrivateKey(secret(length)))).toMatchObject({
        code: 'hpke-key-malformed',
        value: `${length} bytes`,
        limit: '32 bytes',
      });
    }
    expect(refusal(() => kem.deriveKeyPair(secret(31)))).toMatchObject({
      code: 'key-length',
      value: '31 bytes',
      limit: '32 bytes or more',
    });
  });

  it('never show their secret', () => {
    const bytes = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf');
    for (const kem of KEMS) expectNoSecret(kem.importPrivateKey(SecretBytes.copyOf(bytes)), [bytes]);
  });

  it.each(LOW_ORDER_POINTS)('of X25519 are no point of small order: %s', (point) => {
    expect(refusal(() => DHKEM_X25519_HKDF_SHA256.importPublicKey(fromHex(point))).code).toBe(
      'hpke-key-malformed',
    );
    const key = DHKEM_X25519_HKDF_SHA256.generateKeyPair();
    expect(refusal(() => key.decapsulate(fromHex(point))).code).toBe('hpke-refused');
    const hybrid = MLKEM768_X25519.generateKeyPair();
    const publicKey = hybrid.publicKey.bytes;
    publicKey.set(fromHex(point), 1184);
    expect(refusal(() => MLKEM768_X25519.importPublicKey(publicKey)).code).toBe('hpke-key-malformed');
    const { encapsulatedKey } = hybrid.publicKey.encapsulate();
    const altered = Uint8Array.from(encapsulatedKey);
    altered.set(fromHex(point), 1088);
    expect(refusal(() => hybrid.decapsulate(altered)).code).toBe('hpke-refused');
  });

  it('of P-256 are points of the curve, in the one form that is not compressed', () => {
    const key = DHKEM_P256_HKDF_SHA256.generateKeyPair();
    const good = key.publicKey.bytes;
    const point = p256.Point.fromBytes(good);
    const withBytes = (change: (bytes: Uint8Array) => void): Uint8Array => {
      const altered = good.slice();
      change(altered);
      return altered;
    };
    const beyondField = withBytes((bytes) => bytes.fill(0xff, 1, 33));
    const bad = [
      // y² = x³ - 3x + b with another b: a point of another curve, whose order may have small factors.
      withBytes((bytes) => (bytes[64] = (bytes[64] ?? 0) ^ 1)),
      withBytes((bytes) => bytes.fill(0, 1)),
      withBytes((bytes) => (bytes[0] = 6 + ((bytes[64] ?? 0) & 1))),
      withBytes((bytes) => (bytes[0] = 0)),
      beyondField,
      point.toBytes(true),
    ];
    for (const bytes of bad) {
      expect(refusal(() => DHKEM_P256_HKDF_SHA256.importPublicKey(bytes)).code).toBe('hpke-key-malformed');
      expect(refusal(() => key.decapsulate(bytes)).code).toBe('hpke-refused');
    }
    // The other form of the same point would open if it were taken: its x, and so the shared point, are the same.
    expect(toHex(point.negate().toBytes(false).slice(1, 33))).toBe(toHex(good.slice(1, 33)));
  });

  it('of P-256 are scalars in 1 to n - 1', () => {
    const order = p256.Point.CURVE().n;
    const imported = (scalar: bigint): string => {
      const bytes = fromHex(scalar.toString(16).padStart(64, '0'));
      return toHex(DHKEM_P256_HKDF_SHA256.importPrivateKey(SecretBytes.takeFrom(bytes)).publicKey.bytes);
    };
    expect(imported(1n)).toBe(p256.Point.BASE.toHex(false));
    expect(imported(order - 1n)).toBe(p256.Point.BASE.negate().toHex(false));
    for (const scalar of [0n, order, order + 1n, 2n ** 256n - 1n]) {
      expect(refusal(() => imported(scalar))).toMatchObject({
        code: 'hpke-key-malformed',
        limit: 'a scalar in 1 to n - 1',
      });
    }
  });

  it('of P-256 are derived from the first candidate that is a scalar', () => {
    const candidates = ['00'.repeat(32), 'ff'.repeat(32), `${'00'.repeat(31)}02`].map(fromHex);
    const asked: number[] = [];
    const pair = firstScalar((counter) => {
      asked.push(counter);
      return SecretBytes.copyOf(candidates[counter] ?? new Uint8Array(32));
    });
    expect(toHex(pair.publicKeyBytes)).toBe(p256.Point.BASE.double().toHex(false));
    expect(asked).toEqual([0, 1, 2]);
    expect(refusal(() => firstScalar(() => secret(32, 0)))).toMatchObject({
      code: 'derivation-invalid',
      value: '256 candidates',
    });
  });

  it('of ML-KEM-768 have coefficients below the modulus', () => {
    const { publicKey } = MLKEM768_X25519.generateKeyPair();
    const bytes = publicKey.bytes;
    // Two coefficients of 12 bits: 3,329, the modulus itself, and 0.
    bytes.set([0x01, 0x0d, 0x00]);
    expect(refusal(() => MLKEM768_X25519.importPublicKey(bytes)).code).toBe('hpke-key-malformed');
    bytes.set([0x00, 0x0d, 0x00]);
    expect(MLKEM768_X25519.importPublicKey(bytes).bytes).toEqual(bytes);
  });

  it('are told apart by everything that they are derived from', () => {
    using ikm = secret(32);
    const digests = KEMS.map((kem) =>
      createHash('sha256').update(kem.deriveKeyPair(ikm).publicKey.bytes).digest('hex'),
    );
    expect(new Set(digests).size).toBe(3);
  });
});
