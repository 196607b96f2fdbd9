import { createHash, randomBytes } from 'node:crypto';
import { domainSeparated, uint32 } from '../encoding/domain.ts';
import { CryptoError } from '../error.ts';
import { Point } from './point.ts';
import { vartimeModule } from './wasm/vartime-module.ts';

/** u and t, 32 bytes each. */
const ENCODING_LENGTH = 64;
const RANDOMNESS_LENGTH = 32;
const FIELD_LENGTH = 32;

/**
 * A public key in 64 bytes that look uniformly random: `XElligatorSwift` of BIP324. There are about 2^256 encodings of
 * each x, so every call gives another.
 *
 * Candidates u and a case of 0 to 7 are drawn by hashing fresh randomness, x and a counter, until the inverse of XSwiftEC
 * exists, about four times. The hash keeps the output of the random generator itself from being seen.
 *
 * @param point public; its y is not encoded
 * @param randomness 32 bytes, fresh unless given; to give them is for reproducing a figure
 * @throws CryptoError `point-at-infinity`, `length-mismatch`
 */
export function encodeElligatorSwift(point: Point, randomness: Uint8Array = randomBytes(32)): Uint8Array {
  checkLength('the randomness', randomness, RANDOMNESS_LENGTH);
  const x = point.toXOnly();
  for (let counter = 0; ; counter += 1) {
    const drawn = createHash('sha512')
      .update(domainSeparated('elligator-swift/v1', randomness, x, uint32(counter)))
      .digest();
    const u = drawn.subarray(0, FIELD_LENGTH);
    const t = xSwiftEcInverse(point, u, drawn.readUInt8(FIELD_LENGTH) & 7);
    if (t !== undefined) return Uint8Array.of(...u, ...t);
  }
}

/**
 * `XSwiftECInv` of BIP324: what an encoding of the x of a point has behind u. For encodings of a form of one's own, and to
 * check figures; `encodeElligatorSwift` is what draws u and the case as BIP324 says.
 *
 * @param u 32 bytes
 * @param option the case of BIP324, 0 to 7
 * @returns t in 32 bytes; undefined where there is none, and where u is zero or not below p
 * @throws CryptoError `point-at-infinity`, `length-mismatch`, `integer-out-of-range`
 */
export function xSwiftEcInverse(point: Point, u: Uint8Array, option: number): Uint8Array | undefined {
  checkLength('u', u, FIELD_LENGTH);
  if (!Number.isInteger(option) || option < 0 || option > 7) {
    throw new CryptoError('integer-out-of-range', 'XSwiftECInv has no such case', {
      value: String(option),
      limit: '0 to 7',
    });
  }
  const { exports, io } = vartimeModule();
  io.set(point.toXOnly());
  io.set(u, 32);
  return exports.ellswiftEncode(option) === 0 ? undefined : io.slice(64, 96);
}

/**
 * The public key in 64 bytes, any of which are one: `lift_x(XSwiftEC(u, t))` of BIP324, with u and t taken modulo p.
 *
 * @returns a point with an even y
 * @throws CryptoError `elligator-swift-length`
 */
export function decodeElligatorSwift(encoding: Uint8Array): Point {
  if (encoding.length !== ENCODING_LENGTH) {
    throw new CryptoError('elligator-swift-length', 'an ElligatorSwift public key has another length', {
      value: `${encoding.length} bytes`,
      limit: `${ENCODING_LENGTH} bytes`,
    });
  }
  const { exports, io } = vartimeModule();
  io.set(encoding);
  exports.ellswiftDecode();
  return Point.fromUncompressed(Uint8Array.of(4, ...io.subarray(64, 128)));
}

function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new CryptoError('length-mismatch', `${what} of an ElligatorSwift encoding has another length`, {
      value: `${bytes.length} bytes`,
      limit: `${length} bytes`,
    });
  }
}
