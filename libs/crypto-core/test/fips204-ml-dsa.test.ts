import {
  fromHex,
  MlDsaSigningKey,
  SecretBytes,
  sha256,
  toHex,
  utf8,
  verifyMlDsa44,
  verifyMlDsa65,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureVerifier } from '../src/signature/signature-verifier.ts';
import { cuts } from './alteration.ts';
import { expectNoSecret, refusal, rejection } from './refusal.ts';
import { zeroKeySignature, zeroPublicKey } from './zero-key-ml-dsa.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const counting = Uint8Array.from({ length: 32 }, (_, index) => index);
const algorithms = [
  { algorithm: 'ML-DSA-44', verify: verifyMlDsa44, publicKeyLength: 1312, signatureLength: 2420 },
  { algorithm: 'ML-DSA-65', verify: verifyMlDsa65, publicKeyLength: 1952, signatureLength: 3309 },
] as const;

// SHA-256 of the public key. RFC 9881 appendix C: seed 00 01 .. 1f; Wycheproof mldsa_44_sign_seed_test.json: the others.
const publicKeys = [
  ['ML-DSA-44', toHex(counting), '9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46'],
  ['ML-DSA-65', toHex(counting), 'd666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9'],
  ['ML-DSA-44', '2a'.repeat(32), 'd87f8ca136ac1aa55e2d6c4521680efb3a378cbb9bc0bfb446e9c60893931ea3'],
  ['ML-DSA-44', `01${'00'.repeat(31)}`, '86149ae2b8bffb0615d48701b83523d478687ed223ecdc307b59422f6e2041d8'],
] as const;

const keyOf = (algorithm: 'ML-DSA-44' | 'ML-DSA-65', seed: Uint8Array): MlDsaSigningKey =>
  MlDsaSigningKey.fromSeed(algorithm, SecretBytes.copyOf(seed));

