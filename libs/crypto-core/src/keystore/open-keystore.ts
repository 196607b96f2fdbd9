import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { locateFile } from './bounded-file.ts';
import { FileKeystore } from './file-keystore.ts';
import type { Keystore } from './keystore.ts';
import { deriveFileKey, KEYSTORE_FORMAT, readPassphraseFile, unsealKeystoreFile } from './sealed-keystore.ts';

export interface OpenKeystoreOptions {
  readonly passphrase: SecretBytes;
}

/**
 * Opens a key store file.
 *
 * @throws CryptoError `keystore-missing`, `keystore-malformed`, `keystore-unreadable`; `keystore-wrong-passphrase` for a
 *   wrong passphrase and for altered bytes, which cannot be told apart
 */
export async function openKeystore(path: string, o: OpenKeystoreOptions): Promise<Keystore> {
  const target = await locateFile(path);
  const file = await readPassphraseFile(KEYSTORE_FORMAT, target);
  using fileKey = await deriveFileKey(o.passphrase, file.header);
  const payload = unsealKeystoreFile(fileKey, file);
  if (payload === undefined) {
    throw new CryptoError(
      'keystore-wrong-passphrase',
      'the key store does not open: wrong passphrase or altered bytes',
    );
  }
  using entropy = payload.entropy;
  const { generations } = payload;
  const origin = { path: target, header: file.header, fileKey, payload: { entropy, generations } };
  return await FileKeystore.load(origin);
}
