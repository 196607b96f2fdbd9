import { verifyInclusion } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'audit/rfc6962/subtreeinclusion.json';

interface SubtreeInclusionVector {
  readonly file: string;
  readonly desc: string;
  readonly leafIdx: number;
  readonly start: number;
  readonly end: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
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
      yield {
        name: vector.file,
        run: () => {
          const verified = verifyInclusion({
            index: vector.leafIdx,
            treeSize: vector.end,
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