describe('ML-DSA', () => {
  it.each(publicKeys)('has the published public key of %s for the seed %s', (algorithm, seed, digest) => {
    expect(toHex(sha256(keyOf(algorithm, fromHex(seed)).publicKey))).toBe(digest);
  });

  it('accepts the signature that Wycheproof gives for a public key without t1 (ML-DSA-44, case 68)', () => {
    const publicKey = zeroPublicKey('ML-DSA-44', 0x2a);
    const signature = zeroKeySignature('ML-DSA-44', publicKey, utf8('Hello world'));
    expect(toHex(signature.subarray(0, 32))).toBe(
      'ea1e94f0ca277492e0cad1abcee02fe686c158027cc766f54d2aeed516dd5705',
    );
    expect(verifyMlDsa44(signature, utf8('Hello world'), publicKey)).toBe(true);
  });

  it.each(algorithms)(
    'agrees with FIPS 204 algorithm 8 by hand on key, context and message ($algorithm)',
    (a) => {
      const any = fc.uint8Array({ maxLength: 300 });
      const contexts = fc.uint8Array({ maxLength: 255 });
      fc.assert(
        fc.property(fc.nat(255), any, contexts, (rho, message, context) => {
          const publicKey = zeroPublicKey(a.algorithm, rho);
          const signature = zeroKeySignature(a.algorithm, publicKey, message, context);
          expect(a.verify(signature, message, publicKey, context)).toBe(true);
          expect(a.verify(signature, message, publicKey, Uint8Array.of(...context, 0))).toBe(false);
          expect(a.verify(signature, Uint8Array.of(...message, 0), publicKey, context)).toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(algorithms)('signs what it verifies, of the length of the standard ($algorithm)', (a) => {
    const { algorithm, verify } = a;
    fc.assert(
      fc.property(
        seeds,
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 40 }),
        (seed, message, context) => {
          const key = keyOf(algorithm, seed);
          const signature = key.sign(message, context);
          expect(key.algorithm).toBe(algorithm);
          expect(key.publicKey.length).toBe(a.publicKeyLength);
          expect(signature.length).toBe(a.signatureLength);
          expect(verify(signature, message, key.publicKey, context)).toBe(true);
          expect(verify(signature, message, key.publicKey, Uint8Array.of(1, ...context))).toBe(false);
          expect(verify(signature, Uint8Array.of(1, ...message), key.publicKey, context)).toBe(false);
        },
      ),
      { numRuns: 10 },
    );
  });

  it.each(algorithms)('signs off the main thread as well ($algorithm)', async ({ algorithm, verify }) => {
    const key = keyOf(algorithm, counting);
    const context = utf8('checkpoint');
    const [plain, bound] = await Promise.all([key.signAsync(counting), key.signAsync(counting, context)]);
    expect(verify(plain, counting, key.publicKey)).toBe(true);
    expect(verify(bound, counting, key.publicKey, context)).toBe(true);
    expect(verify(bound, counting, key.publicKey)).toBe(false);
  });

  it('is hedged: two signatures of one message differ', () => {
    const key = keyOf('ML-DSA-44', counting);
    expect(toHex(key.sign(counting))).not.toBe(toHex(key.sign(counting)));
  });

  it.each(algorithms)('accepts no signature with a flipped bit, cut short or longer ($algorithm)', (a) => {
    const key = keyOf(a.algorithm, counting);
    const signature = key.sign(counting);
    const verify = signatureVerifier(a.algorithm, key.publicKey);
    const isAccepted = (bytes: Uint8Array): boolean => verify(bytes, counting);
    expect(isAccepted(signature)).toBe(true);
    for (const [index, byte] of signature.entries()) {
      if (isAccepted(signature.with(index, byte ^ (1 << (index & 7)))))
        throw new Error(`byte ${index} is not signed`);
    }
    expect([...cuts(signature)].filter(isAccepted)).toEqual([]);
    expect(isAccepted(Uint8Array.of(...signature, 0))).toBe(false);
  });

  it('keeps the parameter sets apart', () => {
    const key = keyOf('ML-DSA-44', counting);
    expect(verifyMlDsa65(key.sign(counting), counting, key.publicKey)).toBe(false);
  });

  it('says false and never throws for any lengths', () => {
    const any = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(any, any, any, any, (signature, message, publicKey, context) => {
        expect(verifyMlDsa44(signature, message, publicKey, context)).toBe(false);
        expect(verifyMlDsa65(signature, message, publicKey, context)).toBe(false);
      }),
    );
    const key = keyOf('ML-DSA-44', counting);
    expect(verifyMlDsa44(key.sign(counting), counting, key.publicKey, new Uint8Array(256))).toBe(false);
    expect(verifyMlDsa44(new Uint8Array(2420), counting, new Uint8Array(1312).fill(0xff))).toBe(false);
  });

  it('refuses a context of 256 bytes', async () => {
    const key = keyOf('ML-DSA-44', counting);
    const context = new Uint8Array(256);
    expect(key.sign(counting, new Uint8Array(255)).length).toBe(2420);
    const errors = [
      refusal(() => key.sign(counting, context)),
      await rejection(key.signAsync(counting, context)),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'context-malformed', value: '256 bytes', limit: '255 bytes' });
    }
  });

  it.each([0, 31, 33, 64])('refuses a seed of %d bytes', (length) => {
    const error = refusal(() => keyOf('ML-DSA-65', new Uint8Array(length)));
    expect(error).toMatchObject({ code: 'key-length', value: `${length} bytes`, limit: '32 bytes' });
    expect(error.message).toContain('ML-DSA-65');
  });

  it('never shows its seed, and gives copies of its public key', () => {
    const key = keyOf('ML-DSA-44', counting);
    expectNoSecret(key, [counting]);
    const before = toHex(key.publicKey);
    key.publicKey.fill(0);
    expect(toHex(key.publicKey)).toBe(before);
    const disposed = SecretBytes.random(32);
    disposed[Symbol.dispose]();
    expect(refusal(() => MlDsaSigningKey.fromSeed('ML-DSA-44', disposed)).code).toBe('secret-disposed');
  });
});
