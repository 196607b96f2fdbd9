import { type Attack, findInLog } from './attack.ts';
import { exchangeEntries, flipBit, positionOf, rewriteEntry, runSql } from './stored-rows.ts';
import { ENTRIES } from './stage.ts';

/** Entries whose hashes are in full tiles, and those that are read at opening: behind the last full tile, and one more. */
const TILED = [0, 1, 254, 255, 256, 777, 1_024, 1_535, 1_999, 2_046];
const TAIL = [2_047, 2_048, 2_049, 2_060, 2_077, 2_088, 2_098, 2_099];
const LAST = ENTRIES - 1;

/** Bits that are flipped in a value, one each time. */
const BITS = [0, 77, 4_242];

type Tamper = (path: string) => void;

/** Changes what is stored of the log, one thing each time. */
export function storedAttacks(): Attack[] {
  return [...entryAttacks(), ...headAttacks(), ...indexAttacks(), ...orderAttacks()];
}

function entryAttacks(): Attack[] {
  const at = (index: number): string => `position = ${positionOf(index)}`;
  const flips = (column: 'bytes' | 'leaf_hash', kind: string): Attack[] => [
    ...TILED.flatMap((index) =>
      BITS.map((bit) =>
        inCheck(kind, `entry ${index}, bit ${bit}`, 'entry', index, (path) => {
          flipBit(path, 'entry', column, at(index), bit);
        }),
      ),
    ),
    ...TAIL.map((index) =>
      atOpening(kind, `entry ${index}`, 'log-corrupt', (path) => {
        flipBit(path, 'entry', column, at(index), index);
      }),
    ),
  ];
  const tiles = Array.from({ length: 8 }, (_, tile) => tile);
  return [
    ...flips('bytes', 'entry bytes flipped'),
    ...flips('leaf_hash', 'leaf hash flipped'),
    ...TILED.map((index) =>
      inCheck('entry rewritten with its hash', `entry ${index}`, 'tile', undefined, (path) => {
        rewriteEntry(path, index, '"history":"first"', '"history":"other"');
      }),
    ),
    ...TAIL.map((index) =>
      atOpening('entry rewritten with its hash', `entry ${index}`, 'log-corrupt', (path) => {
        rewriteEntry(path, index, '"history":"first"', '"history":"other"');
      }),
    ),
    ...tiles.map((tile) =>
      inCheck('tile of leaves flipped', `tile 0/${tile}`, 'tile', undefined, (path) => {
        flipBit(path, 'tile', 'hashes', `level = 0 AND idx = ${tile}`, 1_000 * tile + 3);
      }),
    ),
    ...BITS.map((bit) =>
      atOpening('tile of nodes flipped', `tile 1/0, bit ${bit}`, 'log-corrupt', (path) => {
        // Eight nodes of 32 bytes.
        flipBit(path, 'tile', 'hashes', 'level = 1 AND idx = 0', bit % (8 * 256));
      }),
    ),
    ...tiles.map((tile) =>
      inCheck('tile deleted', `tile 0/${tile}`, 'tile', undefined, (path) => {
        runSql(path, 'DELETE FROM tile WHERE level = 0 AND idx = ?', tile);
      }),
    ),
  ];
}

function headAttacks(): Attack[] {
  const last = `position = ${positionOf(LAST)}`;
  return [
    ...BITS.map((bit) =>
      atOpening('seal flipped', `bit ${bit}`, 'log-corrupt', (path) => {
        flipBit(path, 'entry', 'seal', last, bit);
      }),
    ),
    atOpening('seal of an earlier head', 'entry 1999', 'log-corrupt', (path) => {
      const sql = `UPDATE entry SET seal = (SELECT seal FROM entry WHERE position = ?) WHERE ${last}`;
      runSql(path, sql, positionOf(1_999));
    }),
    atOpening('seal deleted', 'the last one', 'log-corrupt', (path) => {
      runSql(path, `UPDATE entry SET seal = NULL WHERE ${last}`);
    }),
    // In the root, in the size and in the signature of the note; a flipped origin or key is another one.
    ...['\n2100\n', 'root', 'signature'].map((part) =>
      atOpening('checkpoint flipped', part.trim(), 'log-corrupt', (path) => {
        const change =
          part === 'root'
            ? "replace(checkpoint, substr(checkpoint, 35, 4), 'AAAA')"
            : part === 'signature'
              ? "substr(checkpoint, 1, length(checkpoint) - 12) || 'AAAA' || substr(checkpoint, -8)"
              : "replace(checkpoint, '2100', '2099')";
        runSql(path, `UPDATE entry SET checkpoint = ${change} WHERE ${last}`);
      }),
    ),
    atOpening('checkpoint of another log', 'another origin', 'log-wrong-origin', (path) => {
      runSql(path, `UPDATE entry SET checkpoint = replace(checkpoint, 'tampered', 'replaced') WHERE ${last}`);
    }),
    atOpening('log row of another log', 'another origin', 'log-wrong-origin', (path) => {
      runSql(path, "UPDATE log SET origin = replace(origin, 'tampered', 'replaced')");
    }),
    atOpening('log row deleted', 'the only one', 'log-corrupt', (path) => {
      runSql(path, 'DELETE FROM log');
    }),
    atOpening('log row renumbered', 'to a log without entries', 'log-corrupt', (path) => {
      runSql(path, 'UPDATE log SET id = 2');
    }),
  ];
}

