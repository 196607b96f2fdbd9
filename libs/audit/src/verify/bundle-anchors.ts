import { checkAnchor } from './anchor-check.ts';
import type { AnchorLine } from './bundle-line.ts';
import type { AnchorFinding } from './bundle-report.ts';
import type { CheckList } from './check-list.ts';
import type { CheckpointStatement } from './checkpoint-text.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Judging one takes a while, and each is to be read by a person. */
const MAX_ANCHORS = 64;

/** The anchors of a bundle, each judged as it comes. */
export class BundleAnchors {
  readonly findings: AnchorFinding[] = [];
  readonly #trust: TrustPolicy;

  constructor(trust: TrustPolicy) {
    this.#trust = trust;
  }

  /** What is wrong with the form of a bundle that has it. */
  add(line: AnchorLine, head: CheckpointStatement | undefined): string | undefined {
    if (this.findings.length >= MAX_ANCHORS) return `more than ${MAX_ANCHORS} anchors`;
    this.findings.push(checkAnchor(line, head, this.#trust));
    return undefined;
  }

  conclude(list: CheckList): void {
    for (const { treeSize, status, detail } of this.findings) {
      if (status === 'not judged') continue;
      list.add('anchor', status === 'proven', `the first ${treeSize} entries: ${detail}`);
    }
    const isProven = this.findings.some(({ status }) => status === 'proven');
    if (this.#trust.anchors?.required === true && !isProven) {
      list.add('anchor', false, 'none proves when entries existed');
    }
  }
}
