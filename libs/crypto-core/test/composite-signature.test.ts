import {
  compositeContext,
  CompositeSigningKey,
  Ed25519SigningKey,
  MlDsaSigningKey,
  SecretBytes,
  sha256,
  toHex,
  utf8,
  verifyCompositeSignature,
  verifyEd25519,
  verifyMlDsa44,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositePublicKeys, signComposite, verifyComposite } from '../src/signature/composite-draft.ts';
import { privateKeyFromSeed } from '../src/signature/openssl-key.ts';
import { signatureVerifier } from '../src/signature/signature-verifier.ts';
import { cuts } from './alteration.ts';
import { compositeFigure, ed25519HalfOfMlDsa65Figure } from './composite-figure.ts';
import { expectNoSecret, refusal, rejection } from './refusal.ts';
import { zeroKeySignature, zeroPublicKey } from './zero-key-ml-dsa.ts';

const NONE = new Uint8Array();
const algorithms = [
  { algorithm: 'MLDSA44-Ed25519-SHA512', publicKeyLength: 1344, signatureLength: 2484 },
  { algorithm: 'MLDSA65-Ed25519-SHA512', publicKeyLength: 1984, signatureLength: 3373 },
] as const;
const keyOf = (algorithm: (typeof algorithms)[number]['algorithm'], fill: number): CompositeSigningKey =>
  CompositeSigningKey.fromSeed(algorithm, SecretBytes.takeFrom(new Uint8Array(64).fill(fill)));

describe('the composite of draft-ietf-lamps-pq-composite-sigs-19', () => {
  const { message, signature } = compositeFigure;

  it('derives the public key of its test vector and accepts its signature', () => {
    const { publicKey } = CompositeSigningKey.fromSeed('MLDSA44-Ed25519-SHA512', compositeFigure.seed());
    expect(toHex(sha256(publicKey))).toBe(compositeFigure.publicKeyDigest);
    const keys = compositePublicKeys('MLDSA44-Ed25519-SHA512', publicKey);
    expect(verifyComposite('MLDSA44-Ed25519-SHA512', keys, signature, message, NONE)).toBe(true);
    expect(verifyComposite('MLDSA44-Ed25519-SHA512', keys, signature, message, utf8('x'))).toBe(false);
    expect(verifyComposite('MLDSA44-Ed25519-SHA512', keys, signature, utf8('x'), NONE)).toBe(false);
  });

  it('gives the Ed25519 half of its test vector', () => {
    const halves = compositeFigure.seed().expose((seed) => ({
      mlDsa: privateKeyFromSeed('ML-DSA-44', SecretBytes.copyOf(seed.subarray(0, 32))),
      ed25519: privateKeyFromSeed('Ed25519', SecretBytes.copyOf(seed.subarray(32))),
    }));
    const signed = signComposite('MLDSA44-Ed25519-SHA512', halves, message, NONE);
    expect(toHex(signed.subarray(2420))).toBe(toHex(signature.subarray(2420)));
  });

  it('takes the Ed25519 half of the vector with ML-DSA-65 beside an ML-DSA-65 signature made by hand', () => {
    // The draft section 2.2: M' = Prefix || Label || len(ctx) || ctx || SHA-512(M); section 3.2: Label is ML-DSA's context.
    const label = utf8('COMPSIG-MLDSA65-Ed25519-SHA512');
    const digest = Buffer.from(
      '91ea1245f20d46ae9a037a989f54f1f790f0a47607eeb8a14d12890cea77a1bbc6c7ed9cf205e67b7f2b8fd4c7dfd3a7a8617e45f3c463d481c7e586c39ac1ed',
      'hex',
    );
    const representative = Buffer.concat([
      utf8('CompositeAlgorithmSignatures2025'),
      label,
      Uint8Array.of(0),
      digest,
    ]);
    const mlDsaKey = zeroPublicKey('ML-DSA-65', 7);
    const mlDsa = zeroKeySignature('ML-DSA-65', mlDsaKey, representative, label);
    const publicKey = Buffer.concat([mlDsaKey, ed25519HalfOfMlDsa65Figure.publicKey]);
    const both = Buffer.concat([mlDsa, ed25519HalfOfMlDsa65Figure.signature]);
    const keys = compositePublicKeys('MLDSA65-Ed25519-SHA512', publicKey);
    expect(verifyComposite('MLDSA65-Ed25519-SHA512', keys, both, message, NONE)).toBe(true);
    const otherContext = zeroKeySignature('ML-DSA-65', mlDsaKey, representative, NONE);
    const wrong = Buffer.concat([otherContext, ed25519HalfOfMlDsa65Figure.signature]);
    expect(verifyComposite('MLDSA65-Ed25519-SHA512', keys, wrong, message, NONE)).toBe(false);
    expect(verifyComposite('MLDSA65-Ed25519-SHA512', keys, both, message, new Uint8Array(256))).toBe(false);
  });
});

