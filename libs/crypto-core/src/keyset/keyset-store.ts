import { CryptoError, isCryptoError } from '../error.ts';
import { readFileBounded } from '../keystore/bounded-file.ts';
import { createFileDurably, replaceFileDurably } from '../keystore/durable-file.ts';
import { withFileLock } from '../keystore/file-lock.ts';

/** Where the bytes of one keyset are kept: a file, a row of a database. They hold no secret. */
export interface KeysetStore {
  /** What is there; undefined where there is nothing. */
  read(): Promise<Uint8Array | undefined>;
  /**
   * Puts bytes in the place of others, whole or not at all and durable when the promise resolves; nobody else's change
   * may come between.
   *
   * @param expected what is to be there; undefined for nothing
   * @throws CryptoError `keyset-changed` where there is something else
   */
  replace(bytes: Uint8Array, expected: Uint8Array | undefined): Promise<void>;
}

/**
 * A file for one keyset, with a lock file beside it.
 *
 * @throws CryptoError from its methods: `keyset-changed`, `keystore-unreadable`, `keystore-unwritable`, `keystore-locked`
 */
export function keysetFile(path: string): KeysetStore {
  const read = async (): Promise<Uint8Array | undefined> => {
    try {
      return await readFileBounded(path);
    } catch (error) {
      if (isCryptoError(error) && error.code === 'keystore-missing') return undefined;
      throw error;
    }
  };
  const replace = (bytes: Uint8Array, expected: Uint8Array | undefined): Promise<void> =>
    withFileLock(path, async () => {
      const found = await read();
      const isExpected =
        found === undefined || expected === undefined
          ? found === expected
          : Buffer.compare(found, expected) === 0;
      if (!isExpected) {
        throw new CryptoError('keyset-changed', 'another has changed the keyset meanwhile', { value: path });
      }
      await (found === undefined ? createFileDurably(path, bytes) : replaceFileDurably(path, bytes));
    });
  return { read, replace };
}
