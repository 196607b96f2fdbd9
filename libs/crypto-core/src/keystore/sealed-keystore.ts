import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { open, seal } from '../envelope/envelope.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { argon2id } from '../kdf/argon2id.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { isErrno } from './durable-file.ts';
import {
  encodeKeystoreFile,
  type KeystoreFile,
  type KeystoreHeader,
  MAX_FILE_LENGTH,
  parseKeystoreFile,
  payloadContext,
} from './keystore-file.ts';
import { decodeKeystorePayload, encodeKeystorePayload, type KeystorePayload } from './keystore-payload.ts';

const KEY_ID = 'keystore-file';

/** The key that a passphrase gives for a file with this header: 32 bytes. */
export function deriveFileKey(passphrase: SecretBytes, { salt, cost }: KeystoreHeader): Promise<SecretBytes> {
  return argon2id({ password: passphrase, salt, cost, length: 32 });
}

/** The text of a key store file. */
export function sealKeystoreFile(
  fileKey: SecretBytes,
  header: KeystoreHeader,
  payload: KeystorePayload,
): string {
  using encoded = encodeKeystorePayload(payload);
  const sealed = seal(fileKey, encoded, { keyId: KEY_ID, context: payloadContext(header) });
  return encodeKeystoreFile({ header, sealed });
}

/**
 * The content of a key store file; undefined where the key is not its key or its bytes were altered.
 *
 * @throws CryptoError `keystore-malformed`
 */
export function unsealKeystoreFile(fileKey: SecretBytes, file: KeystoreFile): KeystorePayload | undefined {
  try {
    using encoded = open(fileKey, file.sealed, { context: payloadContext(file.header) });
    return decodeKeystorePayload(encoded);
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    if (error.code === 'envelope-refused') return undefined;
    if (error.code !== 'envelope-malformed') throw error;
    const { value, limit } = error;
    throw new CryptoError('keystore-malformed', 'the sealed part of the key store is malformed', {
      value,
      limit,
    });
  }
}

/**
 * Where the file itself is, at the end of any symbolic links: a later rotation replaces it and leaves the links.
 *
 * @throws CryptoError `keystore-missing`, `keystore-unreadable`
 */
export async function locateKeystoreFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws CryptoError `keystore-missing`, `keystore-unreadable`, `keystore-malformed` */
export async function readKeystoreFile(path: string): Promise<KeystoreFile> {
  const text = await readText(path);
  if (text.length > MAX_FILE_LENGTH) {
    const limit = `${MAX_FILE_LENGTH} bytes`;
    throw new CryptoError('keystore-malformed', 'the file is too long for a key store', {
      value: path,
      limit,
    });
  }
  return parseKeystoreFile(text);
}

/** At most one byte more than a key store can have. One character a byte: the format is ASCII. */
async function readText(path: string): Promise<string> {
  try {
    const chunks = await createReadStream(path, { end: MAX_FILE_LENGTH }).toArray();
    return Buffer.concat(chunks as Buffer[]).toString('latin1');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): CryptoError {
  return isErrno(cause, 'ENOENT')
    ? new CryptoError('keystore-missing', 'there is no key store', { value: path })
    : new CryptoError('keystore-unreadable', 'the key store cannot be read', { value: path, cause });
}
