import { concatBytes } from '@noble/hashes/utils.js';
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

/** A line with personal data of the entry before it, its parts decoded and nothing verified. */
export interface PersonalLine {
  /** Position in the log of the entry that it says it is of. */
  readonly personalOf: number;
  /** 32 bytes of salt, and the canonical JSON of the data: what the entry commits to. */
  readonly disclosure: Uint8Array;
}

/** A line with the anchor of an earlier state of the log, or of this one, its parts decoded and nothing verified. */
export interface AnchorLine {
  /** Entries of that state. */
  readonly treeSize: number;
  /** That the checkpoint of the bundle continues it; empty where it is the same. */
  readonly proof: readonly Uint8Array[];
  /** The file of the anchor: a view of the line. */
  readonly anchor: Uint8Array;
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
const PERSONAL_HEAD = new RegExp(`^\\{"personalOf":(0|[1-9][0-9]{0,15}),"salt":(${HASH}),"data":`);
const ANCHOR_HEAD = new RegExp(
  `^\\{"anchorOf":(0|[1-9][0-9]{0,15}),"proof":(\\[(?:${HASH}(?:,${HASH})*)?\\]),"anchor":`,
);
const CLOSING_BRACE = 0x7d;
const END_BEGINS: Uint8Array = new TextEncoder().encode('{"end":');
const PERSONAL_BEGINS: Uint8Array = new TextEncoder().encode('{"personalOf":');
const ANCHOR_BEGINS: Uint8Array = new TextEncoder().encode('{"anchorOf":');
const ASCII = new TextDecoder('latin1');

/** Reads a line behind the first one; `undefined` when it is of no kind that there is. */
export function readBundleLine(
  line: Uint8Array,
): EntryLine | PersonalLine | AnchorLine | EndLine | undefined {
  if (beginsWith(line, END_BEGINS)) return readEnd(line);
  if (beginsWith(line, ANCHOR_BEGINS)) return readAnchor(line);
  return beginsWith(line, PERSONAL_BEGINS) ? readPersonal(line) : readEntry(line);
}

function beginsWith(line: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, position) => line[position] === byte);
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

/** `{"personalOf":…,"salt":"…","data":`, the canonical JSON of the data, and a brace. */
function readPersonal(line: Uint8Array): PersonalLine | undefined {
  const head = PERSONAL_HEAD.exec(ASCII.decode(line.subarray(0, USUAL_HEAD_BYTES)));
  const [whole = '', index, salt = ''] = head ?? [];
  const saltBytes = decodeBase64(salt.slice(1, -1));
  if (saltBytes === undefined || line.at(-1) !== CLOSING_BRACE || !Number.isSafeInteger(Number(index)))
    return undefined;
  const json = line.subarray(whole.length, line.length - 1);
  return { personalOf: Number(index), disclosure: concatBytes(saltBytes, json) };
}

/** `{"anchorOf":…,"proof":[…],"anchor":`, the file of the anchor, which is JSON, and a brace. */
function readAnchor(line: Uint8Array): AnchorLine | undefined {
  const head = ANCHOR_HEAD.exec(ASCII.decode(line.subarray(0, MAX_HEAD_BYTES)));
  const [whole = '', size, hashes = '[]'] = head ?? [];
  const proof = readHashes(JSON.parse(hashes));
  if (head === null || proof === undefined || line.at(-1) !== CLOSING_BRACE) return undefined;
  if (!Number.isSafeInteger(Number(size))) return undefined;
  return { treeSize: Number(size), proof, anchor: line.subarray(whole.length, line.length - 1) };
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
