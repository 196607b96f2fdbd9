import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromHex, SecretBytes, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  EXPORT_ONLY,
  HKDF_SHA256,
  HKDF_SHA512,
  type HpkeKem,
  type HpkeOptions,
  type HpkePrivateKey,
  type HpkeSenderSetup,
  setupRecipient,
} from '../src/hpke.ts';
import { encapsulateWith } from '../src/hpke/dhkem.ts';
import { setupSenderWith } from '../src/hpke/setup.ts';
import {
  EXPORTER_CONTEXTS,
  INFO,
  PLAINTEXT,
  PSK_ID,
  RFC9180_FIGURES,
  type Rfc9180Figures,
} from './rfc9180-figures.ts';

/** A KEM that the library has not got. */
const DHKEM_P521 = 0x0012;
const secret = (hex: string): SecretBytes => SecretBytes.takeFrom(fromHex(hex));

interface Setting {
  readonly kem: HpkeKem;
  readonly options: HpkeOptions;
  readonly recipientKey: HpkePrivateKey;
  readonly ephemeralKey: HpkePrivateKey;
  readonly senderKey: HpkePrivateKey | undefined;
}

/** The sender's context with the ephemeral key of the figures: the one thing that the public API does not allow. */
function setupAsSender({ kem, options, ephemeralKey, recipientKey, senderKey }: Setting): HpkeSenderSetup {
  const encapsulation = encapsulateWith(ephemeralKey, recipientKey.publicKey, senderKey);
  return setupSenderWith(kem, encapsulation, { ...options, ...(senderKey && { senderKey }) });
}

function settingOf(figures: Rfc9180Figures): Setting {
  const { kem, kdf, aead, psk, ikmS } = figures;
  const pskOption = psk === undefined ? {} : { psk: { secret: secret(psk), id: fromHex(PSK_ID) } };
  return {
    kem,
    options: { kdf, aead, info: fromHex(INFO), ...pskOption },
    recipientKey: kem.deriveKeyPair(secret(figures.ikmR)),
    ephemeralKey: kem.deriveKeyPair(secret(figures.ikmE)),
    senderKey: ikmS === undefined ? undefined : kem.deriveKeyPair(secret(ikmS)),
  };
}

describe.each(RFC9180_FIGURES)('HPKE with the figures of RFC 9180 $section', (figures) => {
  const setting = settingOf(figures);
  const { recipientKey, senderKey, ephemeralKey, options } = setting;
  const senderPublicKey = senderKey?.publicKey;
  const sender = setupAsSender(setting);
  const recipient = setupRecipient(recipientKey, sender.encapsulatedKey, {
    ...options,
    ...(senderPublicKey && { senderPublicKey }),
  });

  it('derives the keys, and shares the secret', () => {
    expect(toHex(recipientKey.publicKey.bytes)).toBe(figures.pkRm);
    expect(senderPublicKey && toHex(senderPublicKey.bytes)).toBe(figures.pkSm);
    expect(toHex(sender.encapsulatedKey)).toBe(figures.enc);
    using sent = encapsulateWith(ephemeralKey, recipientKey.publicKey, senderKey).sharedSecret;
    using received = recipientKey.decapsulate(sender.encapsulatedKey, senderPublicKey);
    expect(sent.expose(toHex)).toBe(figures.sharedSecret);
    expect(received.expose(toHex)).toBe(figures.sharedSecret);
  });

  it('seals and opens every message up to the last one', () => {
    const ciphertexts = new Map(figures.encryptions);
    const last = figures.aead === EXPORT_ONLY ? -1 : 256;
    for (let sequence = 0; sequence <= last; sequence += 1) {
      const aad = utf8(`Count-${sequence}`);
      const ciphertext = sender.context.seal(fromHex(PLAINTEXT), aad);
      const expected = ciphertexts.get(sequence);
      if (expected !== undefined) expect(toHex(ciphertext)).toBe(expected);
      using opened = recipient.open(ciphertext, aad);
      expect(opened.expose(toHex)).toBe(PLAINTEXT);
    }
    expect(ciphertexts.size).toBe(last === -1 ? 0 : 3);
  });

  it('exports the secrets, on both sides', () => {
    for (const [index, exporterContext] of EXPORTER_CONTEXTS.entries()) {
      for (const context of [sender.context, recipient]) {
        using exported = context.exportSecret(fromHex(exporterContext), 32);
        expect(exported.expose(toHex)).toBe(figures.exports[index]);
      }
    }
  });
});

