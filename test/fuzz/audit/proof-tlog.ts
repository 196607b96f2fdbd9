import { readTlogProof, type ReadTlogProof } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

const { writeTlogProof } = (await behindExports('audit', 'proof/tlog-proof.ts')) as {
  writeTlogProof: (proof: ReadTlogProof) => string;
};

const NO_PROOF = new Error('no proof');
const HASH = new Uint8Array(32).fill(5);
const CHECKPOINT = 'example.com/log\n3\nAAAA\n\n\u2014 example.com/log AAAAAAAA\n';

export const target: FuzzTarget<ReadTlogProof> = {
  seeds: [
    { index: 0, proof: [], checkpoint: CHECKPOINT },
    { index: 2 ** 52, proof: [HASH, HASH, HASH], checkpoint: '' },
    { index: 7, proof: [HASH], checkpoint: CHECKPOINT, extra: HASH },
    { index: 7, proof: [HASH], checkpoint: CHECKPOINT, extra: new Uint8Array() },
  ].map((proof) => Buffer.from(writeTlogProof(proof))),
  dictionary: ['extra ', 'index ', '\n\n', '\n', '=', '0', '9007199254740991', '9007199254740992', '\r'].map(
    (part) => Buffer.from(part),
  ),
  maxLength: 700,
  isRefusal: (error) => error === NO_PROOF,
  decode: (input) => {
    const proof = readTlogProof(Buffer.from(input).toString('utf8'));
    if (typeof proof === 'string') throw NO_PROOF;
    return proof;
  },
  check: (proof, input) => {
    if (writeTlogProof(proof) !== Buffer.from(input).toString('utf8'))
      throw new Error('a proof has two forms');
  },
};
