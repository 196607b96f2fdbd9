import { inspect } from 'node:util';
import { CryptoError } from '../error.ts';
import { bigIntFromBytes, bytes32FromBigInt } from './big-endian.ts';
import { GROUP_ORDER } from './curve.ts';

/** 48 bytes bring the distance from uniform below 2^-128 (RFC 9380 section 5.1); 64 are what a wide hash gives. */
const WIDE_MINIMUM = 48;
const WIDE_MAXIMUM = 64;

/**
 * An integer modulo the group order n of secp256k1: **public data only**. It is a BigInt, whose arithmetic takes a time
 * that depends on the values and whose memory cannot be wiped. A secret scalar stays a `SecretBytes` and goes to
 * `addSecretScalars`, `multiplySecretScalar`, `secretToPoint` and their like.
 *
 * Immutable. There is one encoding: 32 bytes, most significant first, below n.
 */
export class Scalar {
  static readonly ZERO: Scalar = new Scalar(0n);
  static readonly ONE: Scalar = new Scalar(1n);

  readonly #value: bigint;

  private constructor(value: bigint) {
    this.#value = value;
  }

  /**
   * @param value in 0 to n - 1
   * @throws CryptoError `scalar-out-of-range`
   */
  static fromBigInt(value: bigint): Scalar {
    if (value < 0n || value >= GROUP_ORDER) {
      throw new CryptoError('scalar-out-of-range', 'the number is no scalar of secp256k1', {
        value: value < 0n ? 'a negative number' : `a number of ${value.toString(2).length} bits`,
        limit: '0 to n - 1',
      });
    }
    return new Scalar(value);
  }

  /**
   * @param bytes 32, most significant first, below n: nothing is reduced, so that no scalar has two encodings
   * @throws CryptoError `scalar-out-of-range`
   */
  static fromBytes(bytes: Uint8Array): Scalar {
    const value = bigIntFromBytes(bytes);
    if (bytes.length !== 32 || value >= GROUP_ORDER) {
      throw new CryptoError('scalar-out-of-range', 'the bytes are no scalar of secp256k1', {
        value: bytes.length === 32 ? '32 bytes, n or more' : `${bytes.length} bytes`,
        limit: '32 bytes, big-endian, below n',
      });
    }
    return new Scalar(value);
  }

  /**
   * Uniform bytes modulo n. They must be at least 16 bytes longer than n, so that no scalar is likelier than another by
   * more than 2^-128.
   *
   * @param bytes 48 to 64 bytes, most significant first, of a hash or of a random generator
   * @throws CryptoError `length-out-of-range`
   */
  static fromUniformBytes(bytes: Uint8Array): Scalar {
    if (bytes.length < WIDE_MINIMUM || bytes.length > WIDE_MAXIMUM) {
      throw new CryptoError('length-out-of-range', 'a scalar is not made of that many uniform bytes', {
        value: `${bytes.length} bytes`,
        limit: `${WIDE_MINIMUM} to ${WIDE_MAXIMUM} bytes`,
      });
    }
    return new Scalar(bigIntFromBytes(bytes) % GROUP_ORDER);
  }

  get isZero(): boolean {
    return this.#value === 0n;
  }

  equals(other: Scalar): boolean {
    return this.#value === other.#value;
  }

  add(other: Scalar): Scalar {
    return new Scalar((this.#value + other.#value) % GROUP_ORDER);
  }

  subtract(other: Scalar): Scalar {
    return this.add(other.negate());
  }

  negate(): Scalar {
    return this.isZero ? this : new Scalar(GROUP_ORDER - this.#value);
  }

  multiply(other: Scalar): Scalar {
    return new Scalar((this.#value * other.#value) % GROUP_ORDER);
  }

  /**
   * The scalar that gives 1 when multiplied with this one.
   *
   * @throws CryptoError `scalar-zero`
   */
  invert(): Scalar {
    if (this.isZero) throw new CryptoError('scalar-zero', 'zero has no inverse');
    // The extended Euclidean algorithm: `value * coefficient = remainder (mod n)` holds for both pairs throughout.
    let [remainder, next] = [GROUP_ORDER, this.#value];
    let [coefficient, nextCoefficient] = [0n, 1n];
    while (next !== 0n) {
      const quotient = remainder / next;
      [remainder, next] = [next, remainder - quotient * next];
      [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
    }
    return new Scalar(coefficient < 0n ? coefficient + GROUP_ORDER : coefficient);
  }

  /** In 0 to n - 1. */
  toBigInt(): bigint {
    return this.#value;
  }

  /** 32 bytes, most significant first. */
  toBytes(): Uint8Array {
    return bytes32FromBigInt(this.#value);
  }

  /** The encoding in hexadecimal. */
  toString(): string {
    return this.#value.toString(16).padStart(64, '0');
  }

  toJSON(): string {
    return this.toString();
  }

  static {
    const show = function (this: Scalar): string {
      return `Scalar(${this.toString()})`;
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }
}
