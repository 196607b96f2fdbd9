import { readCheckpoint, type CheckpointStatement } from './checkpoint-text.ts';
import { equal, rootsOfConsistencyProof, verifyConsistency } from './merkle-proof.ts';
import { checkSignature, type SignatureVerifiers } from './note-signature.ts';
import { readNote } from './signed-note.ts';
import { readSplitView, writeSplitView, type SplitViewEvidence } from './split-view-file.ts';
import type { VerifierKey } from './verifier-key.ts';

/** Whose checkpoints are compared. */
export interface ComparedLog extends SignatureVerifiers {
  readonly origin: string;
  /** Keys of the log; one of them must have signed. */
  readonly keys: readonly VerifierKey[];
}

/** What two checkpoints of a log say of each other. */
export type CheckpointComparison =
  /** The later one is the earlier one, or continues it. */
  | { readonly outcome: 'consistent'; readonly from: number; readonly to: number }
  /** Trees of other sizes, and no proof, or one that leads to another root than the larger tree's: ask for a proof. */
  | { readonly outcome: 'unproven'; readonly reason: string }
  /**
   * The later one is of a smaller tree, which the earlier one continues: an old state was shown again. There is evidence where
   * a key of the log states times, and states the later one for the smaller tree; else it may have been whoever showed it.
   */
  | {
      readonly outcome: 'rollback';
      readonly from: number;
      readonly to: number;
      readonly evidence?: Uint8Array;
    }
  /** The log signed two histories. The evidence shows it to anyone: `verifySplitView`. */
  | { readonly outcome: 'split-view'; readonly reason: string; readonly evidence: Uint8Array }
  /** One of the two is no checkpoint that the log signed. */
  | { readonly outcome: 'refused'; readonly which: 'earlier' | 'later'; readonly reason: string };

/** Whether a file shows that a log signed two histories, or went back. */
export type SplitViewReport =
  | { readonly proven: true; readonly reason: string; readonly sizes: readonly [number, number] }
  | { readonly proven: false; readonly reason: string };

/**
 * Compares two checkpoints that one log showed, the earlier first, and names what they are together. Never throws.
 *
 * @param proof RFC 6962 consistency proof between the smaller and the larger tree, where the sizes differ
 */
export function compareCheckpoints(
  earlier: string,
  later: string,
  log: ComparedLog,
  proof?: readonly Uint8Array[],
): CheckpointComparison {
  const [first, second] = [openOf(earlier, log), openOf(later, log)];
  if (typeof first === 'string') return { outcome: 'refused', which: 'earlier', reason: first };
  if (typeof second === 'string') return { outcome: 'refused', which: 'later', reason: second };
  const [small, large] = first.size <= second.size ? [first, second] : [second, first];
  const notes = { first: earlier, second: later };
  if (small.size === large.size) {
    return equal(small.rootHash, large.rootHash)
      ? { outcome: 'consistent', from: small.size, to: large.size }
      : splitView(notes, `two trees of ${small.size} entries`);
  }
  const claim = { from: small.size, to: large.size, fromRoot: small.rootHash, toRoot: large.rootHash };
  if (verifyConsistency({ ...claim, proof: proof ?? [] })) {
    const sizes = { from: first.size, to: second.size };
    if (small === first) return { outcome: 'consistent', ...sizes };
    const evidence = statedAfter(small, large) === undefined ? {} : { evidence: writeSplitView(notes) };
    return { outcome: 'rollback', ...sizes, ...evidence };
  }
  if (proof === undefined && small.size > 0) {
    return { outcome: 'unproven', reason: `no proof from ${small.size} to ${large.size} entries` };
  }
  return contradiction(notes, claim, proof ?? []);
}

