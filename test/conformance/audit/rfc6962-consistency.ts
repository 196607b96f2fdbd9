import { verifyConsistency } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'audit/rfc6962/consistency.json';

interface ConsistencyVector {
  readonly file: string;
  readonly desc: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
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
      yield {
        name: vector.file,
        run: () => {
          const verified = verifyConsistency({
            from: vector.size1,
            to: vector.size2,
            fromRoot: hashOf(vector.root1),
            toRoot: hashOf(vector.root2),
            proof: (vector.proof ?? []).map(hashOf),
          });
          if (verified === vector.wantErr)
            throw new Error(`${vector.desc}: ${verified ? 'accepted' : 'refused'}`);
        },
      };
    }
  },
};

function hashOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
