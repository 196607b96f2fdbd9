import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { LogEntry } from '../event/entry.ts';
import { SALT_BYTES } from '../erasure/personal-data.ts';
import type { PersonalData } from '../erasure/subjects.ts';
import { LogError } from '../log-error.ts';
import type { EntrySelection } from '../log/entry-reader.ts';
import { completeSubtrees } from '../merkle/complete-subtrees.ts';
import { bundleContent, type BundleSelection } from './bundle-selection.ts';

/**
 * A bundle that is made while it is read, in memory that does not grow with it: `writeFile(path, bundle)` writes it.
 * Each reading makes it anew, under the checkpoint of that moment.
 */
export interface BundleExport extends AsyncIterable<Uint8Array> {
  /** The whole bundle in memory. */
  bytes(): Promise<Uint8Array>;
}

/** Names and versions the form of a bundle. */
const BUNDLE_FORMAT = 'audit-bundle/2';

/** More, or longer ones, the verifier refuses. */
const MAX_ANCHORS = 64;
const MAX_ANCHOR_BYTES = 1_048_576;

/** Lines are handed out together, in pieces of about this many bytes. */
const PIECE_BYTES = 65_536;

/** The tree that a bundle is proven in. */
export interface BundleHead {
  readonly publicKey: Uint8Array;
  /** Signed note of the tree. */
  readonly checkpoint: string;
  readonly size: number;
  /** Size of the earlier tree that the receiver holds, when there is one. */
  readonly since: number | undefined;
}

/** What a bundle is made from: the durable part of a log. */
export interface BundleSource {
  readonly origin: string;
  /** The head of this moment, or the one that was asked for. */
  head(selection: BundleSelection): Promise<BundleHead>;
  read(selection: EntrySelection): AsyncIterable<LogEntry>;
  /** Root of the complete subtree over these leaves. */
  subtree(start: number, end: number): Promise<Uint8Array>;
  consistencyProof(from: number, to: number): Promise<Uint8Array[]>;
  /** Entries of the state that an anchor is of. */
  anchoredSize(anchor: Uint8Array): Promise<number>;
  /** Of the entry at that position. */
  personalData(index: number): Promise<PersonalData>;
}

/**
 * Writes the selected entries as lines of JSON (UTF-8), each ended by a line feed:
 *
 * - First a header: `format`, `origin`, `publicKey` (hex, to be compared, never to be trusted), `checkpoint` (signed
 *   note), `selection` (`from` and `to`; `stream`, `subject` or `listed`, the number of entries that were listed), and
 *   `since` (`treeSize` and `proof`) when it was asked for.
 * - A line an anchor: `anchorOf`, how many entries it is about, `proof`, that the checkpoint continues that tree, and `anchor`,
 *   its file as it is.
 * - Then a line an entry, in order: `index`, `subtrees`, `leafHash`, and `entry`, the stored bytes as they are.
 *   `subtrees` is there when entries are left out before this one: the hashes of the largest complete subtrees that
 *   these make up, from left to right.
 * - Behind an entry whose personal data is revealed: `personalOf`, its position; `salt`, and `data`, canonical JSON: what the
 *   entry commits to.
 * - Last `end` (the format), `entries` (how many lines have one), and `subtrees` behind the last entry.
 *
 * Hashes are in base64. Leaf hashes and subtrees in order give the root of the checkpoint, whatever was selected: one proof
 * for all of the entries.
 */
export function exportBundle(source: BundleSource, selection: BundleSelection): BundleExport {
  return {
    [Symbol.asyncIterator]: () => inPieces(bundleLines(source, selection)),
    async bytes() {
      const pieces: Uint8Array[] = [];
      for await (const piece of this) pieces.push(piece);
      return new Uint8Array(Buffer.concat(pieces));
    },
  };
}

async function* bundleLines(source: BundleSource, selection: BundleSelection): AsyncGenerator<Uint8Array> {
  const { publicKey, checkpoint, size, since } = await source.head(selection);
  const { extent, entries } = bundleContent((selected) => source.read(selected), size, selection);
  const header = {
    format: BUNDLE_FORMAT,
    origin: source.origin,
    publicKey: toHex(publicKey),
    checkpoint,
    selection: extent,
    ...(since === undefined
      ? {}
      : { since: { treeSize: since, proof: (await source.consistencyProof(since, size)).map(base64) } }),
  };
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  const { anchors = [] } = selection;
  if (anchors.length > MAX_ANCHORS) {
    throw new LogError('option-malformed', 'a bundle has no room for these anchors', {
      value: `${anchors.length} anchors`,
      limit: `${MAX_ANCHORS} anchors`,
    });
  }
  for (const anchor of anchors) yield* anchorLine(source, anchor, size);
  let next = 0;
  let count = 0;
  for await (const { index, leafHash, bytes, personal } of entries) {
    const skipped = index === next ? '' : `"subtrees":${await subtreesJson(source, next, index)},`;
    yield Buffer.from(`{"index":${index},${skipped}"leafHash":"${base64(leafHash)}","entry":`);
    yield bytes;
    yield LINE_ENDS;
    if (selection.personalData === true && personal !== undefined) yield* personalLine(source, index);
    next = index + 1;
    count += 1;
  }
  const behind = await subtreesJson(source, next, size);
  yield Buffer.from(`{"end":"${BUNDLE_FORMAT}","entries":${count},"subtrees":${behind}}\n`);
}

const LINE_ENDS: Uint8Array = Buffer.from('}\n');

async function* anchorLine(
  source: BundleSource,
  anchor: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  if (anchor.length > MAX_ANCHOR_BYTES) {
    throw new LogError('option-malformed', 'the anchor is too long for a bundle', {
      value: `${anchor.length} bytes`,
      limit: `${MAX_ANCHOR_BYTES} bytes`,
    });
  }
  const from = await source.anchoredSize(anchor);
  const proof = JSON.stringify((await source.consistencyProof(from, size)).map(base64));
  yield Buffer.from(`{"anchorOf":${from},"proof":${proof},"anchor":`);
  yield anchor;
  yield LINE_ENDS;
}

async function* personalLine(source: BundleSource, index: number): AsyncGenerator<Uint8Array> {
  const personal = await source.personalData(index);
  if (personal.state !== 'present') return;
  const { disclosure } = personal;
  const salt = base64(disclosure.subarray(0, SALT_BYTES));
  yield Buffer.from(`{"personalOf":${index},"salt":"${salt}","data":`);
  yield disclosure.subarray(SALT_BYTES);
  yield LINE_ENDS;
}

async function subtreesJson(source: BundleSource, from: number, to: number): Promise<string> {
  const hashes: string[] = [];
  let start = from;
  for (const width of completeSubtrees(from, to)) {
    hashes.push(base64(await source.subtree(start, start + width)));
    start += width;
  }
  return JSON.stringify(hashes);
}

async function* inPieces(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of parts) {
    waiting.push(part);
    bytes += part.length;
    if (bytes < PIECE_BYTES) continue;
    yield new Uint8Array(Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  }
  yield new Uint8Array(Buffer.concat(waiting));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
