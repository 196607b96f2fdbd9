import { CryptoError } from '../error.ts';
import { keyFromPassphrase } from '../kdf/passphrase-kdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { MAX_FILE_LENGTH, readFileBounded } from './bounded-file.ts';
import { decodeKeystorePayload, encodeKeystorePayload, type KeystorePayload } from './keystore-payload.ts';
import {
  parsePassphraseFile,
  type PassphraseFile,
  type PassphraseFileFormat,
  type PassphraseFileHeader,
  sealPassphraseFile,
  unsealPassphraseFile,
} from './passphrase-file.ts';

/** The key store of a mnemonic. */
export const KEYSTORE_FORMAT: PassphraseFileFormat = {
  name: 'bitcoin-enterprise/keystore',
  domain: 'keystore-file/v1',
  malformed: 'keystore-malformed',
};

/** The key that a passphrase gives for a file with this header: 32 bytes. */
export function deriveFileKey(
  passphrase: SecretBytes,
  { salt, derivation }: PassphraseFileHeader,
): Promise<SecretBytes> {
  return keyFromPassphrase(passphrase, salt, derivation);
}

/** The text of a key store file. */
export function sealKeystoreFile(
  fileKey: SecretBytes,
  header: PassphraseFileHeader,
  payload: KeystorePayload,
): string {
  using content = encodeKeystorePayload(payload);
  return sealPassphraseFile(KEYSTORE_FORMAT, { fileKey, header, content });
}

/**
 * The content of a key store file; undefined where the key is not its key or its bytes were altered.
 *
 * @throws CryptoError `keystore-malformed`
 */
export function unsealKeystoreFile(fileKey: SecretBytes, file: PassphraseFile): KeystorePayload | undefined {
  using content = unsealPassphraseFile(KEYSTORE_FORMAT, fileKey, file);
  return content === undefined ? undefined : decodeKeystorePayload(content);
}

/**
 * Reads a file of one format.
 *
 * @throws CryptoError `keystore-missing`, `keystore-unreadable`; `malformed` of the format
 */
export async function readPassphraseFile(
  format: PassphraseFileFormat,
  path: string,
): Promise<PassphraseFile> {
  const bytes = await readFileBounded(path);
  if (bytes.length > MAX_FILE_LENGTH) {
    const limit = `${MAX_FILE_LENGTH} bytes`;
    throw new CryptoError(format.malformed, `the file is too long for ${format.name}`, {
      value: path,
      limit,
    });
  }
  // One character a byte: the format is ASCII.
  return parsePassphraseFile(format, Buffer.from(bytes).toString('latin1'));
}
