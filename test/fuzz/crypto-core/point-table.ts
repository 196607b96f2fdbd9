import { isCompressedPublicKey, isCryptoError } from '@bitcoin-enterprise/crypto-core';
import { Point, PointTableVartime } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const LENGTH = 33;
const generator = Point.GENERATOR.toCompressed();

function parts(input: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(input.length / LENGTH) }, (_, index) =>
    input.subarray(index * LENGTH, (index + 1) * LENGTH),
  );
}

/** Points decoded by the WebAssembly module, which has to agree with libsecp256k1 on each. */
export const target: FuzzTarget<PointTableVartime> = {
  seeds: [generator, Uint8Array.of(...generator, ...generator.with(0, 3))],
  dictionary: [generator, new Uint8Array(32), new Uint8Array(32).fill(0xff)],
  maxLength: 4 * LENGTH,
  isRefusal: isCryptoError,
  decode: (input) => {
    const points = parts(input);
    try {
      return PointTableVartime.fromCompressed(points);
    } catch (error) {
      if (points.every(isCompressedPublicKey))
        throw new Error('libsecp256k1 takes every point', { cause: error });
      throw error;
    }
  },
  check: (table, input) => {
    const points = parts(input);
    if (!points.every(isCompressedPublicKey)) throw new Error('libsecp256k1 refuses a point of the table');
    if (table.length !== points.length)
      throw new Error(`${String(table.length)} points of ${String(points.length)}`);
  },
};
