import { createHash, type KeyObject } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { checkLength, type DhKeyPair, sharedPoint } from './dh-group.ts';
import type { HpkeEncapsulation, HpkeKem, HpkePrivateKey, HpkePublicKey } from './kem.ts';
import { checkKeyingMaterial } from './keying-material.ts';
import { uint16 } from './labeled-hkdf.ts';
import { labeledDerive } from './labeled-shake.ts';
import {
  ML_KEM_768_LENGTHS,
  mlKem768Decapsulate,
  mlKem768Encapsulate,
  mlKem768PrivateKey,
  mlKem768PublicKey,
  mlKem768PublicKeyBytes,
} from './ml-kem-768.ts';
import { refusedHpke, refusingMalformedKeys, unsupportedSender } from './refusal.ts';
import { X25519 } from './x25519.ts';

const KEM_ID = 0x647a;
const SEED_LENGTH = 32;
/** The six characters `\.//^\` (draft-irtf-cfrg-concrete-hybrid-kems). */
const LABEL = utf8('\\.//^\\');

/**
 * MLKEM768-X25519 (draft-ietf-hpke-pq, KEM id 0x647a; X-Wing): ML-KEM-768 and X25519 side by side. It holds while one
 * of the two does. Its private key is a seed of 32 bytes; it has no modes with a sender's key.
 */
export const MLKEM768_X25519: HpkeKem = {
  id: KEM_ID,
  name: 'MLKEM768-X25519',
  encapsulatedKeyLength: ML_KEM_768_LENGTHS.ciphertext + X25519.publicKeyLength,
  publicKeyLength: ML_KEM_768_LENGTHS.publicKey + X25519.publicKeyLength,
  privateKeyLength: SEED_LENGTH,

  generateKeyPair() {
    using seed = SecretBytes.random(SEED_LENGTH);
    return new HybridPrivateKey(seed);
  },

  deriveKeyPair(ikm) {
    checkKeyingMaterial(ikm, MLKEM768_X25519);
    using seed = labeledDerive('shake256', {
      suiteId: Buffer.concat([utf8('KEM'), uint16(KEM_ID)]),
      ikm: [ikm],
      label: 'DeriveKeyPair',
      context: new Uint8Array(),
      length: SEED_LENGTH,
    });
    return new HybridPrivateKey(seed);
  },

  importPrivateKey(bytes) {
    checkLength('the private key', bytes, SEED_LENGTH);
    return new HybridPrivateKey(bytes);
  },

  importPublicKey(bytes) {
    checkLength('the public key', bytes, MLKEM768_X25519.publicKeyLength);
    return new HybridPublicKey(bytes);
  },
};

class HybridPublicKey implements HpkePublicKey {
  readonly kem: HpkeKem = MLKEM768_X25519;
  readonly #bytes: Uint8Array;
  readonly #mlKem: KeyObject;
  readonly #x25519: KeyObject;

  /** @throws CryptoError `hpke-key-malformed` where one of the halves is */
  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
    this.#mlKem = mlKem768PublicKey(bytes.subarray(0, ML_KEM_768_LENGTHS.publicKey));
    this.#x25519 = X25519.importPublicKey(bytes.subarray(ML_KEM_768_LENGTHS.publicKey));
    X25519.checkOrder(this.#x25519);
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  encapsulate(senderKey?: HpkePrivateKey): HpkeEncapsulation {
    if (senderKey !== undefined) throw unsupportedSender(senderKey.kem, this.kem);
    const { sharedSecret, ciphertext } = mlKem768Encapsulate(this.#mlKem);
    using mlKemSecret = sharedSecret;
    const ephemeral = X25519.generate();
    using x25519Secret = sharedPoint(ephemeral.privateKey, this.#x25519);
    return {
      sharedSecret: combine({
        mlKemSecret,
        x25519Secret,
        ephemeralKey: ephemeral.publicKeyBytes,
        recipientKey: this.#bytes.subarray(ML_KEM_768_LENGTHS.publicKey),
      }),
      encapsulatedKey: new Uint8Array(Buffer.concat([ciphertext, ephemeral.publicKeyBytes])),
    };
  }
}

class HybridPrivateKey implements HpkePrivateKey {
  readonly kem: HpkeKem = MLKEM768_X25519;
  readonly publicKey: HpkePublicKey;
  readonly #mlKem: KeyObject;
  readonly #x25519: DhKeyPair;

  /** @param seed 32 bytes, which SHAKE256 expands to the seed of the one key and the scalar of the other */
  constructor(seed: SecretBytes) {
    const length = ML_KEM_768_LENGTHS.seed + X25519.privateKeyLength;
    const hash = createHash('shake256', { outputLength: length });
    using expanded = SecretBytes.takeFrom(seed.expose((bytes) => hash.update(bytes)).digest());
    this.#mlKem = expanded.expose((bytes) => mlKem768PrivateKey(bytes.subarray(0, ML_KEM_768_LENGTHS.seed)));
    this.#x25519 = expanded.expose((bytes) =>
      X25519.importPrivateKey(bytes.subarray(ML_KEM_768_LENGTHS.seed)),
    );
    this.publicKey = new HybridPublicKey(
      Buffer.concat([mlKem768PublicKeyBytes(this.#mlKem), this.#x25519.publicKeyBytes]),
    );
  }

  decapsulate(encapsulatedKey: Uint8Array, senderPublicKey?: HpkePublicKey): SecretBytes {
    if (senderPublicKey !== undefined) throw unsupportedSender(senderPublicKey.kem, this.kem);
    if (encapsulatedKey.length !== this.kem.encapsulatedKeyLength) throw refusedHpke();
    const ephemeralKey = encapsulatedKey.subarray(ML_KEM_768_LENGTHS.ciphertext);
    using x25519Secret = refusingMalformedKeys(() =>
      sharedPoint(this.#x25519.privateKey, X25519.importPublicKey(ephemeralKey)),
    );
    const ciphertext = encapsulatedKey.subarray(0, ML_KEM_768_LENGTHS.ciphertext);
    using mlKemSecret = mlKem768Decapsulate(this.#mlKem, ciphertext);
    return combine({ mlKemSecret, x25519Secret, ephemeralKey, recipientKey: this.#x25519.publicKeyBytes });
  }
}

/**
 * The combiner: SHA3-256 of both secrets and of the two public keys of X25519, whose own shared secret does not bind
 * them. ML-KEM's secret binds its ciphertext and key.
 */
export function combine(o: {
  readonly mlKemSecret: SecretBytes;
  readonly x25519Secret: SecretBytes;
  readonly ephemeralKey: Uint8Array;
  readonly recipientKey: Uint8Array;
}): SecretBytes {
  const hash = createHash('sha3-256');
  o.mlKemSecret.expose((bytes) => hash.update(bytes));
  o.x25519Secret.expose((bytes) => hash.update(bytes));
  return SecretBytes.takeFrom(hash.update(o.ephemeralKey).update(o.recipientKey).update(LABEL).digest());
}
