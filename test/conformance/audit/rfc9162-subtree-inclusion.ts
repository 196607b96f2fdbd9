import { verifyInclusion } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { hashOf, proofCase, type ProofVector } from './merkle/proof-case.ts';

const FILE = 'audit/rfc6962/subtreeinclusion.json';

interface SubtreeInclusionVector extends ProofVector {
  readonly leafIdx: number;
  readonly start: number;
  readonly end: number;
  readonly root: string;
  readonly leafHash: string;
}

/** A subtree that begins with the first leaf is the tree of that size; of others the library has no proofs. */
export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle testdata/subtreeinclusion',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    for (const vector of JSON.parse(files.get(FILE) ?? '[]') as readonly SubtreeInclusionVector[]) {
      if (vector.start !== 0) {
        yield { name: vector.file, skip: 'no log proves subtrees that begin behind its first entry' };
        continue;
      }
      yield proofCase(vector, (proof) =>
        verifyInclusion({
          index: vector.leafIdx,
          treeSize: vector.end,
          leafHash: hashOf(vector.leafHash),
          proof,
          rootHash: hashOf(vector.root),
        }),
      );
    }
  },
};
