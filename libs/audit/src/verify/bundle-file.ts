import { decodeBase64 } from './base64.ts';

/** One entry of a bundle, its parts decoded and nothing verified. */
export interface BundleEntry {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly bytes: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** What the bundle says that it holds. */
export interface BundleExtent {
  readonly from: number;
  readonly to: number;
  readonly stream?: string;
  readonly subject?: string;
}

/** A bundle, its parts decoded and nothing verified. */
export interface BundleFile {
  readonly origin: string;
  readonly checkpoint: string;
  readonly selection: BundleExtent;
  readonly since?: { readonly treeSize: number; readonly proof: readonly Uint8Array[] };
  readonly entries: readonly BundleEntry[];
}

const BUNDLE_FORMAT = 'audit-bundle/1';

/** Larger files are refused before they are parsed: the text and its parts stand in memory at once. */
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

/** An event of 1 MiB in canonical form, and what surrounds it in an entry: names that escaping may make six times longer. */
const MAX_ENTRY_BYTES = 1_048_576 + 16_384;

/** No tree of a safe number of leaves has longer proofs: two hashes a level in a consistency proof. */
const MAX_PROOF_HASHES = 128;

/** Takes a bundle apart; a text says what is wrong with it. */
export function readBundleFile(bundle: Uint8Array): BundleFile | string {
  if (bundle.length > MAX_BUNDLE_BYTES) return `longer than ${MAX_BUNDLE_BYTES} bytes`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bundle));
  } catch {
    return 'not JSON in UTF-8';
  }
  if (!isRecord(parsed) || parsed.format !== BUNDLE_FORMAT) return `not of format ${BUNDLE_FORMAT}`;
  const { origin, checkpoint, selection, since, entries } = parsed;
  if (typeof origin !== 'string' || typeof checkpoint !== 'string') return 'without origin or checkpoint';
  const extent = readSelection(selection);
  if (extent === undefined) return 'with a malformed selection';
  const consistency = since === undefined ? undefined : readSince(since);
  if (since !== undefined && consistency === undefined) return 'with a malformed consistency proof';
  if (!Array.isArray(entries)) return 'without entries';
  const read: BundleEntry[] = [];
  for (const [position, entry] of entries.entries()) {
    const readEntry = readBundleEntry(entry);
    if (readEntry === undefined) return `with a malformed entry at position ${position}`;
    read.push(readEntry);
  }
  return {
    origin,
    checkpoint,
    selection: extent,
    entries: read,
    ...(consistency === undefined ? {} : { since: consistency }),
  };
}

function readSelection(value: unknown): BundleExtent | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, stream, subject } = value;
  if (!isCount(from) || !isCount(to) || from > to || !isOptionalText(stream) || !isOptionalText(subject)) {
    return undefined;
  }
  return {
    from,
    to,
    ...(stream === undefined ? {} : { stream }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function readSince(value: unknown): BundleFile['since'] {
  if (!isRecord(value)) return undefined;
  const proof = readHashes(value.proof);
  const treeSize = value.treeSize;
  return proof === undefined || !isCount(treeSize) ? undefined : { treeSize, proof };
}

function readBundleEntry(value: unknown): BundleEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { index } = value;
  const leafHash = readBytes(value.leafHash, 64);
  const bytes = readBytes(value.bytes, MAX_ENTRY_BYTES);
  const proof = readHashes(value.proof);
  if (!isCount(index) || leafHash === undefined || bytes === undefined || proof === undefined)
    return undefined;
  return { index, leafHash, bytes, proof };
}

/** Hashes of whatever length: a wrong one is a wrong proof, and reported as such. */
function readHashes(value: unknown): readonly Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_PROOF_HASHES) return undefined;
  const hashes = value.map((hash) => readBytes(hash, 64)).filter((hash) => hash !== undefined);
  return hashes.length === value.length ? hashes : undefined;
}

function readBytes(value: unknown, maxBytes: number): Uint8Array | undefined {
  return typeof value === 'string' && value.length <= Math.ceil(maxBytes / 3) * 4
    ? decodeBase64(value)
    : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