function indexAttacks(): Attack[] {
  const streams = [0, 7, 13, 19].map((number) => `order/${number}`);
  const subjects = [0, 3, 6].map((number) => `customer:${number}`);
  const keys = [0, 5, 1_000, 2_045].map((number) => `order/${number}`);
  return [
    ...streams.flatMap((stream) => [
      inCheck('stream index flipped', stream, 'stream', undefined, (path) => {
        flipBit(path, 'stream_segment', 'indexes', `stream = '${stream}' AND first_version = 1`, 8 * 11);
      }),
      inCheck('stream index deleted', stream, 'stream', undefined, (path) => {
        runSql(path, 'DELETE FROM stream_segment WHERE stream = ? AND first_version > 1', stream);
      }),
      inCheck('stream index of another stream', stream, 'stream', undefined, (path) => {
        runSql(path, "UPDATE stream_segment SET stream = stream || 'x' WHERE stream = ?", stream);
      }),
    ]),
    ...subjects.flatMap((subject) => [
      inCheck('subject index flipped', subject, 'subject', undefined, (path) => {
        flipBit(path, 'subject_segment', 'indexes', `subject = '${subject}' AND first_index < 256`, 8 * 11);
      }),
      inCheck('subject index deleted', subject, 'subject', undefined, (path) => {
        runSql(path, 'DELETE FROM subject_segment WHERE subject = ? AND first_index > 256', subject);
      }),
    ]),
    ...keys.flatMap((key) => [
      inCheck('key index changed', key, 'key', undefined, (path) => {
        runSql(path, 'UPDATE idempotency_key SET idx = idx + 1 WHERE key = ?', key);
      }),
      inCheck('key index deleted', key, 'key', undefined, (path) => {
        runSql(path, 'DELETE FROM idempotency_key WHERE key = ?', key);
      }),
    ]),
  ];
}

function orderAttacks(): Attack[] {
  const insertBehind = 'INSERT INTO entry SELECT position + 1, leaf_hash, bytes, checkpoint, seal FROM entry';
  return [
    ...TILED.map((index) =>
      inCheck('entry deleted', `entry ${index}`, 'entry', index, (path) => {
        runSql(path, 'DELETE FROM entry WHERE position = ?', positionOf(index));
      }),
    ),
    // A log may be pruned, and then says so: what is only gone is missing.
    ...[1, 100, 256, 300].map((count) =>
      inCheck('first entries deleted', `${count} of them`, 'entry', 0, (path) => {
        runSql(path, 'DELETE FROM entry WHERE position < ?', positionOf(count));
      }),
    ),
    ...TAIL.map((index) =>
      atOpening('entry deleted', `entry ${index}`, 'log-corrupt', (path) => {
        runSql(path, 'DELETE FROM entry WHERE position = ?', positionOf(index));
      }),
    ),
    ...[100, 1_000, 2_060].map((index) =>
      atOpening('entry inserted', `behind ${index}`, 'log-corrupt', (path) => {
        runSql(path, 'UPDATE entry SET position = -position - 1 WHERE position > ?', positionOf(index));
        runSql(path, 'UPDATE entry SET position = -position WHERE position < 0');
        runSql(path, `${insertBehind} WHERE position = ?`, positionOf(index));
      }),
    ),
    atOpening('entry inserted', 'at the end', 'log-corrupt', (path) => {
      runSql(path, `${insertBehind} WHERE position = ?`, positionOf(LAST));
    }),
    ...[0, 300, 1_200, 1_998].map((index) =>
      inCheck('entries reordered', `${index} and the next`, 'entry', index, (path) => {
        exchangeEntries(path, index, index + 1);
      }),
    ),
    ...[2_050, 2_097].map((index) =>
      atOpening('entries reordered', `${index} and the next`, 'log-corrupt', (path) => {
        exchangeEntries(path, index, index + 1);
      }),
    ),
    ...[1, 2, 50, 99].map((cut) =>
      atOpening('entries cut off', `the last ${cut}`, 'log-corrupt', (path) => {
        runSql(path, 'DELETE FROM entry WHERE position > ?', positionOf(LAST - cut));
      }),
    ),
  ];
}

function inCheck(
  kind: string,
  where: string,
  name: string,
  entry: number | undefined,
  tamper: Tamper,
): Attack {
  return {
    ...stored(kind, where, tamper),
    by: 'check',
    names: [name],
    ...(entry === undefined ? {} : { entry }),
  };
}

function atOpening(kind: string, where: string, name: string, tamper: Tamper): Attack {
  return { ...stored(kind, where, tamper), by: 'openLog', names: [name] };
}

function stored(kind: string, where: string, tamper: Tamper): Pick<Attack, 'kind' | 'where' | 'find'> {
  return {
    kind,
    where,
    find: async (stage) => {
      using copy = stage.copy();
      tamper(copy.log);
      return await findInLog(copy);
    },
  };
}
