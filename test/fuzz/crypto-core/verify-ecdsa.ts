import { SecretBytes, sha256, SigningKey, utf8, verifyEcdsa } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret } from './input/bytes.ts';
import { verifierTarget } from './input/verifier-target.ts';

using key = SigningKey.fromSecret(SecretBytes.copyOf(markedSecret('ecdsa')));
const signed = ['one', 'two'].map((text) => {
  const message = sha256(utf8(text));
  return { signature: key.signEcdsa(message), message, publicKey: key.publicKey };
});

export const target: FuzzTarget<boolean> = verifierTarget(signed, verifyEcdsa);
