import type { EnvelopeKey } from '../envelope/envelope-key.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';

/** What a provider says of a key. */
export interface KeyDescription {
  /** 2 to 64 lower-case hexadecimal digits, an even number. */
  readonly id: string;
  /** What whoever made it called it: 1 to 255 bytes of UTF-8, in clear. */
  readonly label: string;
  readonly algorithm: KeyAlgorithm;
  /** Whether {@link KeyProvider.exportSealed} gives it; decided when the key was made. */
  readonly exportable: boolean;
  /** Of a destroyed key nothing is left but this description. */
  readonly state: 'usable' | 'destroyed';
}

export interface GenerateKeyOptions {
  readonly algorithm: KeyAlgorithm;
  /** 1 to 255 bytes of UTF-8; need not be unique. */
  readonly label: string;
  /** False unless given. */
  readonly exportable?: boolean;
}

/**
 * What holds keys and uses them, so that they need not leave it: a file, a token, a service. An adapter of one's own
 * must pass the contract suite.
 *
 * Every method that takes an id rejects with CryptoError `key-missing` where there never was such a key here, and with
 * `key-destroyed` where there was one (but for {@link describe}, which tells of it, and {@link destroy}); every method
 * rejects with `provider-closed` after {@link close}, and a token's with `token-missing`, `token-locked`, `pin-wrong`,
 * `provider-failed`.
 */
export interface KeyProvider extends AsyncDisposable {
  /** What {@link generate} can make here. */
  readonly algorithms: readonly KeyAlgorithm[];
  /** Every key, destroyed ones too, in the order of their ids. */
  list(): Promise<readonly KeyDescription[]>;
  describe(id: string): Promise<KeyDescription>;
  /**
   * Makes a new random key, which is durable when the promise resolves.
   *
   * @throws CryptoError `algorithm-unsupported`, `context-malformed` for the label, `key-not-exportable` where an exportable
   *   key is asked of what never gives one
   */
  generate(o: GenerateKeyOptions): Promise<KeyDescription>;
  /**
   * The public key of a signing key, in the form that the algorithm's `verify…` takes: 33 bytes for ECDSA, 32 for Schnorr
   * and Ed25519.
   *
   * @throws CryptoError `algorithm-unsupported` for `HMAC-SHA-256`
   */
  publicKey(id: string): Promise<Uint8Array>;
  /**
   * `HKDF-Expand(PRK = this key, info, length)` with SHA-256 (RFC 5869 section 2.3), of a key for `HMAC-SHA-256`.
   *
   * @param length 1 to 8,160 bytes
   * @throws CryptoError `algorithm-unsupported`, `length-out-of-range`
   */
  expand(id: string, info: Uint8Array, length: number): Promise<SecretBytes>;
  /**
   * A signature, which was verified before it is given out where an error in it would tell the key.
   *
   * @param message of any length; for ECDSA and Schnorr a digest of 32 bytes
   * @throws CryptoError `algorithm-unsupported` for `HMAC-SHA-256`, `digest-length`
   */
  sign(id: string, message: Uint8Array): Promise<Uint8Array>;
  /**
   * Removes a key for ever. It is gone when the promise resolves; to destroy a destroyed key does nothing.
   */
  destroy(id: string): Promise<void>;
  /**
   * A key, sealed under a wrapping key, for {@link importSealed} of another provider.
   *
   * @throws CryptoError `key-not-exportable`
   */
  exportSealed(id: string, wrappingKey: EnvelopeKey): Promise<Uint8Array>;
  /**
   * Takes in what {@link exportSealed} gave, under the same id. It stays exportable.
   *
   * @throws CryptoError `envelope-refused`, `envelope-malformed`, `key-malformed`; `key-exists` where the id is taken, by a
   *   destroyed key too; `key-not-exportable` where nothing can be taken in
   */
  importSealed(sealed: Uint8Array, wrappingKey: EnvelopeKey): Promise<KeyDescription>;
  /** Forgets everything and logs out. The keys stay where they are. A second call does nothing. */
  close(): Promise<void>;
}