interface Vector {
  readonly mode: number;
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly ikmR: string;
  readonly ikmE: string;
  readonly ikmS?: string;
  readonly psk?: string;
  readonly psk_id?: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly encryptions: readonly {
    readonly aad: string;
    readonly pt: string;
    readonly ct: string;
    seq: number;
  }[];
}

interface AccumulatedVector {
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly ikmE: string;
  readonly ikmR: string;
  readonly enc: string;
  readonly encryptions_accumulated?: string;
}

const vectorsFolder = join(
  resolve(join(import.meta.dirname, '..', '..', '..'), process.env.VECTORS_DIR ?? '../shared/vectors'),
  ...['crypto-core', 'hpke'],
);
const hasVectors = existsSync(vectorsFolder);
const vectorsOf = (file: string): unknown => JSON.parse(readFileSync(join(vectorsFolder, file), 'utf8'));
const algorithm = <T extends { readonly id: number }>(id: number, ...all: readonly T[]): T => {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no algorithm ${id}`);
  return found;
};

// The conformance suite opens these as the recipient. To send them takes the ephemeral key, which only a test here can give.
describe.skipIf(!hasVectors)('HPKE as the sender of the published vectors (where they are)', () => {
  it('sends in all modes what is published, byte for byte', () => {
    const vectors = vectorsOf('rfc9180-p256-x25519.json') as readonly Vector[];
    expect(vectors).toHaveLength(64);
    for (const vector of vectors) {
      const kem = algorithm(vector.kem_id, DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256);
      const { psk, psk_id: pskId, ikmS } = vector;
      const setting = {
        kem,
        options: {
          kdf: algorithm(vector.kdf_id, HKDF_SHA256, HKDF_SHA512),
          aead: algorithm(vector.aead_id, AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, EXPORT_ONLY),
          info: fromHex(vector.info),
          ...(psk !== undefined && { psk: { secret: secret(psk), id: fromHex(pskId ?? '') } }),
        },
        recipientKey: kem.importPrivateKey(secret(vector.skRm)),
        ephemeralKey: kem.deriveKeyPair(secret(vector.ikmE)),
        senderKey: ikmS === undefined ? undefined : kem.deriveKeyPair(secret(ikmS)),
      };
      expect(toHex(setting.recipientKey.publicKey.bytes)).toBe(vector.pkRm);
      const { encapsulatedKey, context } = setupAsSender(setting);
      expect(toHex(encapsulatedKey)).toBe(vector.enc);
      const expected = new Map(vector.encryptions.map((one) => [one.seq, one]));
      const last = Math.max(-1, ...expected.keys());
      for (let sequence = 0; sequence <= last; sequence += 1) {
        const one = expected.get(sequence);
        const ciphertext = context.seal(fromHex(one?.pt ?? ''), fromHex(one?.aad ?? ''));
        if (one !== undefined) expect(toHex(ciphertext)).toBe(one.ct);
      }
    }
  });

  it('sends a thousand messages of any lengths as they are published in one digest', () => {
    const vectors = (vectorsOf('filippo-rfc9180.json') as readonly AccumulatedVector[]).filter(
      (vector) => vector.kem_id !== DHKEM_P521 && vector.encryptions_accumulated !== undefined,
    );
    expect(vectors).toHaveLength(12);
    for (const vector of vectors) {
      const kem = algorithm(vector.kem_id, DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256);
      const { encapsulatedKey, context } = setupAsSender({
        kem,
        options: {
          kdf: algorithm(vector.kdf_id, HKDF_SHA256, HKDF_SHA512),
          aead: algorithm(vector.aead_id, AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305),
          info: fromHex(vector.info),
        },
        recipientKey: kem.deriveKeyPair(secret(vector.ikmR)),
        ephemeralKey: kem.deriveKeyPair(secret(vector.ikmE)),
        senderKey: undefined,
      });
      expect(toHex(encapsulatedKey)).toBe(vector.enc);
      // Inputs are drawn from SHAKE128 of nothing, each behind one byte of length.
      const stream = createHash('shake128', { outputLength: 2000 * 256 }).digest();
      let at = 0;
      const draw = (): Uint8Array => {
        const start = at + 1;
        at = start + (stream[at] ?? 0);
        return stream.subarray(start, at);
      };
      const sink = createHash('shake128', { outputLength: 16 });
      for (let count = 0; count < 1000; count += 1) {
        const aad = draw();
        sink.update(context.seal(draw(), aad));
      }
      expect(sink.digest('hex')).toBe(vector.encryptions_accumulated);
    }
  });
});
