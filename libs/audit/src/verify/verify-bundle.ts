import type { BundleReport, BundleReportEntry, BundleReportWithEntries } from './bundle-report.ts';
import { BundleVerifier, type OnEntry } from './bundle-verifier.ts';
import type { TrustPolicy } from './trust-policy.ts';

/**
 * Checks a bundle against what the examiner trusts, offline: its log, its checkpoint, that its entries are in the log,
 * and of every entry its form and its place after the entry before. Every check is named in the report, passed or
 * failed.
 *
 * Never throws: what is no bundle at all is a failed check `bundle format`. Shares no code with the writer and needs
 * nothing of Node, only the format. For bundles that are too large to hold, see {@link verifyBundleStream}.
 */
export function verifyBundle(bundle: Uint8Array, trust: TrustPolicy): BundleReportWithEntries {
  const entries: BundleReportEntry[] = [];
  const verifier = new BundleVerifier(trust, (entry) => entries.push(entry));
  verifier.push(bundle);
  const report = verifier.finish();
  // An entry is proven by the proof of all, and that is complete only at the end.
  return {
    ...report,
    entries: report.isIncluded ? entries : entries.map((entry) => ({ ...entry, ok: false })),
  };
}

/** Bytes in pieces of any size: what `createReadStream` of Node and `file.stream()` of a browser give. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableByteStream;

/** The part of a web stream (WHATWG Streams) that is used; not every browser lets one be iterated. */
export interface ReadableByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/**
 * {@link verifyBundle} for a bundle of any length: it is read once, in memory that does not grow with the number of its
 * entries, apart from one number for each stream.
 *
 * Rejects only with what the source or `onEntry` throws.
 *
 * @param onEntry is called with each entry as it is read. What it is told is to be relied on only when the report says
 * `ok` in the end
 */
export async function verifyBundleStream(
  source: ByteSource,
  trust: TrustPolicy,
  onEntry?: OnEntry,
): Promise<BundleReport> {
  const verifier = new BundleVerifier(trust, onEntry);
  for await (const piece of piecesOf(source)) verifier.push(piece);
  return verifier.finish();
}

function piecesOf(source: ByteSource): AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in source ? source : piecesOfStream(source);
}

async function* piecesOfStream(stream: ReadableByteStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    if (!isDone) await reader.cancel();
    reader.releaseLock();
  }
}
