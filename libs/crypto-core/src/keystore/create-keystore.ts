import { randomBytes } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { choosePassphraseKdf, type PassphraseKdfOptions } from '../kdf/passphrase-kdf.ts';
import { entropyFromMnemonic, generateMnemonic } from '../keys/mnemonic.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { locateFile } from './bounded-file.ts';
import { createFileDurably } from './durable-file.ts';
import { FileKeystore } from './file-keystore.ts';
import type { Keystore } from './keystore.ts';
import { KDF_SALT_LENGTH, type PassphraseFileHeader } from './passphrase-file.ts';
import { deriveFileKey, sealKeystoreFile } from './sealed-keystore.ts';

/** The derivation is argon2id at its default cost unless `kdf` and `cost` say otherwise; the file tells which it is. */
export type CreateKeystoreOptions = PassphraseKdfOptions & {
  /** Taken as the bytes that it is, without normalisation; not empty. */
  readonly passphrase: SecretBytes;
  /** English words to restore from; 24 new ones unless given. */
  readonly mnemonic?: SecretBytes;
};

/**
 * Makes a key store file, readable by its owner alone, and opens it. When the promise resolves the file is on disk.
 *
 * @throws CryptoError `keystore-exists` (nothing is ever overwritten), `keystore-unwritable`, `passphrase-empty`,
 *   `kdf-below-minimum`, `kdf-above-maximum`, `mnemonic-invalid`
 */
export async function createKeystore(path: string, o: CreateKeystoreOptions): Promise<Keystore> {
  refuseEmptyPassphrase(o.passphrase);
  const derivation = choosePassphraseKdf(o);
  using mnemonic = o.mnemonic?.clone() ?? generateMnemonic();
  using entropy = entropyFromMnemonic(mnemonic);
  const header: PassphraseFileHeader = { derivation, salt: new Uint8Array(randomBytes(KDF_SALT_LENGTH)) };
  using fileKey = await deriveFileKey(o.passphrase, header);
  const payload = { entropy, generations: new Map<string, number>() };
  await createFileDurably(path, sealKeystoreFile(fileKey, header, payload));
  return await FileKeystore.load({ path: await locateFile(path), header, fileKey, payload });
}

/** @throws CryptoError `passphrase-empty` */
export function refuseEmptyPassphrase(passphrase: SecretBytes): void {
  if (passphrase.length === 0) {
    throw new CryptoError('passphrase-empty', 'an empty passphrase protects nothing', {
      limit: 'at least 1 byte',
    });
  }
}
