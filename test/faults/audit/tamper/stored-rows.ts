import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** Where the entries of the first log of a file begin. */
const FIRST_POSITION = 2 ** 40;

/** The row of an entry. */
export function positionOf(index: number): number {
  return FIRST_POSITION + index;
}

/** Changes the file of a log behind the library's back. */
function withDatabase<T>(path: string, use: (database: DatabaseSync) => T): T {
  using database = new DatabaseSync(path);
  return use(database);
}

export function runSql(path: string, sql: string, ...values: SQLInputValue[]): void {
  withDatabase(path, (database) => {
    const { changes } = database.prepare(sql).run(...values);
    if (changes === 0) throw new Error(`nothing was changed by: ${sql}`);
  });
}

/** Flips one bit of a value, in the row that a condition selects. */
export function flipBit(path: string, table: string, column: string, where: string, bit: number): void {
  withDatabase(path, (database) => {
    const condition = `FROM ${table} WHERE ${where}`;
    const row = database.prepare(`SELECT CAST(${column} AS BLOB) AS value ${condition}`).get();
    if (!(row?.value instanceof Uint8Array)) throw new Error(`there is no ${column} ${condition}`);
    const value = Uint8Array.from(row.value);
    const place = Math.floor(bit / 8) % value.length;
    value[place] = (value[place] ?? 0) ^ (1 << (bit % 8));
    const typed = column === 'checkpoint' ? 'CAST(? AS TEXT)' : '?';
    database.prepare(`UPDATE ${table} SET ${column} = ${typed} WHERE ${where}`).run(value);
  });
}

/** Replaces text in the bytes of an entry, and hashes them anew: an entry that is consistent in itself. */
export function rewriteEntry(path: string, index: number, from: string, to: string): void {
  withDatabase(path, (database) => {
    const row = database.prepare('SELECT bytes FROM entry WHERE position = ?').get(positionOf(index));
    if (!(row?.bytes instanceof Uint8Array)) throw new Error(`there is no entry ${index}`);
    const bytes = Buffer.from(Buffer.from(row.bytes).toString().replace(from, to));
    if (Buffer.compare(bytes, row.bytes) === 0) throw new Error(`entry ${index} does not hold ${from}`);
    const leaf = createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest();
    database
      .prepare('UPDATE entry SET bytes = ?, leaf_hash = ? WHERE position = ?')
      .run(bytes, leaf, positionOf(index));
  });
}

/** Exchanges two rows. */
export function exchangeEntries(path: string, one: number, other: number): void {
  withDatabase(path, (database) => {
    const move = database.prepare('UPDATE entry SET position = ? WHERE position = ?');
    move.run(1, positionOf(one));
    move.run(positionOf(one), positionOf(other));
    move.run(positionOf(other), 1);
  });
}
