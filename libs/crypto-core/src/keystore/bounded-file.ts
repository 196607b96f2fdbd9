import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { CryptoError } from '../error.ts';
import { isErrno } from './durable-file.ts';

/** The longest file of keys that is read: room for everything that one can hold. */
export const MAX_FILE_LENGTH: number = 1024 * 1024;

/**
 * Where a file itself is, at the end of any symbolic links: what replaces it leaves the links.
 *
 * @throws CryptoError `keystore-missing`, `keystore-unreadable`
 */
export async function locateFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * The bytes of a file: at most one more than {@link MAX_FILE_LENGTH}, by which the caller sees that it is too long.
 *
 * @throws CryptoError `keystore-missing`, `keystore-unreadable`
 */
export async function readFileBounded(path: string): Promise<Uint8Array> {
  try {
    const chunks = await createReadStream(path, { end: MAX_FILE_LENGTH }).toArray();
    return Buffer.concat(chunks as Buffer[]);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): CryptoError {
  return isErrno(cause, 'ENOENT')
    ? new CryptoError('keystore-missing', 'there is no such file of keys', { value: path })
    : new CryptoError('keystore-unreadable', 'the file of keys cannot be read', { value: path, cause });
}
