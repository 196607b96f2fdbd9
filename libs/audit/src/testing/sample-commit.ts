import { createHash } from 'node:crypto';
import type { Commit, StreamSegment } from '../store/log-records.ts';

/** What a sample has besides its entries. */
export interface CommitParts {
  readonly tiles?: Commit['tiles'];
  readonly streams?: Readonly<Record<string, StreamSegment>>;
  readonly subjects?: Readonly<Record<string, readonly number[]>>;
  readonly keys?: Readonly<Record<string, number>>;
  readonly personal?: Commit['personal'];
  readonly checkpoint?: string;
  readonly seal?: Uint8Array;
  /** Bytes in each entry; of several lengths when absent. */
  readonly entryBytes?: number;
}

/** 32 bytes that follow from a text. */
export function hashOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/** A commit of `count` entries from position `first` on. A store takes entries as they are, whatever they say. */
export function commitOf(first: number, count: number, parts: CommitParts = {}): Commit {
  const entries = Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    const bytes = new Uint8Array(parts.entryBytes ?? (index * 37) % 300).fill(index);
    return { index, leafHash: hashOf(`leaf ${index}`), bytes };
  });
  return {
    entries,
    tiles: parts.tiles ?? [],
    streams: new Map(Object.entries(parts.streams ?? {})),
    subjects: new Map(Object.entries(parts.subjects ?? {})),
    keys: new Map(Object.entries(parts.keys ?? {})),
    personal: parts.personal ?? [],
    checkpoint: parts.checkpoint,
    seal: parts.seal ?? hashOf(`seal ${first + count}`),
  };
}

/** The first tile of level 1. */
export function tileOf(hashes: Uint8Array): Commit['tiles'][number] {
  return { level: 1, index: 0, hashes };
}

/** Names that databases are known to change, to cut, to confuse with each other or to refuse. */
export const ODD_NAMES: readonly string[] = [
  'a',
  'A',
  ' a',
  'a ',
  'a  ',
  ' ',
  "'; DROP TABLE log; --",
  '"',
  '\\',
  '\\x61',
  '\\000',
  '%',
  '_',
  '$1',
  '{}',
  '{"a","b"}',
  'NULL',
  '__proto__',
  '\u00e9',
  'e\u0301',
  '\u0130',
  '\u0131',
  '\u00df',
  'ss',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\u200b',
  '\u202eabc',
  '\ufeffa',
  '\ufffd',
  '\uffff',
  '\u{1f469}\u200d\u{1f680}',
  '\u{10ffff}',
  '\u4e2d\u6587',
  '\uff21',
  '\u7fff'.repeat(256),
  '\u{1d4b3}'.repeat(128),
];
