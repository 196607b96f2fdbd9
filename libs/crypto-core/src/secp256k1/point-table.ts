import {
  AFFINE_LENGTH,
  decodeAffineVartime,
  multiplyAffineVartime,
  sumAffineVartime,
} from './affine-arithmetic.ts';
import { Point } from './point.ts';

const UNCOMPRESSED = 4;

/**
 * Points of secp256k1 that are decoded once, for whoever sums multiples of the same ones again and again: the generators
 * of a proof, the public keys of a group. **Public data only**, points and scalars alike: all operations take a time that
 * depends on them.
 *
 * Immutable. The point at infinity is never one of the points.
 */
export class PointTableVartime {
  /** x || y of every point, 64 bytes each. Never handed out. */
  readonly #affine: Uint8Array;

  private constructor(affine: Uint8Array) {
    this.#affine = affine;
  }

  /**
   * @param points 33 bytes each: 02 or 03 for an even or odd y, then x below p (SEC 1 section 2.3.4); at most 65,536
   * @throws CryptoError `point-malformed`, `msm-too-large`
   */
  static fromCompressed(points: readonly Uint8Array[]): PointTableVartime {
    return new PointTableVartime(decodeAffineVartime(points));
  }

  /** @throws CryptoError `point-at-infinity` */
  static fromPoints(points: readonly Point[]): PointTableVartime {
    const affine = new Uint8Array(points.length * AFFINE_LENGTH);
    for (const [index, point] of points.entries()) {
      affine.set(point.toUncompressed().subarray(1), index * AFFINE_LENGTH);
    }
    return new PointTableVartime(affine);
  }

  /** The points of all tables, one table after another. */
  static concat(...tables: readonly PointTableVartime[]): PointTableVartime {
    return new PointTableVartime(new Uint8Array(Buffer.concat(tables.map((table) => table.#affine))));
  }

  /** How many points there are. */
  get length(): number {
    return this.#affine.length / AFFINE_LENGTH;
  }

  /**
   * The points from `start` to below `end`, which count as they do for an array: a negative one from the end. Nothing is
   * copied.
   */
  slice(start: number, end: number = this.length): PointTableVartime {
    return new PointTableVartime(this.#affine.subarray(start * AFFINE_LENGTH, end * AFFINE_LENGTH));
  }

  /**
   * The sum of scalar times point over all points: a multi-scalar multiplication.
   *
   * @param scalars 32 bytes each, big-endian, below n, zero included; as many as there are points, which are at most
   *   65,536
   * @throws CryptoError `length-mismatch`, `scalar-out-of-range`, `msm-too-large`
   */
  multiScalarMultiply(scalars: readonly Uint8Array[]): Point {
    return pointOf(multiplyAffineVartime(scalars, this.#affine));
  }

  /** The sum of all points, at most 65,536. @throws CryptoError `msm-too-large` */
  sum(): Point {
    return pointOf(sumAffineVartime(this.#affine));
  }
}

function pointOf(affine: Uint8Array | undefined): Point {
  return affine === undefined
    ? Point.INFINITY
    : Point.fromUncompressed(Uint8Array.of(UNCOMPRESSED, ...affine));
}
