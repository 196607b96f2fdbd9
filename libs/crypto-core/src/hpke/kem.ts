import type { SecretBytes } from '../secret/secret-bytes.ts';

/** What encapsulation gives the sender. */
export interface HpkeEncapsulation {
  /** Nsecret bytes, known to the sender and to whoever can decapsulate. */
  readonly sharedSecret: SecretBytes;
  /** Nenc bytes for the recipient; RFC 9180 calls them `enc`. */
  readonly encapsulatedKey: Uint8Array;
}

/** A checked public key of a KEM. */
export interface HpkePublicKey {
  readonly kem: HpkeKem;
  /** The serialised key, Npk bytes: a copy. */
  readonly bytes: Uint8Array;
  /**
   * A fresh shared secret for the holder of the private key.
   *
   * @param senderKey authenticates the sender (RFC 9180 section 5.1.3), where the KEM can
   * @throws CryptoError `hpke-sender-unsupported`
   */
  encapsulate(senderKey?: HpkePrivateKey): HpkeEncapsulation;
}

/** A private key of a KEM, held by OpenSSL as a `KeyObject`. It cannot be exported: keep what it was made from. */
export interface HpkePrivateKey {
  readonly kem: HpkeKem;
  readonly publicKey: HpkePublicKey;
  /**
   * The shared secret of an encapsulation.
   *
   * @param senderPublicKey of the one who must have encapsulated, where the sender authenticated themself
   * @throws CryptoError `hpke-refused` for an encapsulated key of another length or one that gives no shared secret;
   *   `hpke-sender-unsupported`
   */
  decapsulate(encapsulatedKey: Uint8Array, senderPublicKey?: HpkePublicKey): SecretBytes;
}

/** A key encapsulation mechanism (RFC 9180 section 4). */
export interface HpkeKem {
  /** The KEM id of RFC 9180 section 7.1 and its registry. */
  readonly id: number;
  readonly name: string;
  /** Nenc, in bytes. */
  readonly encapsulatedKeyLength: number;
  /** Npk, in bytes. */
  readonly publicKeyLength: number;
  /** Nsk, in bytes. */
  readonly privateKeyLength: number;
  generateKeyPair(): HpkePrivateKey;
  /**
   * The key pair that follows from keying material: DeriveKeyPair.
   *
   * @param ikm Nsk bytes or more with as much entropy, used for nothing else
   * @throws CryptoError `key-length`, `secret-disposed`
   */
  deriveKeyPair(ikm: SecretBytes): HpkePrivateKey;
  /**
   * DeserializePrivateKey.
   *
   * @throws CryptoError `hpke-key-malformed`, `secret-disposed`
   */
  importPrivateKey(bytes: SecretBytes): HpkePrivateKey;
  /**
   * DeserializePublicKey, with the checks of RFC 9180 section 7.1.4.
   *
   * @throws CryptoError `hpke-key-malformed`
   */
  importPublicKey(bytes: Uint8Array): HpkePublicKey;
}
