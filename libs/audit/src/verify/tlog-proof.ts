import { decodeBase64 } from './base64.ts';
import { isDecimal } from './checkpoint-text.ts';
import { verifyInclusion } from './merkle-proof.ts';
import { evaluateQuorum, type QuorumOptions, type QuorumReport } from './quorum.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** A proof file taken apart (C2SP tlog-proof), nothing verified. */
export interface ReadTlogProof {
  /** Position of the entry in the log, from 0. */
  readonly index: number;
  /** RFC 6962 audit path, leaf side first: hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The signed note as it stands. */
  readonly checkpoint: string;
  /** Of the application. Nothing authenticates it. */
  readonly extra?: Uint8Array;
}

/** What was found. Nothing in it is to be relied on unless {@link TlogProofReport.ok}. */
export interface TlogProofReport {
  /** Whether the entry is in a tree that the log and a quorum of witnesses stand for. */
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  /** `undefined` where the text is no proof. */
  readonly proof: ReadTlogProof | undefined;
  readonly quorum: QuorumReport | undefined;
}

/** The longest text that is read: a checkpoint of 128 KiB, and extra data of 64 KiB in base64. */
const MAX_PROOF_LENGTH = 262_144;

/** No tree of a safe number of leaves has longer audit paths. */
const MAX_PROOF_HASHES = 64;

/** Takes a proof file apart; a text says what is wrong with it. */
export function readTlogProof(text: string): ReadTlogProof | string {
  if (text.length > MAX_PROOF_LENGTH) return `longer than ${MAX_PROOF_LENGTH} characters`;
  const split = text.indexOf('\n\n');
  if (split === -1) return 'without an empty line before the checkpoint';
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== 'c2sp.org/tlog-proof@v1') return 'not of format c2sp.org/tlog-proof@v1';
  const extraLine = lines[0]?.startsWith('extra ') === true ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : decodeBase64(extraLine.slice('extra '.length));
  if (extraLine !== undefined && extra === undefined) return 'with malformed extra data';
  const index = /^index (.+)$/.exec(lines.shift() ?? '')?.[1] ?? '';
  if (!isDecimal(index)) return 'without an index';
  const proof = lines.map(decodeBase64).filter((hash) => hash?.length === 32);
  if (proof.length !== lines.length || proof.length > MAX_PROOF_HASHES) return 'with a malformed hash';
  return {
    index: Number(index),
    proof: proof.filter((hash) => hash !== undefined),
    checkpoint: text.slice(split + 2),
    ...(extra === undefined ? {} : { extra }),
  };
}

/**
 * Checks a proof file offline: the policy accepts its checkpoint, and the audit path leads from the entry to that root.
 * Never throws.
 *
 * @param leafHash of the entry that is to be proven, computed from its bytes by `hashLeaf`, never taken from the file
 */
export function verifyTlogProof(
  text: string,
  leafHash: Uint8Array,
  policy: WitnessPolicy,
  options: QuorumOptions = {},
): TlogProofReport {
  const proof = readTlogProof(text);
  if (typeof proof === 'string') {
    return { ok: false, summary: `the text is no proof: ${proof}`, proof: undefined, quorum: undefined };
  }
  const quorum = evaluateQuorum(proof.checkpoint, policy, options);
  const { size = 0, rootHash = new Uint8Array() } = quorum.checkpoint ?? {};
  const included = verifyInclusion({
    index: proof.index,
    treeSize: size,
    leafHash,
    proof: proof.proof,
    rootHash,
  });
  const summary = !quorum.ok
    ? quorum.summary
    : included
      ? `entry ${proof.index} of ${quorum.summary}`
      : `inclusion fails: the entry is not entry ${proof.index} of that tree`;
  return { ok: quorum.ok && included, summary, proof, quorum };
}
