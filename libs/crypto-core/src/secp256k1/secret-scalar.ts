import { pointFromScalar, privateAdd, privateNegate, privateSub } from 'tiny-secp256k1';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { isScalar } from '../signature/scalar.ts';
import { Point } from './point.ts';
import type { Scalar } from './scalar.ts';

/**
 * Arithmetic modulo n on secret scalars, all of it by libsecp256k1: 32 bytes, most significant first, in 1 to n - 1.
 * Zero is no secret scalar, so what would give zero is refused.
 */

/**
 * a + b modulo n.
 *
 * @throws CryptoError `scalar-out-of-range`, `scalar-zero` where the sum is zero, `secret-disposed`
 */
export function addSecretScalars(a: SecretBytes, b: SecretBytes): SecretBytes {
  return combine(a, b, privateAdd);
}

/**
 * a - b modulo n.
 *
 * @throws CryptoError `scalar-out-of-range`, `scalar-zero` where the difference is zero, `secret-disposed`
 */
export function subtractSecretScalars(a: SecretBytes, b: SecretBytes): SecretBytes {
  return combine(a, b, privateSub);
}

/**
 * -a modulo n.
 *
 * @throws CryptoError `scalar-out-of-range`, `secret-disposed`
 */
export function negateSecretScalar(a: SecretBytes): SecretBytes {
  checkSecretScalar(a);
  return SecretBytes.takeFrom(a.expose(privateNegate));
}

/**
 * A secret scalar times a **public** factor modulo n, as the response of a proof needs it: k + challenge * x. The product
 * is doubled and added to along the bits of the factor, each step by libsecp256k1, so the time depends on the factor. There
 * is no product of two secrets: the build of libsecp256k1 at hand has none.
 *
 * @throws CryptoError `scalar-out-of-range`, `scalar-zero` for a factor of zero, `secret-disposed`
 */
export function multiplySecretScalar(secret: SecretBytes, factor: Scalar): SecretBytes {
  if (factor.isZero) throw new CryptoError('scalar-zero', 'a secret scalar times zero is no secret scalar');
  checkSecretScalar(secret);
  const [, ...bits] = factor.toBigInt().toString(2);
  let product = secret.clone();
  const addToProduct = (term: SecretBytes): void => {
    using previous = product;
    // Every product on the way is a multiple below n of a scalar that is not zero: no sum here is zero.
    product = addSecretScalars(previous, term);
  };
  for (const bit of bits) {
    addToProduct(product);
    if (bit === '1') addToProduct(secret);
  }
  return product;
}

/**
 * The secret times the base point G, in a time that does not depend on the secret beyond what the README says of all
 * calls into libsecp256k1.
 *
 * @throws CryptoError `scalar-out-of-range`, `secret-disposed`
 */
export function secretToPoint(secret: SecretBytes): Point {
  const point = secret.expose((bytes) => (isScalar(bytes) ? pointFromScalar(bytes, false) : null));
  if (point === null) throw outOfRange(secret);
  return Point.fromUncompressed(point);
}

type Combine = (a: Uint8Array, b: Uint8Array) => Uint8Array | null;

function combine(a: SecretBytes, b: SecretBytes, operation: Combine): SecretBytes {
  checkSecretScalar(a);
  checkSecretScalar(b);
  const result = a.expose((left) => b.expose((right) => operation(left, right)));
  if (result === null) throw new CryptoError('scalar-zero', 'the result is zero and no secret scalar');
  return SecretBytes.takeFrom(result);
}

function checkSecretScalar(secret: SecretBytes): void {
  if (!secret.expose(isScalar)) throw outOfRange(secret);
}

function outOfRange(secret: SecretBytes): CryptoError {
  return new CryptoError('scalar-out-of-range', 'the bytes are no secret scalar of secp256k1', {
    value: `${secret.length} bytes`,
    limit: '32 bytes, big-endian, in 1 to n - 1',
  });
}
