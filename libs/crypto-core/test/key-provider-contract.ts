import {
  envelopeKey,
  isCompressedPublicKey,
  isXOnlyPublicKey,
  type KeyAlgorithm,
  type KeyProvider,
  openWith,
  providerSigner,
  SecretBytes,
  sealWith,
  sha256,
  type SigningAlgorithm,
  toHex,
  utf8,
  verifyCompositeSignature,
  verifyEcdsa,
  verifyEd25519,
  verifyMlDsa44,
  verifyMlDsa65,
  verifySchnorr,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { expectNoSecret, rejection } from './refusal.ts';

/** What opens the same keys again and again: every call gives a provider of its own over one new, empty place. */
export interface ProviderUnderTest {
  readonly open: () => Promise<KeyProvider>;
}

const DIGESTS: readonly KeyAlgorithm[] = ['ECDSA-secp256k1', 'Schnorr-secp256k1'];

const VERIFY: Readonly<
  Record<SigningAlgorithm, (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean>
> = {
  'ECDSA-secp256k1': verifyEcdsa,
  'Schnorr-secp256k1': verifySchnorr,
  Ed25519: verifyEd25519,
  'ML-DSA-44': (signature, message, publicKey) => verifyMlDsa44(signature, message, publicKey),
  'ML-DSA-65': (signature, message, publicKey) => verifyMlDsa65(signature, message, publicKey),
  'MLDSA44-Ed25519-SHA512': (signature, message, publicKey) =>
    verifyCompositeSignature('MLDSA44-Ed25519-SHA512', signature, message, publicKey),
  'MLDSA65-Ed25519-SHA512': (signature, message, publicKey) =>
    verifyCompositeSignature('MLDSA65-Ed25519-SHA512', signature, message, publicKey),
};

const PUBLIC_KEY_FORM: Partial<Readonly<Record<KeyAlgorithm, (publicKey: Uint8Array) => boolean>>> = {
  'ECDSA-secp256k1': isCompressedPublicKey,
  'Schnorr-secp256k1': isXOnlyPublicKey,
};

function isSigning(algorithm: KeyAlgorithm): algorithm is SigningAlgorithm {
  return algorithm !== 'HMAC-SHA-256';
}

function hex(secret: SecretBytes): string {
  using bytes = secret;
  return bytes.expose(toHex);
}

/**
 * What every key provider must do.
 *
 * @param place a new, empty place for keys, for each test
 */
export function describeKeyProvider(name: string, place: () => Promise<ProviderUnderTest>): void {
  describe(`a key provider: ${name}`, () => {
    it('makes keys of every algorithm that it says, each with an id and a label of its own', async () => {
      await using provider = await (await place()).open();
      expect(provider.algorithms).toContain('HMAC-SHA-256');
      const made = [];
      for (const algorithm of provider.algorithms) {
        const key = await provider.generate({ algorithm, label: `für ${algorithm} \u{1f511}` });
        expect(key).toEqual({
          id: key.id,
          label: `für ${algorithm} \u{1f511}`,
          algorithm,
          exportable: false,
          state: 'usable',
        });
        expect(key.id).toMatch(/^(?:[0-9a-f]{2}){1,32}$/);
        expect(await provider.describe(key.id)).toEqual(key);
        made.push(key);
      }
      expect(await provider.list()).toEqual(made.sort((a, b) => (a.id < b.id ? -1 : 1)));
    });

    it('signs with every key that signs, so that it verifies and nothing altered does', async () => {
      await using provider = await (await place()).open();
      for (const algorithm of provider.algorithms.filter(isSigning)) {
        const { id } = await provider.generate({ algorithm, label: 'signing' });
        const publicKey = await provider.publicKey(id);
        expect(PUBLIC_KEY_FORM[algorithm]?.(publicKey) ?? true).toBe(true);
        for (let round = 0; round < 8; round += 1) {
          const message = sha256(utf8(`${algorithm} ${round}`));
          const signature = await provider.sign(id, message);
          expect(VERIFY[algorithm](signature, message, publicKey)).toBe(true);
          expect(VERIFY[algorithm](signature, sha256(message), publicKey)).toBe(false);
        }
        const error = (await rejection(provider.expand(id, new Uint8Array(), 32))).code;
        expect(error).toBe('algorithm-unsupported');
      }
    });

    it('takes digests of 32 bytes for ECDSA and Schnorr, messages of any length for the rest', async () => {
      await using provider = await (await place()).open();
      for (const algorithm of provider.algorithms.filter(isSigning)) {
        const { id } = await provider.generate({ algorithm, label: 'signing' });
        for (const message of [new Uint8Array(), new Uint8Array(31), new Uint8Array(100_000)]) {
          if (DIGESTS.includes(algorithm)) {
            expect((await rejection(provider.sign(id, message))).code).toBe('digest-length');
            continue;
          }
          const signature = await provider.sign(id, message);
          expect(VERIFY[algorithm](signature, message, await provider.publicKey(id))).toBe(true);
        }
      }
    });

    it('is a signer for what signs messages, with the key where it is', async () => {
      await using provider = await (await place()).open();
      const { id } = await provider.generate({ algorithm: 'Ed25519', label: 'log' });
      const signer = await providerSigner(provider, id);
      const message = utf8('checkpoint');
      expect(signer.algorithm).toBe('Ed25519');
      expect(verifyEd25519(await signer.signAsync(message), message, signer.publicKey)).toBe(true);
      const hmac = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'seal' });
      expect(await rejection(providerSigner(provider, hmac.id))).toMatchObject({
        code: 'algorithm-unsupported',
        value: 'HMAC-SHA-256',
      });
    });

    it('expands a symmetric key the same each time, apart by info, and by prefix as HKDF does', async () => {
      const { open } = await place();
      await using provider = await open();
      const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'seal' });
      const other = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'seal' });
      const info = utf8('info');
      const whole = hex(await provider.expand(id, info, 8160));
      for (const length of [1, 31, 32, 33, 64, 96, 8159]) {
        expect(hex(await provider.expand(id, info, length))).toBe(whole.slice(0, 2 * length));
      }
      const all = [whole];
      for (const [key, bytes] of [
        [id, new Uint8Array()],
        [id, Uint8Array.of(1)],
        [id, new Uint8Array(1024)],
        [other.id, info],
      ] as const) {
        all.push(hex(await provider.expand(key, bytes, 32)));
      }
      expect(new Set(all.map((text) => text.slice(0, 64))).size).toBe(all.length);
      for (const length of [0, -1, 1.5, 8161, Number.NaN]) {
        expect((await rejection(provider.expand(id, info, length))).code).toBe('length-out-of-range');
      }
      expect((await rejection(provider.sign(id, new Uint8Array(32)))).code).toBe('algorithm-unsupported');
      expect((await rejection(provider.publicKey(id))).code).toBe('algorithm-unsupported');
      await using again = await open();
      expect(hex(await again.expand(id, info, 8160))).toBe(whole);
    });

    it('seals and opens envelopes with a key that stays in it', async () => {
      await using provider = await (await place()).open();
      const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'seal' });
      const key = {
        keyId: id,
        expand: (info: Uint8Array, length: number) => provider.expand(id, info, length),
      };
      const envelope = await sealWith(key, utf8('clear'), { context: 'c' });
      using clear = await openWith(key, envelope, { context: 'c' });
      expect(clear.equals(utf8('clear'))).toBe(true);
      expect((await rejection(openWith(key, envelope, { context: 'd' }))).code).toBe('envelope-refused');
    });

    it('keeps its keys for the next who opens it, and shows no change of one to another but its own', async () => {
      const { open } = await place();
      const first = await open();
      const key = await first.generate({ algorithm: 'Ed25519', label: 'kept' });
      const publicKey = await first.publicKey(key.id);
      await first.close();
      await using second = await open();
      await using third = await open();
      expect(await second.publicKey(key.id)).toEqual(publicKey);
      const later = await second.generate({ algorithm: 'HMAC-SHA-256', label: 'later' });
      expect(await third.describe(later.id)).toEqual(later);
      expect((await third.list()).length).toBe(2);
    });

    it('destroys a key for ever, in every provider that is open, and says so of it and of no other', async () => {
      const { open } = await place();
      await using provider = await open();
      await using other = await open();
      const algorithms = provider.algorithms.slice(0, 3);
      for (const algorithm of algorithms) {
        const key = await provider.generate({ algorithm, label: 'gone' });
        const kept = await provider.generate({ algorithm, label: 'kept' });
        const use = (from: KeyProvider, id: string): Promise<unknown> =>
          isSigning(algorithm) ? from.sign(id, new Uint8Array(32)) : from.expand(id, new Uint8Array(), 32);
        await use(other, key.id);
        await provider.destroy(key.id);
        await provider.destroy(key.id);
        for (const from of [provider, other, await open()]) {
          expect(await rejection(use(from, key.id))).toMatchObject({ code: 'key-destroyed', value: key.id });
          expect((await rejection(from.publicKey(key.id))).code).toBe('key-destroyed');
          expect(await from.describe(key.id)).toEqual({ ...key, state: 'destroyed' });
          expect(await from.list()).toContainEqual({ ...key, state: 'destroyed' });
          await use(from, kept.id);
        }
      }
    });

    it('says that there is no such key', async () => {
      await using provider = await (await place()).open();
      for (const id of ['00'.repeat(16), '', 'zz', '0', 'é', 'a'.repeat(1000)]) {
        const uses = [
          () => provider.describe(id),
          () => provider.publicKey(id),
          () => provider.expand(id, new Uint8Array(), 32),
          () => provider.sign(id, new Uint8Array(32)),
          () => provider.destroy(id),
          () => provider.exportSealed(id, envelopeKey(SecretBytes.random(32), 'wrap')),
        ];
        for (const use of uses) expect((await rejection(use())).code).toBe('key-missing');
      }
      expect(await provider.list()).toEqual([]);
    });

    it('refuses what it cannot make: another algorithm, a malformed label', async () => {
      await using provider = await (await place()).open();
      const algorithm = 'RSA' as unknown as KeyAlgorithm;
      expect(await rejection(provider.generate({ algorithm, label: 'x' }))).toMatchObject({
        code: 'algorithm-unsupported',
        value: 'RSA',
        limit: provider.algorithms.join(', '),
      });
      for (const label of ['', 'x'.repeat(256), '\ud800']) {
        const pending = provider.generate({ algorithm: 'HMAC-SHA-256', label });
        expect((await rejection(pending)).code).toBe('context-malformed');
      }
      expect(await provider.list()).toEqual([]);
    });

    it('gives no key out that was not made for it', async () => {
      await using provider = await (await place()).open();
      using wrapping = SecretBytes.random(32);
      for (const algorithm of provider.algorithms) {
        const { id } = await provider.generate({ algorithm, label: 'stays' });
        const error = await rejection(provider.exportSealed(id, envelopeKey(wrapping, 'wrap')));
        expect(error.code).toBe('key-not-exportable');
      }
    });

    it('does nothing more once it is closed, and shows no secret', async () => {
      const provider = await (await place()).open();
      const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'seal' });
      using secret = await provider.expand(id, new Uint8Array(), 32);
      expectNoSecret(provider, [secret.expose((bytes) => bytes.slice())]);
      await provider.close();
      await provider.close();
      const uses = [
        () => provider.list(),
        () => provider.describe(id),
        () => provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' }),
        () => provider.expand(id, new Uint8Array(), 32),
        () => provider.sign(id, new Uint8Array(32)),
        () => provider.publicKey(id),
        () => provider.destroy(id),
        () => provider.exportSealed(id, envelopeKey(secret, 'wrap')),
      ];
      for (const use of uses) expect((await rejection(use())).code).toBe('provider-closed');
    });
  });
}
