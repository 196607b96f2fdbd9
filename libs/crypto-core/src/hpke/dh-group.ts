import { diffieHellman, type KeyObject } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import type { LabeledHkdf } from './labeled-hkdf.ts';
import { malformedKey } from './refusal.ts';

/** A private key of a group and the public key that belongs to it. */
export interface DhKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as it is serialised. */
  readonly publicKeyBytes: Uint8Array;
}

/** A group for Diffie–Hellman (RFC 9180 section 4.1), its keys in OpenSSL. */
export interface DhGroup {
  /** Npk and Nenc, in bytes. */
  readonly publicKeyLength: number;
  /** Nsk, in bytes. */
  readonly privateKeyLength: number;
  generate(): DhKeyPair;
  /** @throws CryptoError `hpke-key-malformed` */
  importPrivateKey(bytes: Uint8Array): DhKeyPair;
  /** @throws CryptoError `hpke-key-malformed` */
  importPublicKey(bytes: Uint8Array): KeyObject;
  /**
   * Refuses a public key with which every private key would share the same point, zero.
   *
   * @throws CryptoError `hpke-key-malformed`
   */
  checkOrder(publicKey: KeyObject): void;
  /** The private key that follows from the pseudorandom key `dkp_prk` (RFC 9180 section 7.1.3). */
  derive(hkdf: LabeledHkdf, prk: SecretBytes): DhKeyPair;
}

/**
 * The shared point of a private and a public key. For X25519 OpenSSL itself refuses the all-zero result that every
 * public key of small order gives (RFC 9180 section 7.1.4, RFC 7748 section 6.1).
 *
 * @throws CryptoError `hpke-key-malformed`
 */
export function sharedPoint(privateKey: KeyObject, publicKey: KeyObject): SecretBytes {
  try {
    return SecretBytes.takeFrom(diffieHellman({ privateKey, publicKey }));
  } catch {
    throw new CryptoError('hpke-key-malformed', 'the public key has small order and gives no shared secret');
  }
}

/** @throws CryptoError `hpke-key-malformed` */
export function checkLength(what: string, bytes: { readonly length: number }, length: number): void {
  if (bytes.length !== length) throw malformedKey(what, bytes.length, `${length} bytes`);
}
