import type { KeyObject } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { type DhGroup, type DhKeyPair, sharedPoint } from './dh-group.ts';
import type { HpkeEncapsulation, HpkeKem, HpkePrivateKey, HpkePublicKey } from './kem.ts';
import { checkKeyingMaterial } from './keying-material.ts';
import { LabeledHkdf, uint16 } from './labeled-hkdf.ts';
import { P256 } from './p256.ts';
import { refusingMalformedKeys, unsupportedSender } from './refusal.ts';
import { X25519 } from './x25519.ts';

/** Of what Diffie–Hellman gives in both groups: u of X25519, x of P-256. */
const POINT_LENGTH = 32;
const SHARED_SECRET_LENGTH = 32;
const NO_SALT = new Uint8Array();

/** DHKEM over one group with HKDF-SHA256 (RFC 9180 section 4.1). */
class DhKem implements HpkeKem {
  readonly id: number;
  readonly name: string;
  readonly encapsulatedKeyLength: number;
  readonly publicKeyLength: number;
  readonly privateKeyLength: number;
  readonly #group: DhGroup;
  readonly #hkdf: LabeledHkdf;

  constructor(id: number, name: string, group: DhGroup) {
    this.id = id;
    this.name = name;
    this.encapsulatedKeyLength = group.publicKeyLength;
    this.publicKeyLength = group.publicKeyLength;
    this.privateKeyLength = group.privateKeyLength;
    this.#group = group;
    this.#hkdf = new LabeledHkdf('sha256', 32, Buffer.concat([utf8('KEM'), uint16(id)]));
  }

  generateKeyPair(): DhPrivateKey {
    return new DhPrivateKey(this, this.#group.generate());
  }

  deriveKeyPair(ikm: SecretBytes): DhPrivateKey {
    checkKeyingMaterial(ikm, this);
    using prk = ikm.expose((bytes) => this.#hkdf.extract(NO_SALT, 'dkp_prk', bytes));
    return new DhPrivateKey(this, this.#group.derive(this.#hkdf, prk));
  }

  importPrivateKey(bytes: SecretBytes): DhPrivateKey {
    const pair = bytes.expose((scalar) => this.#group.importPrivateKey(scalar));
    return new DhPrivateKey(this, pair);
  }

  importPublicKey(bytes: Uint8Array): DhPublicKey {
    const publicKey = this.importEncapsulatedKey(bytes);
    this.#group.checkOrder(publicKey.keyObject);
    return publicKey;
  }

  /** As {@link importPublicKey}, for a key whose order shows at once, when the shared point is computed. */
  importEncapsulatedKey(bytes: Uint8Array): DhPublicKey {
    return new DhPublicKey(this, bytes, this.#group.importPublicKey(bytes));
  }

  /** ExtractAndExpand of the points that pairs of keys share: one pair or, with a sender's key, two. */
  agree(
    pairs: readonly (readonly [DhPrivateKey, DhPublicKey])[],
    publicKeys: readonly DhPublicKey[],
  ): SecretBytes {
    using points = new DisposableStack();
    const shared = pairs.map(([own, theirs]) => points.use(own.sharedPointWith(theirs)));
    const dh = Buffer.alloc(shared.length * POINT_LENGTH);
    try {
      for (const [index, point] of shared.entries())
        point.expose((bytes) => {
          dh.set(bytes, index * POINT_LENGTH);
        });
      using prk = this.#hkdf.extract(NO_SALT, 'eae_prk', dh);
      const context = Buffer.concat(publicKeys.map(({ bytes }) => bytes));
      return this.#hkdf.expand(prk, 'shared_secret', context, SHARED_SECRET_LENGTH);
    } finally {
      dh.fill(0);
    }
  }
}

/** RFC 9180 section 7.1, KEM id 0x0020. */
export const DHKEM_X25519_HKDF_SHA256: HpkeKem = new DhKem(0x0020, 'DHKEM(X25519, HKDF-SHA256)', X25519);
/** RFC 9180 section 7.1, KEM id 0x0010. */
export const DHKEM_P256_HKDF_SHA256: HpkeKem = new DhKem(0x0010, 'DHKEM(P-256, HKDF-SHA256)', P256);

class DhPublicKey implements HpkePublicKey {
  readonly kem: DhKem;
  readonly keyObject: KeyObject;
  readonly #bytes: Uint8Array;

  constructor(kem: DhKem, bytes: Uint8Array, keyObject: KeyObject) {
    this.kem = kem;
    this.#bytes = Uint8Array.from(bytes);
    this.keyObject = keyObject;
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  encapsulate(senderKey?: HpkePrivateKey): HpkeEncapsulation {
    return encapsulateWith(this.kem.generateKeyPair(), this, senderKey);
  }
}

class DhPrivateKey implements HpkePrivateKey {
  readonly kem: DhKem;
  readonly publicKey: DhPublicKey;
  readonly #keyObject: KeyObject;

  constructor(kem: DhKem, pair: DhKeyPair) {
    this.kem = kem;
    this.publicKey = new DhPublicKey(kem, pair.publicKeyBytes, pair.publicKey);
    this.#keyObject = pair.privateKey;
  }

  decapsulate(encapsulatedKey: Uint8Array, senderPublicKey?: HpkePublicKey): SecretBytes {
    const sender = senderPublicKey === undefined ? [] : [ownPublicKey(this.kem, senderPublicKey)];
    return refusingMalformedKeys(() => {
      const ephemeral = this.kem.importEncapsulatedKey(encapsulatedKey);
      const pairs = [ephemeral, ...sender].map((theirs) => [this, theirs] as const);
      return this.kem.agree(pairs, [ephemeral, this.publicKey, ...sender]);
    });
  }

  /** @throws CryptoError `hpke-key-malformed` */
  sharedPointWith(publicKey: DhPublicKey): SecretBytes {
    return sharedPoint(this.#keyObject, publicKey.keyObject);
  }
}

/**
 * Encap and AuthEncap (RFC 9180 section 4.1) with a given ephemeral key. To give one is for reproducing a published
 * figure: an ephemeral key that is used twice gives two messages one key and one nonce.
 *
 * @throws CryptoError `hpke-sender-unsupported` for keys of different KEMs
 */
export function encapsulateWith(
  ephemeralKey: HpkePrivateKey,
  recipient: HpkePublicKey,
  senderKey?: HpkePrivateKey,
): HpkeEncapsulation {
  const ephemeral = ownPrivateKey(ephemeralKey.kem, ephemeralKey);
  const theirs = ownPublicKey(ephemeral.kem, recipient);
  const sender = senderKey === undefined ? [] : [ownPrivateKey(ephemeral.kem, senderKey)];
  const pairs = [ephemeral, ...sender].map((own) => [own, theirs] as const);
  return {
    sharedSecret: ephemeral.kem.agree(pairs, [
      ephemeral.publicKey,
      theirs,
      ...sender.map(({ publicKey }) => publicKey),
    ]),
    encapsulatedKey: ephemeral.publicKey.bytes,
  };
}

function ownPrivateKey(kem: HpkeKem, key: HpkePrivateKey): DhPrivateKey {
  if (key instanceof DhPrivateKey && key.kem === kem) return key;
  throw unsupportedSender(key.kem, kem);
}

function ownPublicKey(kem: HpkeKem, key: HpkePublicKey): DhPublicKey {
  if (key instanceof DhPublicKey && key.kem === kem) return key;
  throw unsupportedSender(key.kem, kem);
}
