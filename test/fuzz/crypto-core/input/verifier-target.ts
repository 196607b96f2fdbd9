import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { same } from './bytes.ts';
import { joinFields, splitFields } from './fields.ts';

/** What a verifier is given. */
export interface Signed {
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A target for a verifier that answers yes or no and never throws: yes to what was signed and to nothing else. */
export function verifierTarget(
  signed: readonly Signed[],
  verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean,
): FuzzTarget<boolean> {
  const inputs = signed.map(({ signature, message, publicKey }) => joinFields(signature, message, publicKey));
  const known = signed.map((one) => [one.signature, one.message, one.publicKey]);
  return {
    seeds: inputs,
    maxLength: Math.max(...inputs.map(({ length }) => length)) + 64,
    isRefusal: () => false,
    decode: (input) => {
      const [signature, message, publicKey] = splitFields(input, 3) as [Uint8Array, Uint8Array, Uint8Array];
      return verify(signature, message, publicKey);
    },
    check: (isValid, input) => {
      const fields = splitFields(input, 3);
      const wasSigned = known.some((one) => one.every((field, index) => same(field, fields[index] ?? field)));
      if (isValid !== wasSigned)
        throw new Error(`verified as ${String(isValid)}, signed: ${String(wasSigned)}`);
    },
  };
}
