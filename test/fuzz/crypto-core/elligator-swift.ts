import { fromHex, isCryptoError, isXOnlyPublicKey, sha256, utf8 } from '@bitcoin-enterprise/crypto-core';
import {
  decodeElligatorSwift,
  encodeElligatorSwift,
  Point,
  xSwiftEcInverse,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

/** The field prime of secp256k1: u and t are taken modulo it. */
const PRIME = fromHex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f');

export const target: FuzzTarget<Point> = {
  seeds: ['one', 'two'].map((text) => encodeElligatorSwift(Point.GENERATOR, sha256(utf8(text)))),
  dictionary: [PRIME, new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(32).with(31, 1)],
  maxLength: 72,
  isRefusal: isCryptoError,
  decode: decodeElligatorSwift,
  check: (point, input) => {
    if (!point.hasEvenY || !isXOnlyPublicKey(point.toXOnly())) throw new Error('that is no public key');
    // BIP324: t, or its negative, is one of the eight inverses for this u, unless u or t is replaced by decoding.
    const inverses = Array.from({ length: 8 }, (_, option) =>
      xSwiftEcInverse(point, input.subarray(0, 32), option),
    );
    for (const t of inverses) {
      if (t === undefined) continue;
      const again = decodeElligatorSwift(Uint8Array.of(...input.subarray(0, 32), ...t));
      if (!again.equals(point)) throw new Error('an inverse decodes to another point');
    }
  },
};
