import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Ed25519SigningKey } from '../signature/ed25519.ts';
import type { SigningKey } from '../signature/signing-key.ts';

/**
 * Keys that come from one mnemonic and live in one file under a passphrase. Everything but the generation numbers
 * follows from the mnemonic, so that a key store restored from it opens and signs all that this one did.
 *
 * Every method throws CryptoError `keystore-disposed` after dispose.
 */
export interface Keystore extends Disposable {
  /** 16 hexadecimal digits, public, the same for the same mnemonic. */
  readonly id: string;
  /**
   * Encrypts under the current key of the context; see `seal`.
   *
   * @throws CryptoError `context-malformed`, `plaintext-too-long`
   */
  seal(plaintext: Uint8Array | SecretBytes, o: { readonly context: string }): Uint8Array;
  /**
   * Opens what any generation of the context's key sealed.
   *
   * @throws CryptoError `envelope-refused` (also for an envelope of another key store), `envelope-malformed`
   */
  open(envelope: Uint8Array, o: { readonly context: string }): SecretBytes;
  /**
   * Gives the context its next key. When the promise resolves the change is on disk; old envelopes still open.
   *
   * @throws CryptoError `context-malformed`; `keystore-full` after 1,024 contexts; `keystore-changed` where the file is
   *   now another key store; `keystore-unwritable`, `keystore-unreadable`, `keystore-missing`, `keystore-malformed`
   */
  rotate(context: string): Promise<void>;
  /** The BIP32 key at a path such as `m/86'/0'/0'/0/5`, below the mnemonic's seed without a BIP39 passphrase. */
  signingKey(path: string): SigningKey;
  /** Secret bytes for a label, the same each time: 1 to 8,160; another length gives unrelated bytes. */
  deriveSecret(label: string, length: number): SecretBytes;
  /** The Ed25519 key for a label, the same each time. */
  ed25519(label: string): Ed25519SigningKey;
  /** The English words: the backup of everything here. */
  exportMnemonic(): SecretBytes;
}
