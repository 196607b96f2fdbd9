import { stat } from 'node:fs/promises';
import { CryptoError } from '../error.ts';
import { replaceFileDurably } from '../keystore/durable-file.ts';
import { withFileLock } from '../keystore/file-lock.ts';
import {
  type PassphraseFileFormat,
  type PassphraseFileHeader,
  sealPassphraseFile,
  unsealPassphraseFile,
} from '../keystore/passphrase-file.ts';
import { readPassphraseFile } from '../keystore/sealed-keystore.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { decodeKeyRecords, disposeRecords, encodeKeyRecords, type KeyRecords } from './key-file-content.ts';

export const KEY_FILE_FORMAT: PassphraseFileFormat = {
  name: 'bitcoin-enterprise/key-file',
  domain: 'key-file/v1',
  malformed: 'keystore-malformed',
};

/** The text of a file with these keys. */
export function sealKeyFile(fileKey: SecretBytes, header: PassphraseFileHeader, records: KeyRecords): string {
  using content = encodeKeyRecords(records);
  return sealPassphraseFile(KEY_FILE_FORMAT, { fileKey, header, content });
}

/** The keys of one file as they are in it now: what another process changes is seen at the next use. */
export class KeyFile implements Disposable {
  readonly #path: string;
  readonly #header: PassphraseFileHeader;
  readonly #fileKey: SecretBytes;
  #records: KeyRecords = new Map();
  /** What the file was when it was read; empty before that. */
  #seen = '';

  /** @param fileKey copied */
  constructor(path: string, header: PassphraseFileHeader, fileKey: SecretBytes) {
    this.#path = path;
    this.#header = header;
    this.#fileKey = fileKey.clone();
  }

  /**
   * Uses the keys. They are wiped when the file has changed or is closed: `use` must take what it needs before it awaits.
   *
   * @throws CryptoError `keystore-missing`, `keystore-unreadable`, `keystore-malformed`, `keystore-wrong-passphrase` at the
   *   first use, `keystore-changed` later where the file is another one now; `provider-closed`; what `use` throws
   */
  async use<T>(use: (records: KeyRecords) => T): Promise<Awaited<T>> {
    if ((await fingerprint(this.#path)) !== this.#seen) await this.#read();
    this.#refuseClosed();
    return await use(this.#records);
  }

  /**
   * Writes what `change` makes of the keys, which sees no other change between. Durable when the promise resolves.
   *
   * @param change gives the keys anew; what it drops is wiped
   * @throws CryptoError what {@link use} throws, `keystore-locked`, `keystore-unwritable`; what `change` throws
   */
  async update(change: (records: KeyRecords) => KeyRecords): Promise<void> {
    await withFileLock(this.#path, async () => {
      await this.#read();
      const changed = change(this.#records);
      await replaceFileDurably(this.#path, sealKeyFile(this.#fileKey, this.#header, changed));
      // What the change dropped is not in memory any more either.
      await this.#read();
    });
  }

  [Symbol.dispose](): void {
    this.#fileKey[Symbol.dispose]();
    this.#replace(new Map());
  }

  async #read(): Promise<void> {
    // Taken before the file is read: a change in between is then seen at the next use.
    const found = await fingerprint(this.#path);
    const file = await readPassphraseFile(KEY_FILE_FORMAT, this.#path);
    this.#refuseClosed();
    using content = unsealPassphraseFile(KEY_FILE_FORMAT, this.#fileKey, file);
    if (content === undefined) throw this.#refusal();
    this.#replace(decodeKeyRecords(content));
    this.#seen = found;
  }

  #refusal(): CryptoError {
    return this.#seen === ''
      ? new CryptoError(
          'keystore-wrong-passphrase',
          'the key file does not open: wrong passphrase or altered bytes',
        )
      : new CryptoError('keystore-changed', 'the file is no longer this key file', { value: this.#path });
  }

  #replace(records: KeyRecords): void {
    disposeRecords(this.#records);
    this.#records = records;
  }

  #refuseClosed(): void {
    if (this.#fileKey.disposed) throw new CryptoError('provider-closed', 'the key file was closed');
  }
}

/** Changes with every change of the file: each writes another inode. */
async function fingerprint(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? 'none' : `${found.ino} ${found.mtimeNs} ${found.size}`;
}
