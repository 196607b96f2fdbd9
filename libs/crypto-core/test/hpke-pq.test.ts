import { createHash } from 'node:crypto';
import { fromHex, SecretBytes, sha256, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { x25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  DHKEM_P256_HKDF_SHA256,
  HKDF_SHA256,
  MLKEM768_X25519,
  openSingleShot,
  sealSingleShot,
  setupRecipient,
  SHAKE128,
} from '../src/hpke.ts';
import { mlKem768Decapsulate, mlKem768PrivateKey } from '../src/hpke/ml-kem-768.ts';
import { combine } from '../src/hpke/mlkem768-x25519.ts';
import { MLKEM768_X25519_FIGURES, SHAKE128_FIGURES } from './hpke-pq-figures.ts';
import { refusal } from './refusal.ts';

const secret = (hex: string): SecretBytes => SecretBytes.takeFrom(fromHex(hex));
const options = { kdf: HKDF_SHA256, aead: AES_256_GCM, info: utf8('test') };

describe.each([
  {
    name: 'MLKEM768-X25519',
    figures: MLKEM768_X25519_FIGURES,
    kem: MLKEM768_X25519,
    suite: { kdf: HKDF_SHA256, aead: CHACHA20_POLY1305 },
  },
  {
    name: 'SHAKE128',
    figures: SHAKE128_FIGURES,
    kem: DHKEM_P256_HKDF_SHA256,
    suite: { kdf: SHAKE128, aead: AES_128_GCM },
  },
])('HPKE with the figures of draft-ietf-hpke-pq for $name', ({ figures, kem, suite }) => {
  const key = kem.importPrivateKey(secret(figures.skRm));

  it('derives the key pair', () => {
    expect(toHex(sha256(key.publicKey.bytes))).toBe(figures.pkRmDigest);
    const derived = kem.deriveKeyPair(secret(figures.ikmR));
    expect(toHex(derived.publicKey.bytes)).toBe(toHex(key.publicKey.bytes));
  });

  it('decapsulates, opens and exports', () => {
    using sharedSecret = key.decapsulate(fromHex(figures.enc));
    expect(sharedSecret.expose(toHex)).toBe(figures.sharedSecret);
    using context = setupRecipient(key, fromHex(figures.enc), { ...suite, info: fromHex(figures.info) });
    for (const { aad, pt, ct } of figures.encryptions) {
      using opened = context.open(fromHex(ct), fromHex(aad));
      expect(opened.expose(toHex)).toBe(pt);
    }
    using exported = context.exportSecret(fromHex(figures.exporterContext), 32);
    expect(exported.expose(toHex)).toBe(figures.exportedValue);
  });
});

describe('MLKEM768-X25519', () => {
  const key = MLKEM768_X25519.generateKeyPair();
  const message = sealSingleShot(key.publicKey, utf8('x'), options);

  it('refuses an altered ciphertext of ML-KEM, which decapsulates to another secret and no error', () => {
    for (const at of [0, 1, 500, 959, 960, 1087]) {
      const encapsulatedKey = Uint8Array.from(message.encapsulatedKey);
      encapsulatedKey[at] = (encapsulatedKey[at] ?? 0) ^ 1;
      using right = key.decapsulate(message.encapsulatedKey);
      using implicitlyRejected = key.decapsulate(encapsulatedKey);
      expect(implicitlyRejected.equals(right)).toBe(false);
      const altered = { ...message, encapsulatedKey };
      expect(refusal(() => openSingleShot(key, altered, options)).code).toBe('hpke-refused');
    }
  });

  it('refuses an encapsulated key that is put together from two', () => {
    const other = sealSingleShot(key.publicKey, utf8('x'), options);
    for (const half of ['first', 'second']) {
      const encapsulatedKey = Uint8Array.from(message.encapsulatedKey);
      const [start, end] = half === 'first' ? [0, 1088] : [1088, 1120];
      encapsulatedKey.set(other.encapsulatedKey.subarray(start, end), start);
      const mixed = { ...message, encapsulatedKey };
      expect(refusal(() => openSingleShot(key, mixed, options)).code).toBe('hpke-refused');
    }
  });

  it('combines by SHA3-256 of both secrets, both keys of X25519 and the label, each of which counts', () => {
    const parts = {
      mlKemSecret: SecretBytes.takeFrom(new Uint8Array(32).fill(1)),
      x25519Secret: SecretBytes.takeFrom(new Uint8Array(32).fill(2)),
      ephemeralKey: new Uint8Array(32).fill(3),
      recipientKey: new Uint8Array(32).fill(4),
    };
    const expected = createHash('sha3-256');
    for (const fill of [1, 2, 3, 4]) expected.update(new Uint8Array(32).fill(fill));
    const combined = combine(parts).expose(toHex);
    expect(combined).toBe(expected.update(fromHex('5c2e2f2f5e5c')).digest('hex'));
    const other = new Uint8Array(32).fill(9);
    const variants = [
      { ...parts, mlKemSecret: SecretBytes.copyOf(other) },
      { ...parts, x25519Secret: SecretBytes.copyOf(other) },
      { ...parts, ephemeralKey: other },
      { ...parts, recipientKey: other },
      { ...parts, mlKemSecret: parts.x25519Secret, x25519Secret: parts.mlKemSecret },
    ].map((variant) => combine(variant).expose(toHex));
    expect(new Set([...variants, combined]).size).toBe(6);
  });

  it('holds against whoever knows one half of the private key', () => {
    const seedOf = (fill: number): SecretBytes => SecretBytes.takeFrom(new Uint8Array(32).fill(fill));
    const [own, attackers] = [
      MLKEM768_X25519.importPrivateKey(seedOf(1)),
      MLKEM768_X25519.importPrivateKey(seedOf(2)),
    ];
    for (const known of ['ML-KEM', 'X25519']) {
      const publicKey = own.publicKey.bytes;
      const half = known === 'ML-KEM' ? [0, 1184] : [1184, 1216];
      publicKey.set(attackers.publicKey.bytes.subarray(half[0], half[1]), half[0]);
      const sealed = sealSingleShot(MLKEM768_X25519.importPublicKey(publicKey), utf8('x'), options);
      // The attacker's own key decapsulates the half that is theirs rightly, and the other one not.
      expect(refusal(() => openSingleShot(attackers, sealed, options)).code).toBe('hpke-refused');
      expect(refusal(() => openSingleShot(own, sealed, options)).code).toBe('hpke-refused');
    }
  });

  it('shares no secret with whoever computed one of the two and not the other', () => {
    const seed = new Uint8Array(32).fill(7);
    const own = MLKEM768_X25519.importPrivateKey(SecretBytes.copyOf(seed));
    const { sharedSecret, encapsulatedKey } = own.publicKey.encapsulate();
    const expanded = createHash('shake256', { outputLength: 96 }).update(seed).digest();
    const ephemeralKey = encapsulatedKey.subarray(1088);
    const known = {
      mlKemSecret: mlKem768Decapsulate(
        mlKem768PrivateKey(expanded.subarray(0, 64)),
        encapsulatedKey.subarray(0, 1088),
      ),
      x25519Secret: SecretBytes.takeFrom(x25519.getSharedSecret(expanded.subarray(64), ephemeralKey)),
      ephemeralKey,
      recipientKey: own.publicKey.bytes.subarray(1184),
    };
    expect(combine(known).equals(sharedSecret)).toBe(true);
    for (const missing of ['mlKemSecret', 'x25519Secret'] as const) {
      for (const guess of [new Uint8Array(32), new Uint8Array(32).fill(0xff), sha256(encapsulatedKey)]) {
        const guessed = { ...known, [missing]: SecretBytes.copyOf(guess) };
        expect(combine(guessed).equals(sharedSecret)).toBe(false);
      }
    }
  });
});
