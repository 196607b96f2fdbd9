import { decodeBase64 } from './base64.ts';
import { BUNDLE_FORMAT } from './bundle-header.ts';
import { hasOnlyMembers, readHashes } from './bundle-json.ts';

/** A line with an entry, its parts decoded and nothing verified. */
export interface EntryLine {
  /** Position in the log that it claims. */
  readonly index: number;
  /** Hashes of the largest complete subtrees between the entry before and this one. */
  readonly subtrees: readonly Uint8Array[];
  /** Leaf hash that it claims, 32 bytes. */
  readonly leafHash: Uint8Array;
  /** The stored bytes of the entry, which are JSON themselves: a view of the line. */
  readonly bytes: Uint8Array;
}

/** The last line. */
export interface EndLine {
  /** Lines with entries that stand before it. */
  readonly entries: number;
  /** Hashes of the largest complete subtrees behind the last entry. */
  readonly subtrees: readonly Uint8Array[];
}

/** An event of 1 MiB in canonical form, the names around it that escaping makes longer, and up to 128 hashes. */
export const MAX_LINE_BYTES: number = 1_048_576 + 32_768;

/** What stands before the bytes of an entry, with up to 128 hashes, is shorter. */
const MAX_HEAD_BYTES = 8_192;
const USUAL_HEAD_BYTES = 128;

const HASH = '"[A-Za-z0-9+/]{43}="';
const HEAD = new RegExp(
  `^\\{"index":(0|[1-9][0-9]{0,15}),(?:"subtrees":(\\[${HASH}(?:,${HASH})*\\]),)?"leafHash":(${HASH}),"entry":`,
);
const CLOSING_BRACE = 0x7d;
const END_BEGINS: Uint8Array = new TextEncoder().encode('{"end":');
const ASCII = new TextDecoder('latin1');

/** Reads a line behind the first one; `undefined` when it is neither an entry nor the end. */
export function readBundleLine(line: Uint8Array): EntryLine | EndLine | undefined {
  return END_BEGINS.every((byte, position) => line[position] === byte) ? readEnd(line) : readEntry(line);
}

/**
 * `{"index":…,"subtrees":[…],"leafHash":"…","entry":`, the bytes of the entry and a brace. The bytes are taken as they
 * stand, because they are what is hashed; whether they are canonical JSON is checked with them.
 */
function readEntry(line: Uint8Array): EntryLine | undefined {
  const head =
    HEAD.exec(ASCII.decode(line.subarray(0, USUAL_HEAD_BYTES))) ??
    HEAD.exec(ASCII.decode(line.subarray(0, MAX_HEAD_BYTES)));
  const [whole = '', index, subtrees = '[]', leafHash = ''] = head ?? [];
  if (head === null || line.at(-1) !== CLOSING_BRACE || !Number.isSafeInteger(Number(index)))
    return undefined;
  const hashes = readHashes(JSON.parse(subtrees));
  const hash = decodeBase64(leafHash.slice(1, -1));
  if (hash === undefined || hashes === undefined) return undefined;
  return {
    index: Number(index),
    subtrees: hashes,
    leafHash: hash,
    bytes: line.subarray(whole.length, line.length - 1),
  };
}

/** `{"end":"audit-bundle/2","entries":…,"subtrees":[…]}`. */
function readEnd(line: Uint8Array): EndLine | undefined {
  if (line.length > MAX_HEAD_BYTES) return undefined;
  try {
    const text = ASCII.decode(line);
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const subtrees = readHashes(value.subtrees);
    const { entries } = value;
    if (value.end !== BUNDLE_FORMAT || subtrees === undefined) return undefined;
    if (typeof entries !== 'number' || !Number.isSafeInteger(entries) || entries < 0) return undefined;
    const isInForm = hasOnlyMembers(value, ['end', 'entries', 'subtrees']) && JSON.stringify(value) === text;
    return isInForm ? { entries, subtrees } : undefined;
  } catch {
    return undefined;
  }
}
