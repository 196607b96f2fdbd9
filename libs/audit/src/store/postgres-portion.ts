import type { Tile } from '../merkle/tile.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';
import type { Commit, SealedPersonalData, StoredEntry } from './log-records.ts';
import { requireNameBytes } from './postgres-row.ts';

/**
 * What one statement carries at most, roughly, so that servers take it and need little memory for it. CockroachDB refuses
 * messages above 16 MiB.
 */
const PORTION_BYTES: number = 4 * 1024 * 1024;

/** A row of one of the indexes. */
interface Segment {
  readonly name: Uint8Array;
  readonly firstVersion: number;
  readonly indexes: readonly number[];
}

/** What one statement of a commit writes. */
export interface Portion {
  readonly entries: StoredEntry[];
  readonly tiles: Tile[];
  readonly streams: Segment[];
  readonly subjects: Segment[];
  readonly keys: { readonly name: Uint8Array; readonly index: number }[];
  readonly personal: SealedPersonalData[];
}

/** Cuts a commit into what single statements carry: one, unless it is large. */
export function portionsOf(commit: Commit): readonly Portion[] {
  let portion = emptyPortion();
  const portions: Portion[] = [portion];
  let size = 0;
  const withRoom = (bytes: number): Portion => {
    if (size > 0 && size + bytes > PORTION_BYTES) {
      portion = emptyPortion();
      portions.push(portion);
      size = 0;
    }
    size += bytes;
    return portion;
  };
  for (const entry of commit.entries) withRoom(entry.bytes.length + HASH_BYTES).entries.push(entry);
  // Values in arrays travel in hexadecimal.
  for (const tile of commit.tiles) withRoom(2 * tile.hashes.length).tiles.push(tile);
  for (const [stream, { firstVersion, indexes }] of commit.streams) {
    const name = requireNameBytes(stream);
    withRoom(2 * (name.length + 6 * indexes.length)).streams.push({ name, firstVersion, indexes });
  }
  for (const [subject, indexes] of commit.subjects) {
    const name = requireNameBytes(subject);
    withRoom(2 * (name.length + 6 * indexes.length)).subjects.push({ name, firstVersion: 0, indexes });
  }
  for (const [key, index] of commit.keys) {
    const name = requireNameBytes(key);
    withRoom(2 * name.length).keys.push({ name, index });
  }
  for (const personal of commit.personal) withRoom(2 * personal.sealed.length).personal.push(personal);
  return portions;
}

function emptyPortion(): Portion {
  return { entries: [], tiles: [], streams: [], subjects: [], keys: [], personal: [] };
}
