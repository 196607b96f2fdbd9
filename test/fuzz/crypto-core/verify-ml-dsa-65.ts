import { MlDsaSigningKey, utf8, verifyMlDsa65 } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedKey } from './input/sealed-target.ts';
import { verifierTarget } from './input/verifier-target.ts';

const key = MlDsaSigningKey.fromSeed('ML-DSA-65', markedKey('ml-dsa-65'));
const message = utf8('one');

export const target: FuzzTarget<boolean> = verifierTarget(
  [{ signature: key.sign(message), message, publicKey: key.publicKey }],
  verifyMlDsa65,
);
