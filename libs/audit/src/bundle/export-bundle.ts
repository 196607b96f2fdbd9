import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { LogEntry } from '../event/entry.ts';
import type { EntrySelection } from '../log/entry-reader.ts';

/** Which entries a bundle holds, and from which earlier checkpoint it leads to the latest. */
export interface BundleSelection extends EntrySelection {
  /** A checkpoint that the receiver already holds: the bundle then proves that the log continues it. */
  readonly since?: string;
}

/** Names and versions the form of a bundle. */
const BUNDLE_FORMAT = 'audit-bundle/1';

/** What a bundle is made from: the durable part of a log. */
export interface BundleSource {
  readonly origin: string;
  readonly size: number;
  checkpoint(): string;
  read(selection: EntrySelection): Iterable<LogEntry>;
  inclusionProof(index: number, treeSize: number): Uint8Array[];
  consistencyProof(from: number, to: number): Uint8Array[];
}

/**
 * Writes the selected entries as one JSON file:
 *
 * `format`, `origin`, `publicKey` (hex, to be compared, never to be trusted), `checkpoint` (signed note), `selection`
 * (what was asked for), `since` (`{ treeSize, proof }`, when asked for), and `entries`, each `{ index, leafHash, bytes,
 * proof }`, with hashes and stored bytes in base64.
 */
export function exportBundle(
  source: BundleSource,
  publicKey: Uint8Array,
  selection: BundleSelection,
  since: number | undefined,
): Uint8Array {
  const { size } = source;
  const { from = 0, to = size, stream, subject } = selection;
  const entries: string[] = [];
  for (const entry of source.read({ ...selection, from, to })) {
    entries.push(
      JSON.stringify({
        index: entry.index,
        leafHash: base64(entry.leafHash),
        bytes: base64(entry.bytes),
        proof: source.inclusionProof(entry.index, size).map(base64),
      }),
    );
  }
  const head = {
    format: BUNDLE_FORMAT,
    origin: source.origin,
    publicKey: toHex(publicKey),
    checkpoint: source.checkpoint(),
    selection: {
      from,
      to,
      ...(stream === undefined ? {} : { stream }),
      ...(subject === undefined ? {} : { subject }),
    },
    ...(since === undefined
      ? {}
      : { since: { treeSize: since, proof: source.consistencyProof(since, size).map(base64) } }),
  };
  // Entries stand on lines of their own, so that a person can find one and tools can compare two bundles.
  return new TextEncoder().encode(
    `${JSON.stringify(head).slice(0, -1)},"entries":[\n${entries.join(',\n')}\n]}\n`,
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
