import { verifyInclusion } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'audit/rfc6962/inclusion.json';

interface InclusionVector {
  readonly file: string;
  readonly desc: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle testdata/inclusion',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    for (const vector of JSON.parse(files.get(FILE) ?? '[]') as readonly InclusionVector[]) {
      yield {
        name: vector.file,
        run: () => {
          const verified = verifyInclusion({
            index: vector.leafIdx,
            treeSize: vector.treeSize,
            leafHash: hashOf(vector.leafHash),
            proof: (vector.proof ?? []).map(hashOf),
            rootHash: hashOf(vector.root),
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
