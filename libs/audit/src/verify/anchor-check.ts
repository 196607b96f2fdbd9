import { hexToBytes } from '@noble/hashes/utils.js';
import type { AnchorVerdict } from './anchor-verdict.ts';
import type { AnchorLine } from './bundle-line.ts';
import type { AnchorFinding } from './bundle-report.ts';
import type { CheckpointStatement } from './checkpoint-text.ts';
import { verifyConsistency } from './merkle-proof.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Whether a chain proves when the first entries of the bundle's tree existed. */
export function checkAnchor(
  line: AnchorLine,
  head: CheckpointStatement | undefined,
  { origin, anchors }: TrustPolicy,
): AnchorFinding {
  const { treeSize } = line;
  if (anchors === undefined) {
    return { treeSize, status: 'not judged', detail: 'the policy trusts no chain' };
  }
  const verdict = anchors.judge(line.anchor);
  const problem = problemOf(verdict, line, head, origin);
  return problem === undefined
    ? { treeSize, status: 'proven', detail: verdict.summary }
    : { treeSize, status: 'refused', detail: problem };
}

function problemOf(
  verdict: AnchorVerdict,
  { treeSize, proof }: AnchorLine,
  head: CheckpointStatement | undefined,
  origin: string,
): string | undefined {
  if (!verdict.ok) return verdict.summary;
  if (verdict.origin !== origin) return `it is of ${JSON.stringify(verdict.origin.slice(0, 256))}`;
  if (verdict.treeSize !== treeSize) return `it is of ${verdict.treeSize} entries`;
  if (head === undefined) return 'there is no checkpoint to compare';
  const fromRoot = hexToBytes(verdict.rootHash);
  const claim = { from: treeSize, fromRoot, to: head.size, toRoot: head.rootHash, proof };
  return verifyConsistency(claim) ? undefined : 'another history: the consistency proof fails';
}
