import { isCryptoError } from '@bitcoin-enterprise/crypto-core';
import {
  decodeSubjectPublicKeyInfo,
  encodeSubjectPublicKeyInfo,
  Point,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';

const uncompressed = encodeSubjectPublicKeyInfo(Point.GENERATOR);
const POINT_START = 23;
/** The same in DER with the point of 33 bytes: both lengths are 32 bytes less. */
const compressed = Uint8Array.of(...uncompressed.subarray(0, POINT_START), ...Point.GENERATOR.toCompressed())
  .with(1, 0x36)
  .with(21, 0x22);

export const target: FuzzTarget<Point> = {
  seeds: [uncompressed, compressed],
  dictionary: [Uint8Array.of(0x30, 0x81), Uint8Array.of(0x03, 0x42, 0x00, 0x04), Uint8Array.of(0x05, 0x00)],
  maxLength: 128,
  isRefusal: isCryptoError,
  decode: decodeSubjectPublicKeyInfo,
  check: (point, input) => {
    const tail = input.length === 56 ? point.toCompressed() : point.toUncompressed();
    expectSame(
      Uint8Array.of(...(input.length === 56 ? compressed : uncompressed).subarray(0, POINT_START), ...tail),
      input,
      'the key written again',
    );
  },
};
