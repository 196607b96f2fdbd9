import type { ConformanceCase } from '../../suite.ts';

/** What every vector of a Merkle proof has. */
export interface ProofVector {
  readonly file: string;
  readonly desc: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

/** @param verify whether the library accepts the proof, whose hashes it is given */
export function proofCase(
  { file, desc, proof, wantErr }: ProofVector,
  verify: (proof: readonly Uint8Array[]) => boolean,
): ConformanceCase {
  return {
    name: file,
    run: () => {
      const verified = verify((proof ?? []).map(hashOf));
      if (verified === wantErr) throw new Error(`${desc}: ${verified ? 'accepted' : 'refused'}`);
    },
  };
}

export function hashOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
