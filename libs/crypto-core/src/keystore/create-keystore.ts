import { randomBytes } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { ARGON2ID_DEFAULT, type Argon2idCost, checkArgon2idCost } from '../kdf/argon2id.ts';
import { entropyFromMnemonic, generateMnemonic } from '../keys/mnemonic.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { createFileDurably } from './durable-file.ts';
import { FileKeystore } from './file-keystore.ts';
import type { Keystore } from './keystore.ts';
import { KDF_SALT_LENGTH, type KeystoreHeader } from './keystore-file.ts';
import { deriveFileKey, locateKeystoreFile, sealKeystoreFile } from './sealed-keystore.ts';

export interface CreateKeystoreOptions {
  /** Taken as the bytes that it is, without normalisation; not empty. */
  readonly passphrase: SecretBytes;
  /** What one guess of the passphrase costs; `ARGON2ID_DEFAULT` unless given. */
  readonly cost?: Argon2idCost;
  /** English words to restore from; 24 new ones unless given. */
  readonly mnemonic?: SecretBytes;
}

/**
 * Makes a key store file, readable by its owner alone, and opens it. When the promise resolves the file is on disk.
 *
 * @throws CryptoError `keystore-exists` (nothing is ever overwritten), `keystore-unwritable`, `passphrase-empty`,
 *   `kdf-below-minimum`, `kdf-above-maximum`, `mnemonic-invalid`
 */
export async function createKeystore(path: string, o: CreateKeystoreOptions): Promise<Keystore> {
  if (o.passphrase.length === 0) {
    throw new CryptoError('passphrase-empty', 'an empty passphrase protects nothing', {
      limit: 'at least 1 byte',
    });
  }
  const cost = o.cost ?? ARGON2ID_DEFAULT;
  checkArgon2idCost(cost);
  using mnemonic = o.mnemonic?.clone() ?? generateMnemonic();
  using entropy = entropyFromMnemonic(mnemonic);
  const header: KeystoreHeader = { cost, salt: new Uint8Array(randomBytes(KDF_SALT_LENGTH)) };
  using fileKey = await deriveFileKey(o.passphrase, header);
  const payload = { entropy, generations: new Map<string, number>() };
  await createFileDurably(path, sealKeystoreFile(fileKey, header, payload));
  return await FileKeystore.load({ path: await locateKeystoreFile(path), header, fileKey, payload });
}
