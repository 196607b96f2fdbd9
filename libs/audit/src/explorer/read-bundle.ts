import type { BundleReport } from '../verify/bundle-report.ts';
import { readBundleHeader, MAX_HEADER_BYTES, type BundleHeader } from '../verify/bundle-header.ts';
import type { TrustPolicy } from '../verify/trust-policy.ts';
import { verifyBundleStream } from '../verify/verify-bundle.ts';
import { EntryColumns } from './entry-columns.ts';
import { nextTurn } from './next-turn.ts';
import { verifyMlDsa44 } from './verify-ml-dsa.ts';

/** A bundle that was read to its end. */
export interface ReadBundle {
  readonly file: File;
  readonly header: BundleHeader | undefined;
  readonly report: BundleReport;
  readonly entries: EntryColumns;
  /** Whether the policy was the examiner's own, and not taken from the bundle. */
  readonly isTrusted: boolean;
}

const PIECE_BYTES = 256 * 1024;
const TURN_MS = 24;

/**
 * Reads and verifies a file, and lets the page breathe meanwhile.
 *
 * @param trust what the examiner trusts; without it, the bundle's own word is taken, which verifies nothing
 * @param onProgress is told the share that is read, from 0 to 1
 * @throws DOMException `AbortError` when the signal is aborted; `NotReadableError` when the file cannot be read
 */
export async function readBundle(
  file: File,
  trust: TrustPolicy | undefined,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ReadBundle> {
  const header = await headerOf(file);
  const entries = new EntryColumns();
  const report = await verifyBundleStream(
    piecesOf(file, onProgress, signal),
    { ...(trust ?? ownWord(header)), verifyMlDsa44 },
    (entry) => {
      entries.add(entry);
    },
  );
  return { file, header, report, entries, isTrusted: trust !== undefined };
}

async function headerOf(file: File): Promise<BundleHeader | undefined> {
  const beginning = new Uint8Array(await file.slice(0, MAX_HEADER_BYTES + 1).arrayBuffer());
  const end = beginning.indexOf(0x0a);
  const header = readBundleHeader(end === -1 ? beginning : beginning.subarray(0, end));
  return typeof header === 'string' ? undefined : header;
}

/** The key that the bundle names itself. */
function ownWord(header: BundleHeader | undefined): TrustPolicy {
  const pairs = header?.publicKey.match(/../g) ?? [];
  return {
    origin: header?.origin ?? '',
    publicKey: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)),
  };
}

async function* piecesOf(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let turnBegan = performance.now();
  for (let start = 0; start < file.size; start += PIECE_BYTES) {
    signal.throwIfAborted();
    yield new Uint8Array(await file.slice(start, start + PIECE_BYTES).arrayBuffer());
    if (performance.now() - turnBegan < TURN_MS) continue;
    onProgress(start / file.size);
    await nextTurn();
    turnBegan = performance.now();
  }
}
