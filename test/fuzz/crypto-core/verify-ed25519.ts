import { Ed25519SigningKey, SecretBytes, utf8, verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret } from './input/bytes.ts';
import { verifierTarget } from './input/verifier-target.ts';

const key = Ed25519SigningKey.fromSeed(SecretBytes.copyOf(markedSecret('ed25519')));
const signed = ['', 'a longer message'].map((text) => {
  const message = utf8(text);
  return { signature: key.sign(message), message, publicKey: key.publicKey };
});

export const target: FuzzTarget<boolean> = verifierTarget(signed, verifyEd25519);
