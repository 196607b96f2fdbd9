import { verifyConsistency } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { hashOf, proofCase, type ProofVector } from './merkle/proof-case.ts';

const FILE = 'audit/rfc6962/consistency.json';

interface ConsistencyVector extends ProofVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle testdata/consistency',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    for (const vector of JSON.parse(files.get(FILE) ?? '[]') as readonly ConsistencyVector[]) {
      if (!vector.wantErr && hashOf(vector.root1).length !== 32) {
        yield {
          name: vector.file,
          skip: 'its roots are no SHA-256 hashes, and other lengths are refused here',
        };
        continue;
      }
      yield proofCase(vector, (proof) =>
        verifyConsistency({
          from: vector.size1,
          to: vector.size2,
          fromRoot: hashOf(vector.root1),
          toRoot: hashOf(vector.root2),
          proof,
        }),
      );
    }
  },
};
