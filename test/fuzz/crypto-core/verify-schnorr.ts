import { SecretBytes, sha256, SigningKey, utf8, verifySchnorr } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret } from './input/bytes.ts';
import { verifierTarget } from './input/verifier-target.ts';

using key = SigningKey.fromSecret(SecretBytes.copyOf(markedSecret('schnorr')));
const signed = ['one', 'two'].map((text) => {
  const message = sha256(utf8(text));
  return { signature: key.signSchnorr(message), message, publicKey: key.xOnlyPublicKey };
});

export const target: FuzzTarget<boolean> = verifierTarget(signed, verifySchnorr);
