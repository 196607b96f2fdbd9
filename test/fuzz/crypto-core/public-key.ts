import { fromHex, isCompressedPublicKey, isXOnlyPublicKey } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

/** x of the generator of secp256k1 (SEC 2 section 2.4.1). */
const GENERATOR_X = fromHex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
/** The field prime, which is no coordinate. */
const PRIME = fromHex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f');

interface Answers {
  readonly compressed: boolean;
  readonly xOnly: boolean;
}

export const target: FuzzTarget<Answers> = {
  seeds: [GENERATOR_X, Uint8Array.of(2, ...GENERATOR_X), Uint8Array.of(3, ...GENERATOR_X)],
  dictionary: [PRIME, GENERATOR_X, new Uint8Array(32), new Uint8Array(32).fill(0xff)],
  maxLength: 80,
  isRefusal: () => false,
  decode: (input) => ({ compressed: isCompressedPublicKey(input), xOnly: isXOnlyPublicKey(input) }),
  check: ({ compressed, xOnly }, input) => {
    if (compressed && xOnly) throw new Error('one input is two kinds of key');
    // BIP340: an x-only key is a compressed one without its first byte.
    const [prefix, ...x] = input;
    const isOnCurve = input.length === 33 && isXOnlyPublicKey(Uint8Array.from(x));
    if (compressed !== (isOnCurve && (prefix === 2 || prefix === 3)))
      throw new Error('the two kinds disagree');
  },
};
