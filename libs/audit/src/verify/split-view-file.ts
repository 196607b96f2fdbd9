import { decodeBase64, encodeBase64 } from './base64.ts';

/** Two checkpoints of one log that contradict each other, to be shown to anyone. */
export interface SplitViewEvidence {
  /** Signed notes, as they stand. */
  readonly first: string;
  readonly second: string;
  /**
   * Where the sizes differ: the root of the larger tree's own first leaves, as many as the smaller one has, and the RFC 6962
   * proof of that. Hashes of 32 bytes.
   */
  readonly prefix?: { readonly rootHash: Uint8Array; readonly proof: readonly Uint8Array[] };
}

const FORMAT = 'audit-split-view/1';

/** Two notes of 128 KiB with every character escaped would be longer; no note of a log has such characters. */
const MAX_FILE_BYTES = 1_048_576;

const MAX_PROOF_HASHES = 128;

/** Writes evidence as one JSON file (UTF-8). */
export function writeSplitView({ first, second, prefix }: SplitViewEvidence): Uint8Array {
  const file = {
    format: FORMAT,
    first,
    second,
    ...(prefix === undefined
      ? {}
      : {
          prefix: { rootHash: encodeBase64(prefix.rootHash), proof: prefix.proof.map(encodeBase64) },
        }),
  };
  return new TextEncoder().encode(`${JSON.stringify(file, undefined, 2)}\n`);
}

/** Takes a file of evidence apart; `undefined` when it is none. */
export function readSplitView(file: Uint8Array): SplitViewEvidence | undefined {
  const parsed = parseJson(file);
  if (!isRecord(parsed) || parsed.format !== FORMAT) return undefined;
  const { first, second, prefix } = parsed;
  if (typeof first !== 'string' || typeof second !== 'string') return undefined;
  if (prefix === undefined) return { first, second };
  if (!isRecord(prefix) || !Array.isArray(prefix.proof) || prefix.proof.length > MAX_PROOF_HASHES) {
    return undefined;
  }
  const [rootHash, ...proof] = [prefix.rootHash, ...(prefix.proof as readonly unknown[])].map(readHash);
  const hashes = proof.filter((hash) => hash !== undefined);
  if (rootHash === undefined || hashes.length !== proof.length) return undefined;
  return { first, second, prefix: { rootHash, proof: hashes } };
}

function parseJson(file: Uint8Array): unknown {
  if (file.length > MAX_FILE_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    return undefined;
  }
}

function readHash(value: unknown): Uint8Array | undefined {
  const hash = typeof value === 'string' && value.length === 44 ? decodeBase64(value) : undefined;
  return hash?.length === 32 ? hash : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
