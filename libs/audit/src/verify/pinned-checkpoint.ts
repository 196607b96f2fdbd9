import type { BundleFile } from './bundle-file.ts';
import type { CheckList } from './check-list.ts';
import { equal, hashLeaf, rootOfLeaves, verifyConsistency } from './merkle-proof.ts';
import { openNote, readCheckpoint, type CheckpointStatement } from './note.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Checks that the bundle's checkpoint continues the one that the examiner kept. */
export function checkPinned(
  list: CheckList,
  file: BundleFile,
  head: CheckpointStatement | undefined,
  trust: TrustPolicy,
): void {
  if (trust.pinnedCheckpoint === undefined) return;
  const note = openNote(trust.pinnedCheckpoint, trust.origin, trust.publicKey);
  const pinned = note.ok ? readCheckpoint(note.text) : undefined;
  const problem =
    pinned?.origin !== trust.origin
      ? `the pinned checkpoint is no checkpoint of this log: ${note.ok ? 'malformed' : note.reason}`
      : continuationProblem(file, head, pinned);
  list.add(
    'pinned checkpoint',
    problem === undefined,
    problem ?? `continued from ${pinned?.size ?? 0} entries`,
  );
}

function continuationProblem(
  file: BundleFile,
  head: CheckpointStatement | undefined,
  pinned: CheckpointStatement,
): string | undefined {
  if (head === undefined) return 'there is no checkpoint to compare';
  if (head.size < pinned.size) return `rolled back: ${head.size} entries, ${pinned.size} were pinned`;
  const from = { from: pinned.size, fromRoot: pinned.rootHash };
  const to = { to: head.size, toRoot: head.rootHash };
  if (pinned.size === 0 || pinned.size === head.size) {
    return verifyConsistency({ ...from, ...to, proof: [] }) ? undefined : 'another history of the same size';
  }
  if (file.since?.treeSize === pinned.size) {
    const consistent = verifyConsistency({ ...from, ...to, proof: file.since.proof });
    return consistent ? undefined : 'another history: the consistency proof fails';
  }
  return rootOfBeginning(file, pinned);
}

/** Without a proof for the pinned size, entries from the first one on show the pinned tree themselves. */
function rootOfBeginning(file: BundleFile, pinned: CheckpointStatement): string | undefined {
  const beginning = file.entries.slice(0, pinned.size);
  const complete =
    beginning.length === pinned.size && beginning.every(({ index }, position) => index === position);
  if (!complete) return `the bundle has no consistency proof from ${pinned.size} entries`;
  const root = rootOfLeaves(beginning.map(({ bytes }) => hashLeaf(bytes)));
  return equal(root, pinned.rootHash) ? undefined : 'another history: the first entries have another root';
}
