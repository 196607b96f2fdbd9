import type { EnvelopeKey, FindEnvelopeKey } from '../envelope/envelope-key.ts';
import type { ResealOptions } from '../envelope/reseal.ts';
import type { MessageOptions, OpenOptions } from '../envelope/sealed-message.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { BackupTarget } from './keyset-backup-file.ts';
import type { KeysetGeneration } from './keyset-document.ts';

/**
 * The keys of one purpose over time, kept in a provider. The hierarchy is master, context, message: a generation's key is
 * a master that stays in the provider; what it expands with binds context, key id and 32 random bytes, so that every
 * message has a key of its own. There is no context key between them that could be stolen: what leaves the provider opens
 * one message.
 *
 * Methods that change the keyset reject with CryptoError `keyset-changed` where others change it without a pause, and
 * with whatever the provider and the store reject with.
 */
export interface Keyset {
  readonly purpose: string;
  /** Rises with every change. Keep it elsewhere and give it as `minimumVersion`, to see an old copy put back. */
  readonly version: number;
  /** In the order of their numbers. */
  readonly generations: readonly KeysetGeneration[];
  /** Seals under the primary, for streams and recipients. It stays that generation when another is promoted. */
  readonly primaryKey: EnvelopeKey;
  /** Finds the generation that a header names, for streams: what {@link open} uses. */
  readonly findKey: FindEnvelopeKey;
  /**
   * Encrypts under the primary; see `sealWith`.
   *
   * @throws CryptoError `context-malformed`, `plaintext-too-long`, `suite-unknown`, `suite-forbidden`
   */
  seal(plaintext: Uint8Array | SecretBytes, o: MessageOptions): Promise<Uint8Array>;
  /**
   * Opens what any generation sealed that is not disabled or destroyed. A generation that is not known yet is looked for
   * in the store.
   *
   * @throws CryptoError `envelope-refused` (also for an envelope of another keyset), `envelope-malformed`, `key-disabled`,
   *   `key-destroyed`
   */
  open(envelope: Uint8Array, o: OpenOptions): Promise<SecretBytes>;
  /**
   * Opens and seals again under the primary.
   *
   * @throws CryptoError what {@link open} and {@link seal} throw
   */
  reseal(envelope: Uint8Array, o: ResealOptions<MessageOptions>): Promise<Uint8Array>;
  /**
   * Reads the store again, to learn what others changed.
   *
   * @throws CryptoError `keyset-rolled-back` where it holds an older version or another one of the same number
   */
  refresh(): Promise<void>;
  /**
   * Makes a new key, which opens and does not seal yet: promote it when every reader has refreshed.
   *
   * @returns the number of the new generation
   * @throws CryptoError `keyset-full`
   */
  addGeneration(): Promise<number>;
  /**
   * Makes an active generation the primary; the primary before it goes on to open.
   *
   * @throws CryptoError `generation-missing`, `key-state-refused`, `key-destroyed`
   */
  promote(number: number): Promise<void>;
  /**
   * {@link addGeneration} and {@link promote} at once, for a keyset whose readers refresh when they meet a key that they
   * do not know, as {@link open} does.
   *
   * @returns the number of the new primary
   */
  rotate(): Promise<number>;
  /**
   * Stops a generation from opening, until it is enabled. The primary cannot be disabled: promote another first.
   *
   * @throws CryptoError `generation-missing`, `key-state-refused`, `key-destroyed`
   */
  disable(number: number): Promise<void>;
  /** Lets a disabled generation open again. It never seals again. */
  enable(number: number): Promise<void>;
  /**
   * Destroys the key of a generation in its provider: what it sealed is lost for ever. It is disabled first, so that nobody
   * can promote it meanwhile; the key is gone before the keyset says so, and after a crash in between a second call ends
   * it.
   *
   * @throws CryptoError `generation-missing`, `key-state-refused` for the primary
   */
  destroy(number: number): Promise<void>;
  /**
   * The keyset and its keys, sealed, for `restoreKeyset`. Of a destroyed generation there is only its state.
   *
   * @throws CryptoError `key-not-exportable` unless the keyset was created `exportable` in a provider that gives keys;
   *   `passphrase-empty`, `kdf-below-minimum`, `kdf-above-maximum`
   */
  backup(target: BackupTarget): Promise<Uint8Array>;
}
