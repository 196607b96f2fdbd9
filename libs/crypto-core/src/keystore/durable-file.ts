import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toHex } from '../encoding/hex.ts';
import { CryptoError } from '../error.ts';

const OWNER_ONLY = 0o600;

/**
 * Writes a file that was not there, whole or not at all, and durable when the promise resolves.
 *
 * @throws CryptoError `keystore-exists`, `keystore-unwritable`
 */
export async function createFileDurably(path: string, content: string | Uint8Array): Promise<void> {
  // A hard link, unlike a rename, fails where the name is taken, in one step of the file system.
  await writeThrough(path, content, async (temporary) => {
    await link(temporary, path);
    await rm(temporary);
  });
}

/**
 * Replaces a file, whole or not at all, and durable when the promise resolves.
 *
 * @throws CryptoError `keystore-unwritable`
 */
export async function replaceFileDurably(path: string, content: string | Uint8Array): Promise<void> {
  await writeThrough(path, content, (temporary) => rename(temporary, path));
}

async function writeThrough(
  path: string,
  content: string | Uint8Array,
  put: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${toHex(randomBytes(8))}.tmp`);
  try {
    await writeAndSync(temporary, content);
    await put(temporary);
    await syncFolder(folder);
  } catch (error) {
    // What could not be written cannot always be removed either; the first failure is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    if (isErrno(error, 'EEXIST')) {
      throw new CryptoError('keystore-exists', 'there is a file already, which is never overwritten', {
        value: path,
      });
    }
    throw new CryptoError('keystore-unwritable', 'the file of keys cannot be written', {
      value: path,
      cause: error,
    });
  }
}

async function writeAndSync(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name itself durable. Windows has no such call for a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether the operating system refused with this code, such as `ENOENT`. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
