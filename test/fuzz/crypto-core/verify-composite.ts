import {
  CompositeSigningKey,
  SecretBytes,
  utf8,
  verifyCompositeSignature,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret } from './input/bytes.ts';
import { verifierTarget } from './input/verifier-target.ts';

const algorithm = 'MLDSA44-Ed25519-SHA512';
const seed = SecretBytes.copyOf(
  Uint8Array.of(...markedSecret('composite, ML-DSA'), ...markedSecret('composite, Ed25519')),
);
const key = CompositeSigningKey.fromSeed(algorithm, seed);
const message = utf8('one');

export const target: FuzzTarget<boolean> = verifierTarget(
  [{ signature: key.sign(message), message, publicKey: key.publicKey }],
  (signature, signed, publicKey) => verifyCompositeSignature(algorithm, signature, signed, publicKey),
);