describe.each(algorithms)(
  'CompositeSigningKey, $algorithm',
  ({ algorithm, publicKeyLength, signatureLength }) => {
    const key = keyOf(algorithm, 1);
    const message = utf8('pay 1 BTC');
    const context = utf8('withdrawal');
    const signature = key.sign(message, context);
    const border = signatureLength - 64;
    const isAccepted = (bytes: Uint8Array): boolean =>
      verifyCompositeSignature(algorithm, bytes, message, key.publicKey, context);

    it('signs what it verifies, of the lengths of the draft', () => {
      expect(key.algorithm).toBe(algorithm);
      expect(key.publicKey.length).toBe(publicKeyLength);
      expect(signature.length).toBe(signatureLength);
      expect(isAccepted(signature)).toBe(true);
      const plain = key.sign(message);
      expect(verifyCompositeSignature(algorithm, plain, message, key.publicKey)).toBe(true);
      expect(verifyCompositeSignature(algorithm, plain, message, key.publicKey, context)).toBe(false);
    });

    it('signs any message off the main thread as well', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 99 }),
          fc.uint8Array({ maxLength: 255 }),
          async (any, bound) => {
            const signed = await key.signAsync(any, bound);
            expect(verifyCompositeSignature(algorithm, signed, any, key.publicKey, bound)).toBe(true);
          },
        ),
        { numRuns: 5 },
      );
      const signed = await key.signAsync(message);
      expect(verifyCompositeSignature(algorithm, signed, message, key.publicKey)).toBe(true);
    });

    it('verifies under the draft with the context that binds both keys, and with no other', () => {
      const keys = compositePublicKeys(algorithm, key.publicKey);
      const bound = compositeContext(algorithm, key.publicKey, context);
      expect(bound.length).toBe(32);
      expect(verifyComposite(algorithm, keys, signature, message, bound)).toBe(true);
      expect(verifyComposite(algorithm, keys, signature, message, context)).toBe(false);
    });

    it('needs both halves: one of another signature, key or message is refused', () => {
      const other = keyOf(algorithm, 2).sign(message, context);
      const otherMessage = key.sign(utf8('pay 9 BTC'), context);
      for (const foreign of [other, otherMessage]) {
        expect(isAccepted(Buffer.concat([foreign.subarray(0, border), signature.subarray(border)]))).toBe(
          false,
        );
        expect(isAccepted(Buffer.concat([signature.subarray(0, border), foreign.subarray(border)]))).toBe(
          false,
        );
      }
      expect(isAccepted(Buffer.concat([new Uint8Array(border), signature.subarray(border)]))).toBe(false);
      expect(isAccepted(Buffer.concat([signature.subarray(0, border), new Uint8Array(64)]))).toBe(false);
    });

    it('refuses half of a signature beside another partner key, though that partner signs too', () => {
      // The same ML-DSA seed in both keys, as it must not be: even so no half can be carried over.
      const seed = new Uint8Array(64).fill(1);
      seed.fill(9, 32);
      const twin = CompositeSigningKey.fromSeed(algorithm, SecretBytes.takeFrom(seed));
      expect(toHex(twin.publicKey.subarray(0, 32))).toBe(toHex(key.publicKey.subarray(0, 32)));
      const mixed = Buffer.concat([
        signature.subarray(0, border),
        twin.sign(message, context).subarray(border),
      ]);
      expect(verifyCompositeSignature(algorithm, mixed, message, twin.publicKey, context)).toBe(false);
    });

    it('cannot be stripped: no half is a signature of the message by itself', () => {
      const mlDsaKey = key.publicKey.subarray(0, publicKeyLength - 32);
      const half = signature.subarray(0, border);
      for (const bound of [NONE, context, compositeContext(algorithm, key.publicKey, context)]) {
        expect(verifyMlDsa44(half, message, mlDsaKey, bound)).toBe(false);
      }
      expect(
        verifyEd25519(signature.subarray(border), message, key.publicKey.subarray(publicKeyLength - 32)),
      ).toBe(false);
    });

    it('cannot be made of signatures that its halves gave by themselves', () => {
      const seed = SecretBytes.takeFrom(new Uint8Array(32).fill(1));
      const mlDsa = MlDsaSigningKey.fromSeed(
        algorithm === 'MLDSA44-Ed25519-SHA512' ? 'ML-DSA-44' : 'ML-DSA-65',
        seed,
      );
      const ed25519 = Ed25519SigningKey.fromSeed(seed);
      for (const bound of [NONE, context]) {
        expect(isAccepted(Buffer.concat([mlDsa.sign(message, bound), ed25519.sign(message)]))).toBe(false);
      }
    });

    it('accepts no signature with a flipped bit, cut short or longer', () => {
      const plain = key.sign(message);
      const verify = signatureVerifier(algorithm, key.publicKey);
      expect(verify(plain, message)).toBe(true);
      for (const [index, byte] of plain.entries()) {
        if (verify(plain.with(index, byte ^ (1 << (index & 7))), message))
          throw new Error(`byte ${index} is not signed`);
      }
      expect([...cuts(plain)].filter((bytes) => verify(bytes, message))).toEqual([]);
      expect(verify(Uint8Array.of(...plain, 0), message)).toBe(false);
    });

    it('says false and never throws for what is no key and no context', () => {
      for (const publicKey of [NONE, key.publicKey.subarray(1), new Uint8Array(publicKeyLength).fill(0xff)]) {
        expect(verifyCompositeSignature(algorithm, signature, message, publicKey, context)).toBe(false);
      }
      expect(
        verifyCompositeSignature(algorithm, signature, message, key.publicKey, new Uint8Array(256)),
      ).toBe(false);
      expect(verifyCompositeSignature(algorithm, signature, message, new Uint8Array(70_000), context)).toBe(
        false,
      );
    });

    it('refuses a seed of another length and a context of 256 bytes, and never shows its seed', async () => {
      for (const length of [0, 32, 63, 65]) {
        const error = refusal(() =>
          CompositeSigningKey.fromSeed(algorithm, SecretBytes.copyOf(new Uint8Array(length))),
        );
        expect(error).toMatchObject({ code: 'key-length', value: `${length} bytes`, limit: '64 bytes' });
      }
      const long = new Uint8Array(256);
      const errors = [
        refusal(() => key.sign(message, long)),
        await rejection(key.signAsync(message, long)),
        refusal(() => compositeContext(algorithm, key.publicKey, long)),
      ];
      for (const error of errors)
        expect(error).toMatchObject({ code: 'context-malformed', value: '256 bytes' });
      expectNoSecret(key, [new Uint8Array(64).fill(1)]);
    });
  },
);

describe('the two composites', () => {
  it('are kept apart by algorithm, though all else is the same', () => {
    const key = keyOf('MLDSA44-Ed25519-SHA512', 1);
    const signature = key.sign(utf8('x'));
    expect(verifyCompositeSignature('MLDSA65-Ed25519-SHA512', signature, utf8('x'), key.publicKey)).toBe(
      false,
    );
    const context44 = compositeContext('MLDSA44-Ed25519-SHA512', key.publicKey, NONE);
    expect(toHex(compositeContext('MLDSA65-Ed25519-SHA512', key.publicKey, NONE))).not.toBe(toHex(context44));
  });
});
