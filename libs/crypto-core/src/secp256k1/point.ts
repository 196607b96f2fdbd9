import { inspect } from 'node:util';
import { pointAdd, pointCompress } from 'tiny-secp256k1';
import { fromHex, toHex } from '../encoding/hex.ts';
import { CryptoError } from '../error.ts';
import { multiplyAffineVartime } from './affine-arithmetic.ts';
import { bigIntFromBytes, bytes32FromBigInt } from './big-endian.ts';
import { FIELD_PRIME } from './curve.ts';
import type { Scalar } from './scalar.ts';

const GENERATOR_HEX =
  '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' +
  '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';

/**
 * A point of secp256k1, y^2 = x^3 + 7, or the point at infinity. **Public data only**: all operations take a time that
 * depends on the coordinates. To multiply by a secret see `secretToPoint`, `multiplyPoint` and `ecdhXOnly`.
 *
 * Immutable. Whatever was decoded lies on the curve; the group has prime order, so there is no subgroup to check. The point
 * at infinity has no encoding: it is neither read nor written.
 */
export class Point {
  static readonly INFINITY: Point = new Point(undefined);
  /** The base point G (SEC 2 version 2, section 2.4.1). */
  static readonly GENERATOR: Point = new Point(fromHex(GENERATOR_HEX));

  /** 04, x, y; absent at infinity. Never handed out. */
  readonly #uncompressed: Uint8Array | undefined;

  private constructor(uncompressed: Uint8Array | undefined) {
    this.#uncompressed = uncompressed;
  }

  /**
   * @param bytes 33: 02 or 03 for an even or odd y, then x below p (SEC 1 section 2.3.4)
   * @throws CryptoError `point-malformed`
   */
  static fromCompressed(bytes: Uint8Array): Point {
    if (bytes.length !== 33 || (bytes[0] !== 2 && bytes[0] !== 3)) {
      throw malformed(bytes, '33 bytes: 02 or 03, then x below p, on the curve');
    }
    return Point.#decoded(bytes);
  }

  /**
   * The point with this x and an even y: `lift_x` of BIP340.
   *
   * @param bytes 32: x below p
   * @throws CryptoError `point-malformed`
   */
  static fromXOnly(bytes: Uint8Array): Point {
    if (bytes.length !== 32) throw malformed(bytes, '32 bytes: x below p, on the curve');
    return Point.#decoded(Uint8Array.of(2, ...bytes));
  }

  /**
   * @param bytes 65: 04, then x and y below p. The hybrid forms 06 and 07 are refused
   * @throws CryptoError `point-malformed`
   */
  static fromUncompressed(bytes: Uint8Array): Point {
    if (bytes.length !== 65 || bytes[0] !== 4) {
      throw malformed(bytes, '65 bytes: 04, then x and y below p, on the curve');
    }
    return Point.#decoded(bytes);
  }

  static #decoded(bytes: Uint8Array): Point {
    try {
      return new Point(pointCompress(bytes, false));
    } catch {
      throw malformed(bytes, 'coordinates below p, on the curve');
    }
  }

  get isInfinity(): boolean {
    return this.#uncompressed === undefined;
  }

  /**
   * Whether y is even, as BIP340 wants it.
   *
   * @throws CryptoError `point-at-infinity`
   */
  get hasEvenY(): boolean {
    return (this.#finite()[64] ?? 1) % 2 === 0;
  }

  equals(other: Point): boolean {
    if (this.#uncompressed === undefined || other.#uncompressed === undefined) {
      return this.#uncompressed === other.#uncompressed;
    }
    return Buffer.compare(this.#uncompressed, other.#uncompressed) === 0;
  }

  add(other: Point): Point {
    if (this.#uncompressed === undefined) return other;
    if (other.#uncompressed === undefined) return this;
    const sum = pointAdd(this.#uncompressed, other.#uncompressed, false);
    return sum === null ? Point.INFINITY : new Point(sum);
  }

  subtract(other: Point): Point {
    return this.add(other.negate());
  }

  negate(): Point {
    if (this.#uncompressed === undefined) return this;
    const negated = this.#uncompressed.slice();
    // No point has y = 0: the group has odd order.
    negated.set(bytes32FromBigInt(FIELD_PRIME - bigIntFromBytes(negated.subarray(33))), 33);
    return new Point(negated);
  }

  /** This point times a **public** scalar. For many of them there is `PointTableVartime`. */
  multiplyVartime(scalar: Scalar): Point {
    if (this.#uncompressed === undefined) return this;
    const product = multiplyAffineVartime([scalar.toBytes()], this.#uncompressed.subarray(1));
    return product === undefined ? Point.INFINITY : Point.fromUncompressed(Uint8Array.of(4, ...product));
  }

  /** 33 bytes: 02 or 03, x. @throws CryptoError `point-at-infinity` */
  toCompressed(): Uint8Array {
    return Uint8Array.of(this.hasEvenY ? 2 : 3, ...this.#finite().subarray(1, 33));
  }

  /** 32 bytes: x alone. @throws CryptoError `point-at-infinity` */
  toXOnly(): Uint8Array {
    return this.#finite().slice(1, 33);
  }

  /** 65 bytes: 04, x, y. @throws CryptoError `point-at-infinity` */
  toUncompressed(): Uint8Array {
    return this.#finite().slice();
  }

  /** The compressed encoding in hexadecimal, or `infinity`. */
  toString(): string {
    return this.isInfinity ? 'infinity' : toHex(this.toCompressed());
  }

  toJSON(): string {
    return this.toString();
  }

  #finite(): Uint8Array {
    if (this.#uncompressed === undefined) {
      throw new CryptoError('point-at-infinity', 'the point at infinity has no coordinates and no encoding');
    }
    return this.#uncompressed;
  }

  static {
    const show = function (this: Point): string {
      return `Point(${this.toString()})`;
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }
}

function malformed(bytes: Uint8Array, limit: string): CryptoError {
  return new CryptoError('point-malformed', 'the bytes are no point of secp256k1', {
    value: `${bytes.length} bytes`,
    limit,
  });
}
