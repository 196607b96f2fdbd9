import { verifyInclusion } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { hashOf, proofCase, type ProofVector } from './merkle/proof-case.ts';

const FILE = 'audit/rfc6962/inclusion.json';

interface InclusionVector extends ProofVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
}

export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle testdata/inclusion',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    for (const vector of JSON.parse(files.get(FILE) ?? '[]') as readonly InclusionVector[]) {
      yield proofCase(vector, (proof) =>
        verifyInclusion({
          index: vector.leafIdx,
          treeSize: vector.treeSize,
          leafHash: hashOf(vector.leafHash),
          proof,
          rootHash: hashOf(vector.root),
        }),
      );
    }
  },
};
