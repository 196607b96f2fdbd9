import { hasOnlyMembers, readHashes } from './bundle-json.ts';

/** What the first line of a bundle says; nothing of it is verified. */
export interface BundleHeader {
  readonly origin: string;
  /** The key that the log says it signs with, in hexadecimal: to be compared with the one that is trusted, never used. */
  readonly publicKey: string;
  /** A signed note. */
  readonly checkpoint: string;
  readonly selection: BundleExtent;
  /** Proof that the checkpoint continues an earlier one. */
  readonly since?: { readonly treeSize: number; readonly proof: readonly Uint8Array[] };
}

/** Which entries a bundle says that it holds: a range of the log, or of these what belongs to a stream or a subject. */
export interface BundleExtent {
  readonly from: number;
  readonly to: number;
  readonly stream?: string;
  readonly subject?: string;
  /** How many entries were listed one by one. */
  readonly listed?: number;
}

/** Names and versions the form of a bundle. */
export const BUNDLE_FORMAT = 'audit-bundle/2';

/** A note with the signatures of witnesses, a proof of 128 hashes and three names, escaped. */
export const MAX_HEADER_BYTES = 262_144;

const HEADER_MEMBERS = ['format', 'origin', 'publicKey', 'checkpoint', 'selection', 'since'];
const SELECTION_MEMBERS = ['from', 'to', 'stream', 'subject', 'listed'];

/** Reads the first line of a bundle; a text says what is wrong with it. */
export function readBundleHeader(line: Uint8Array): BundleHeader | string {
  if (line.length > MAX_HEADER_BYTES) return `its first line is longer than ${MAX_HEADER_BYTES} bytes`;
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    parsed = JSON.parse(text);
  } catch {
    return 'its first line is not JSON in UTF-8';
  }
  if (!isRecord(parsed) || parsed.format !== BUNDLE_FORMAT) return `not of format ${BUNDLE_FORMAT}`;
  const { origin, publicKey, checkpoint, since } = parsed;
  if (typeof origin !== 'string' || typeof checkpoint !== 'string') return 'without origin or checkpoint';
  if (typeof publicKey !== 'string' || !/^(?:[0-9a-f]{2})+$/.test(publicKey)) return 'without a public key';
  const selection = readSelection(parsed.selection);
  if (selection === undefined) return 'with a malformed selection';
  const consistency = since === undefined ? undefined : readSince(since);
  if (since !== undefined && consistency === undefined) return 'with a malformed consistency proof';
  // One bundle has one form: no member stands there twice, and what a person reads first is what counts.
  if (!hasOnlyMembers(parsed, HEADER_MEMBERS) || JSON.stringify(parsed) !== text) {
    return 'its first line is not in the form of a bundle';
  }
  return {
    origin,
    publicKey,
    checkpoint,
    selection,
    ...(consistency === undefined ? {} : { since: consistency }),
  };
}

function readSelection(value: unknown): BundleExtent | undefined {
  if (!isRecord(value) || !hasOnlyMembers(value, SELECTION_MEMBERS)) return undefined;
  const { from, to, stream, subject, listed } = value;
  if (!isCount(from) || !isCount(to) || from > to) return undefined;
  if (!isOptionalText(stream) || !isOptionalText(subject)) return undefined;
  if (listed !== undefined && (!isCount(listed) || stream !== undefined || subject !== undefined)) {
    return undefined;
  }
  return {
    from,
    to,
    ...(stream === undefined ? {} : { stream }),
    ...(subject === undefined ? {} : { subject }),
    ...(listed === undefined ? {} : { listed }),
  };
}

function readSince(value: unknown): BundleHeader['since'] {
  if (!isRecord(value) || !hasOnlyMembers(value, ['treeSize', 'proof'])) return undefined;
  const proof = readHashes(value.proof);
  const treeSize = value.treeSize;
  return proof === undefined || !isCount(treeSize) ? undefined : { treeSize, proof };
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