/** Checks a file of evidence, whoever wrote it. Never throws. */
export function verifySplitView(file: Uint8Array, log: ComparedLog): SplitViewReport {
  const evidence = readSplitView(file);
  if (evidence === undefined) return { proven: false, reason: 'the file is no evidence of a split view' };
  const [first, second] = [openOf(evidence.first, log), openOf(evidence.second, log)];
  if (typeof first === 'string') return { proven: false, reason: `the first checkpoint: ${first}` };
  if (typeof second === 'string') return { proven: false, reason: `the second checkpoint: ${second}` };
  const [small, large] = first.size <= second.size ? [first, second] : [second, first];
  const sizes = [first.size, second.size] as const;
  const times = evidence.prefix === undefined ? statedAfter(small, large) : undefined;
  if (times !== undefined) {
    const [before, after] = times;
    const reason = `a tree of ${small.size} entries at ${after}, after one of ${large.size} at ${before}`;
    return { proven: true, reason, sizes };
  }
  const problem = contradictionProblem(small, large, evidence.prefix);
  if (problem !== undefined) return { proven: false, reason: problem };
  const reason =
    small.size === large.size
      ? `two trees of ${small.size} entries`
      : `the tree of ${large.size} entries does not begin with that of ${small.size}`;
  return { proven: true, reason, sizes };
}

/**
 * The times, larger tree first, at which one key stated that the larger tree, and later that the smaller one, was the
 * largest it knew of (C2SP tlog-cosignature); `undefined` where none did.
 */
function statedAfter(
  small: OpenedCheckpoint,
  large: OpenedCheckpoint,
): readonly [number, number] | undefined {
  if (small.size === large.size) return undefined;
  for (const [key, after] of small.times.entries()) {
    const before = large.times[key];
    if (before !== undefined && after !== undefined && before < after) return [before, after];
  }
  return undefined;
}

/** Why two checkpoints do not contradict each other. */
function contradictionProblem(
  small: CheckpointStatement,
  large: CheckpointStatement,
  prefix: SplitViewEvidence['prefix'],
): string | undefined {
  if (small.size === large.size) {
    return equal(small.rootHash, large.rootHash) ? 'the two checkpoints are of the same tree' : undefined;
  }
  if (prefix === undefined) return 'without a proof, trees of other sizes do not contradict each other';
  if (equal(prefix.rootHash, small.rootHash)) return 'the larger tree begins with the smaller one';
  const { rootHash: fromRoot, proof } = prefix;
  const shown = verifyConsistency({
    from: small.size,
    to: large.size,
    fromRoot,
    toRoot: large.rootHash,
    proof,
  });
  return shown ? undefined : 'the proof does not lead to the larger tree';
}

/** A proof that leads to the right larger tree from another smaller one shows what the larger tree begins with. */
function contradiction(
  notes: Pick<SplitViewEvidence, 'first' | 'second'>,
  claim: {
    readonly from: number;
    readonly to: number;
    readonly fromRoot: Uint8Array;
    readonly toRoot: Uint8Array;
  },
  proof: readonly Uint8Array[],
): CheckpointComparison {
  const areHashes = proof.every((hash) => hash.length === 32);
  const roots = areHashes && claim.from > 0 ? rootsOfConsistencyProof({ ...claim, proof }) : undefined;
  if (roots === undefined || !equal(roots.toRoot, claim.toRoot)) {
    return { outcome: 'unproven', reason: 'the consistency proof does not lead to the larger tree' };
  }
  return splitView(
    { ...notes, prefix: { rootHash: roots.fromRoot, proof } },
    `the tree of ${claim.to} entries does not begin with that of ${claim.from}`,
  );
}

function splitView(evidence: SplitViewEvidence, reason: string): CheckpointComparison {
  return { outcome: 'split-view', reason, evidence: writeSplitView(evidence) };
}

/** A checkpoint that the log signed, and the times that its keys state, in the order of the keys. */
interface OpenedCheckpoint extends CheckpointStatement {
  readonly times: readonly (number | undefined)[];
}

/** What the log signed; a text says why it is nothing. */
function openOf(note: string, { origin, keys, ...verifiers }: ComparedLog): OpenedCheckpoint | string {
  const read = readNote(note);
  const checkpoint = readCheckpoint(read?.text ?? '');
  if (read === undefined || checkpoint === undefined) return 'not a checkpoint';
  if (checkpoint.origin !== origin) return 'of another log';
  const verdicts = keys.map((key) => checkSignature(read, key, verifiers));
  if (verdicts.some(({ status }) => status === 'invalid')) return 'a signature does not verify';
  if (!verdicts.some(({ status }) => status === 'valid')) return 'not signed by the log';
  const times = verdicts.map((verdict) => (verdict.status === 'valid' ? verdict.time : undefined));
  return { ...checkpoint, times };
}
