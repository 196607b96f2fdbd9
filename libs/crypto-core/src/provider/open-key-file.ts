import { randomBytes } from 'node:crypto';
import { choosePassphraseKdf, type PassphraseKdfOptions } from '../kdf/passphrase-kdf.ts';
import { locateFile } from '../keystore/bounded-file.ts';
import { refuseEmptyPassphrase } from '../keystore/create-keystore.ts';
import { createFileDurably } from '../keystore/durable-file.ts';
import { KDF_SALT_LENGTH, type PassphraseFileHeader } from '../keystore/passphrase-file.ts';
import { deriveFileKey, readPassphraseFile } from '../keystore/sealed-keystore.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { FileKeyProvider } from './file-key-provider.ts';
import { KEY_FILE_FORMAT, KeyFile, sealKeyFile } from './key-file.ts';
import type { KeyProvider } from './key-provider.ts';

/** The derivation is argon2id at its default cost unless `kdf` and `cost` say otherwise; the file tells which it is. */
export type CreateKeyFileOptions = PassphraseKdfOptions & {
  /** Taken as the bytes that it is, without normalisation; not empty. */
  readonly passphrase: SecretBytes;
};

export interface OpenKeyFileOptions {
  readonly passphrase: SecretBytes;
}

/**
 * Makes a file for random keys, readable by its owner alone and without a key yet, and opens it.
 *
 * @throws CryptoError `keystore-exists` (nothing is ever overwritten), `keystore-unwritable`, `passphrase-empty`,
 *   `kdf-below-minimum`, `kdf-above-maximum`
 */
export async function createKeyFile(path: string, o: CreateKeyFileOptions): Promise<KeyProvider> {
  refuseEmptyPassphrase(o.passphrase);
  const header: PassphraseFileHeader = {
    derivation: choosePassphraseKdf(o),
    salt: new Uint8Array(randomBytes(KDF_SALT_LENGTH)),
  };
  using fileKey = await deriveFileKey(o.passphrase, header);
  await createFileDurably(path, sealKeyFile(fileKey, header, new Map()));
  return await openFile(await locateFile(path), header, fileKey);
}

/**
 * Opens a key file.
 *
 * @throws CryptoError `keystore-missing`, `keystore-malformed`, `keystore-unreadable`; `keystore-wrong-passphrase` for a
 *   wrong passphrase and for altered bytes, which cannot be told apart
 */
export async function openKeyFile(path: string, o: OpenKeyFileOptions): Promise<KeyProvider> {
  const target = await locateFile(path);
  const { header } = await readPassphraseFile(KEY_FILE_FORMAT, target);
  using fileKey = await deriveFileKey(o.passphrase, header);
  return await openFile(target, header, fileKey);
}

async function openFile(
  path: string,
  header: PassphraseFileHeader,
  fileKey: SecretBytes,
): Promise<KeyProvider> {
  const file = new KeyFile(path, header, fileKey);
  try {
    await file.use(() => undefined);
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  return new FileKeyProvider(file);
}
