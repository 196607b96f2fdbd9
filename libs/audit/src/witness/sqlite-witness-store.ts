import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LogError } from '../log-error.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';
import { sqliteError } from '../store/sqlite-error.ts';
import type { WitnessedTree, WitnessStore } from './witness-store.ts';

/** One row a log, replaced in a transaction that first compares what it replaces. */
export class SqliteWitnessStore implements WitnessStore, AsyncDisposable {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #replace: StatementSync;
  #isClosed = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#select = database.prepare('SELECT size, root_hash, checkpoint FROM witnessed WHERE origin = ?');
    this.#replace = database.prepare('INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?, ?)');
  }

  latest(origin: string): Promise<WitnessedTree | undefined> {
    return this.#guarded(() => this.#read(origin));
  }

  advance(
    origin: string,
    expected: Pick<WitnessedTree, 'size' | 'rootHash'> | undefined,
    next: WitnessedTree,
  ): Promise<WitnessedTree | undefined> {
    return this.#guarded(() => {
      // Immediate: from here on no other process writes, so what is compared is what is replaced.
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const stored = this.#read(origin);
        const isExpected =
          stored?.size === expected?.size &&
          Buffer.compare(stored?.rootHash ?? NOTHING, expected?.rootHash ?? NOTHING) === 0;
        if (isExpected) this.#replace.run(origin, next.size, next.rootHash, next.checkpoint);
        this.#database.exec('COMMIT');
        return isExpected ? undefined : stored;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#isClosed) this.#database.close();
      this.#isClosed = true;
      resolve();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(origin: string): WitnessedTree | undefined {
    const row = this.#select.get(origin);
    return row === undefined ? undefined : readRow(row);
  }

  #guarded<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#isClosed) throw new LogError('log-closed', 'the store of the witness is closed');
      try {
        resolve(work());
      } catch (error) {
        throw sqliteError(error);
      }
    });
  }
}

const NOTHING = new Uint8Array();

function readRow(row: Record<string, SQLOutputValue>): WitnessedTree {
  const { size, root_hash: rootHash, checkpoint } = row;
  if (
    typeof size !== 'number' ||
    !(rootHash instanceof Uint8Array) ||
    rootHash.length !== HASH_BYTES ||
    typeof checkpoint !== 'string'
  ) {
    throw new LogError('log-corrupt', 'what the witness remembers is malformed');
  }
  return { size, rootHash, checkpoint };
}
