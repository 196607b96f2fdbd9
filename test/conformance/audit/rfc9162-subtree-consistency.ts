import { verifyConsistency } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { hashOf, proofCase, type ProofVector } from './merkle/proof-case.ts';

const FILE = 'audit/rfc6962/subtreeconsistency.json';

interface SubtreeConsistencyVector extends ProofVector {
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly root1: string;
  readonly root2: string;
}

/** A subtree that begins with the first leaf is an earlier tree; of others the library has no proofs. */
export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle testdata/subtreeconsistency',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    for (const vector of JSON.parse(files.get(FILE) ?? '[]') as readonly SubtreeConsistencyVector[]) {
      if (vector.start !== 0) {
        yield { name: vector.file, skip: 'no log proves subtrees that begin behind its first entry' };
        continue;
      }
      if (!vector.wantErr && vector.size === 0 && vector.root1 !== vector.root2) {
        yield { name: vector.file, skip: 'an empty tree has one root, and any other is refused here' };
        continue;
      }
      if (!vector.wantErr && hashOf(vector.root1).length !== 32) {
        yield {
          name: vector.file,
          skip: 'its roots are no SHA-256 hashes, and other lengths are refused here',
        };
        continue;
      }
      yield proofCase(vector, (proof) =>
        verifyConsistency({
          from: vector.end,
          to: vector.size,
          fromRoot: hashOf(vector.root1),
          toRoot: hashOf(vector.root2),
          proof,
        }),
      );
    }
  },
};
