import {
  fromHex,
  isCompressedPublicKey,
  SecretBytes,
  SigningKey,
  toHex,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { getPublicKey, Point, utils } from './independent-secp256k1.ts';
import { expectNoSecret, refusal } from './refusal.ts';

const order = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const scalar = (last: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => (index === 31 ? last : 0));

describe('SigningKey', () => {
  it('has the generator as the public key of 1 and its negation as that of n - 1 (SEC 2 section 2.4.1)', () => {
    const x = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
    using one = SigningKey.fromSecret(SecretBytes.takeFrom(scalar(1)));
    expect(toHex(one.publicKey)).toBe(`02${x}`);
    expect(toHex(one.xOnlyPublicKey)).toBe(x);
    using last = SigningKey.fromSecret(
      SecretBytes.takeFrom(order.map((byte, index) => (index === 31 ? 0x40 : byte))),
    );
    expect(toHex(last.publicKey)).toBe(`03${x}`);
    expect(toHex(last.xOnlyPublicKey)).toBe(x);
  });

  it.each([
    ['zero', scalar(0)],
    ['n', order],
    ['n + 1', order.map((byte, index) => (index === 31 ? 0x42 : byte))],
    ['2^256 - 1', new Uint8Array(32).fill(0xff)],
    ['31 bytes', scalar(1).subarray(1)],
    ['33 bytes', new Uint8Array(33).fill(1)],
    ['nothing', new Uint8Array()],
  ])('refuses %s as a secret and does not show it', (_name, bytes) => {
    using secret = SecretBytes.copyOf(bytes);
    const error = refusal(() => SigningKey.fromSecret(secret), bytes.length > 1 ? [bytes] : []);
    expect(error).toMatchObject({
      code: 'scalar-out-of-range',
      value: `${bytes.length} bytes`,
      limit: '32 bytes, big-endian, in 1 to n - 1',
    });
  });

  it('keeps a copy of the secret, signs until it is disposed and then no more', () => {
    const secret = SecretBytes.random(32);
    const key = SigningKey.fromSecret(secret);
    const publicKey = toHex(key.publicKey);
    secret[Symbol.dispose]();
    expect(key.signEcdsa(new Uint8Array(32)).length).toBe(64);
    key[Symbol.dispose]();
    expect(refusal(() => key.signEcdsa(new Uint8Array(32))).code).toBe('secret-disposed');
    expect(refusal(() => key.signSchnorr(new Uint8Array(32))).code).toBe('secret-disposed');
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(refusal(() => SigningKey.fromSecret(secret)).code).toBe('secret-disposed');
  });

  it('generates a new key each time', () => {
    const keys = Array.from({ length: 20 }, () => SigningKey.generate());
    expect(new Set(keys.map((key) => toHex(key.publicKey))).size).toBe(20);
    for (const key of keys) expect(isCompressedPublicKey(key.publicKey)).toBe(true);
  });

  it('never shows its secret, and gives copies of its public keys', () => {
    const secret = utils.randomSecretKey();
    using key = SigningKey.fromSecret(SecretBytes.copyOf(secret));
    expectNoSecret(key, [secret]);
    key.publicKey.fill(0);
    key.xOnlyPublicKey.fill(0);
    expect(toHex(key.publicKey)).toBe(toHex(getPublicKey(secret)));
    expect(structuredClone(key)).toEqual({});
  });
});

describe('isCompressedPublicKey', () => {
  it('takes 33 bytes on the curve and nothing else', () => {
    using key = SigningKey.generate();
    const uncompressed = Point.fromBytes(key.publicKey).toBytes(false);
    expect(isCompressedPublicKey(key.publicKey)).toBe(true);
    const others = [
      uncompressed,
      key.xOnlyPublicKey,
      key.publicKey.subarray(1),
      new Uint8Array(33),
      new Uint8Array(),
    ];
    for (const bytes of others) expect(isCompressedPublicKey(bytes)).toBe(false);
    for (const prefix of [0, 1, 4, 5, 6, 7, 0xff]) {
      expect(isCompressedPublicKey(Uint8Array.of(prefix, ...key.xOnlyPublicKey))).toBe(false);
    }
    // BIP340, figure 5: an x coordinate without a point.
    const offCurve = fromHex('eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34');
    expect(isCompressedPublicKey(Uint8Array.of(2, ...offCurve))).toBe(false);
  });
});
