import { CryptoError } from '../error.ts';
import { vartimeModule } from './wasm/vartime-module.ts';

/**
 * Arithmetic on lists of affine points, x || y of 64 bytes each and one after another, which are on the curve. **Public
 * data only**: every function takes a time that depends on what it is given.
 */

export const AFFINE_LENGTH = 64;
const COMPRESSED_LENGTH = 33;
const SCALAR_LENGTH = 32;

/** As many terms as one sum may have; `libs/crypto-core/wasm/msm.ts` counts them. */
const LIMIT = '65,536 points';

/**
 * @param points 33 bytes each: 02 or 03, then x below p (SEC 1 section 2.3.4)
 * @throws CryptoError `point-malformed`, `msm-too-large`
 */
export function decodeAffineVartime(points: readonly Uint8Array[]): Uint8Array {
  const wrong = points.findIndex((point) => point.length !== COMPRESSED_LENGTH);
  if (wrong !== -1) throw malformed(wrong, `${String(points[wrong]?.length)} bytes`);
  if (points.length === 0) return new Uint8Array(0);
  const room = roomFor('reservePoints', points.length, AFFINE_LENGTH);
  const compressed = room.subarray(points.length * (AFFINE_LENGTH - COMPRESSED_LENGTH));
  for (const [index, point] of points.entries()) compressed.set(point, index * COMPRESSED_LENGTH);
  const decoded = vartimeModule().exports.decodePoints(points.length);
  if (decoded < points.length) throw malformed(decoded, '33 bytes that are none');
  return room.slice();
}

/**
 * The sum of the points.
 *
 * @returns 64 bytes, or undefined for the point at infinity, which is the sum of none too
 * @throws CryptoError `msm-too-large`
 */
export function sumAffineVartime(points: Uint8Array): Uint8Array | undefined {
  const count = points.length / AFFINE_LENGTH;
  if (count === 0) return undefined;
  roomFor('reservePoints', count, AFFINE_LENGTH).set(points);
  return resultOf(vartimeModule().exports.sumPoints(count));
}

/**
 * The sum of scalar times point, by Straus's method for few points and Pippenger's for many.
 *
 * @param scalars 32 bytes each, big-endian, below n; as many as there are points
 * @returns 64 bytes, or undefined for the point at infinity
 * @throws CryptoError `length-mismatch`, `scalar-out-of-range`, `msm-too-large`
 */
export function multiplyAffineVartime(
  scalars: readonly Uint8Array[],
  points: Uint8Array,
): Uint8Array | undefined {
  const count = points.length / AFFINE_LENGTH;
  if (scalars.length !== count) {
    throw new CryptoError('length-mismatch', 'a sum of multiples takes one scalar a point', {
      value: `${scalars.length} scalars`,
      limit: `${count} points`,
    });
  }
  const wrong = scalars.findIndex((scalar) => scalar.length !== SCALAR_LENGTH);
  if (wrong !== -1) throw outOfRange(wrong, `${String(scalars[wrong]?.length)} bytes`);
  if (count === 0) return undefined;
  const room = roomFor('reserveTerms', count, SCALAR_LENGTH + AFFINE_LENGTH);
  for (const [index, scalar] of scalars.entries()) room.set(scalar, index * SCALAR_LENGTH);
  room.set(points, count * SCALAR_LENGTH);
  const result = vartimeModule().exports.multiScalarMultiply(count);
  if (result < 0) throw outOfRange(-1 - result, 'n or more');
  return resultOf(result);
}

/** The module's memory for `count` items, of this moment: the next call may move it. */
function roomFor(reserve: 'reservePoints' | 'reserveTerms', count: number, itemLength: number): Uint8Array {
  const { exports } = vartimeModule();
  const address = exports[reserve](count);
  if (address === 0) {
    throw new CryptoError('msm-too-large', 'there is no room for that many points at once', {
      value: `${count} points`,
      limit: LIMIT,
    });
  }
  return new Uint8Array(exports.memory.buffer, address, count * itemLength);
}

function resultOf(found: number): Uint8Array | undefined {
  return found === 0 ? undefined : vartimeModule().io.slice(0, AFFINE_LENGTH);
}

function malformed(index: number, value: string): CryptoError {
  return new CryptoError('point-malformed', `item ${index} is no compressed point of secp256k1`, {
    value,
    limit: '33 bytes: 02 or 03, then x below p, on the curve',
  });
}

function outOfRange(index: number, value: string): CryptoError {
  return new CryptoError('scalar-out-of-range', `item ${index} is no scalar of secp256k1`, {
    value,
    limit: '32 bytes, big-endian, below n',
  });
}
