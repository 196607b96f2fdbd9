import type { HeaderChain } from '@bitcoin-enterprise/chain';
import { isLogError } from '../log-error.ts';
import { anchoringBlock, summaryOf, type AnchorCheck, type AnchoringBlock } from './anchor-report.ts';
import { applyOperation, equalBytes } from './ots-operation.ts';
import { readOtsFile, type OtsFile } from './ots-file.ts';
import { attestationsOf, type AttestedMessage } from './ots-timestamp.ts';

/** What the examiner has from elsewhere. */
export interface TimestampTrust {
  /** What was stamped: of a log's checkpoint, the signed note in UTF-8. */
  readonly file: Uint8Array;
  /** A chain that begins with a header the examiner trusts, and that has the attested block. */
  readonly chain: HeaderChain;
  /** Blocks from the attested one on, itself counted; 6 when absent. */
  readonly minimumConfirmations?: number;
}

/** What one attestation proves. */
export interface AttestationVerdict {
  readonly kind: 'bitcoin' | 'litecoin' | 'pending' | 'unknown';
  /** Whether the chain bears it out; only those of Bitcoin can be verified. */
  readonly ok: boolean;
  readonly detail: string;
  readonly block?: AnchoringBlock;
}

/** What was found. Nothing in it is to be relied on unless {@link TimestampReport.ok}. */
export interface TimestampReport {
  /** Whether the file is the one that was stamped, and one attestation at least is borne out. */
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  /** Of the attestations that are borne out, the one that proves the earliest time. */
  readonly block: AnchoringBlock | undefined;
  /** In the order of the proof. Those of a proof stand for themselves: a wrong one takes nothing from another. */
  readonly attestations: readonly AttestationVerdict[];
  readonly checks: readonly AnchorCheck[];
}

const DEFAULT_CONFIRMATIONS = 6;

/**
 * Checks an OpenTimestamps proof offline, against a chain of headers that the examiner keeps. Never throws: what is no
 * proof at all is a failed check `timestamp format`.
 */
export function verifyTimestamp(proof: Uint8Array, trust: TimestampTrust): TimestampReport {
  const read = readProof(proof);
  if (typeof read === 'string') {
    return report([{ name: 'timestamp format', ok: false, detail: read }], [], undefined);
  }
  const { hash, timestamp } = read;
  const isFile = equalBytes(applyOperation({ kind: hash }, trust.file), timestamp.message);
  const least = Math.max(trust.minimumConfirmations ?? DEFAULT_CONFIRMATIONS, 1);
  const verdicts = [...attestationsOf(timestamp)].map((one) => judge(one, trust.chain, least));
  const block = earliest(verdicts);
  const problem = verdicts.map(({ detail }) => detail).join(', ');
  return report(
    [
      { name: 'timestamp format', ok: true, detail: `${hash}, ${verdicts.length} attestations` },
      { name: 'file digest', ok: isFile, detail: isFile ? hash : 'the proof is of another file' },
      {
        name: 'attested block',
        ok: block !== undefined,
        detail: block === undefined ? problem : `block ${block.height}`,
      },
    ],
    verdicts,
    block,
  );
}

function readProof(proof: Uint8Array): OtsFile | string {
  try {
    return readOtsFile(proof);
  } catch (error) {
    if (isLogError(error)) return error.message;
    throw error;
  }
}

function judge(
  { message, attestation }: AttestedMessage,
  chain: HeaderChain,
  least: number,
): AttestationVerdict {
  switch (attestation.kind) {
    case 'pending':
      return { kind: 'pending', ok: false, detail: `pending at ${attestation.uri}` };
    case 'litecoin':
      return { kind: 'litecoin', ok: false, detail: `Litecoin block ${attestation.height} is not checked` };
    case 'unknown':
      return { kind: 'unknown', ok: false, detail: `unknown kind ${hex(attestation.tag)}` };
    case 'bitcoin':
      return { kind: 'bitcoin', ...judgeBlock(message, attestation.height, chain, least) };
  }
}

function judgeBlock(
  message: Uint8Array,
  height: number,
  chain: HeaderChain,
  least: number,
): Omit<AttestationVerdict, 'kind'> {
  const block = anchoringBlock(chain, height);
  const root = chain.headerAt(height)?.merkleRoot;
  if (block === undefined || root === undefined) {
    return { ok: false, detail: `block ${height} is not among the trusted headers` };
  }
  if (hex(message.toReversed()) !== root)
    return { ok: false, detail: `block ${height} has another Merkle root` };
  const { confirmations } = block;
  if (confirmations >= least) return { ok: true, detail: `block ${height}`, block };
  return { ok: false, detail: `block ${height} has ${confirmations} confirmations, ${least} are wanted` };
}

function earliest(verdicts: readonly AttestationVerdict[]): AnchoringBlock | undefined {
  const blocks = verdicts.flatMap(({ block }) => (block === undefined ? [] : [block]));
  return blocks.toSorted((a, b) => a.existedBefore - b.existedBefore)[0];
}

function report(
  checks: readonly AnchorCheck[],
  attestations: readonly AttestationVerdict[],
  block: AnchoringBlock | undefined,
): TimestampReport {
  const ok = checks.every((check) => check.ok);
  return { ok, summary: summaryOf(checks, block), block: ok ? block : undefined, attestations, checks };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
