import { fromHex, isCryptoError, sha256, utf8 } from '@bitcoin-enterprise/crypto-core';
import { Scalar } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';

/** n - 1, where n is the order of the group of secp256k1 (SEC 2 section 2.4.1). */
const LARGEST = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140');

export const target: FuzzTarget<Scalar> = {
  seeds: [LARGEST, sha256(utf8('scalar')), new Uint8Array(32)],
  dictionary: [LARGEST, LARGEST.with(31, 0x41)],
  maxLength: 80,
  isRefusal: isCryptoError,
  decode: (input) => Scalar.fromBytes(input),
  check: (scalar, input) => {
    expectSame(scalar.toBytes(), input, 'the scalar written again');
    if (Buffer.compare(input, LARGEST) > 0) throw new Error('a number that is no scalar was read');
  },
};
