import { pointMultiply } from 'tiny-secp256k1';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { randomSecretScalar } from '../signature/scalar.ts';
import { Point } from './point.ts';
import { subtractSecretScalars } from './secret-scalar.ts';

/**
 * A secret scalar times any point, where the product itself may be seen: a commitment, a nonce point to a second base, a
 * proof of equal logarithms. For a shared secret there is `ecdhXOnly`.
 *
 * libsecp256k1 multiplies a point other than G in a time that depends on the scalar, so it never gets this one: the secret
 * is split into a fresh random share and the rest, each as good as uniform whatever the secret is, and the two products
 * are added. See *Security* in the README for what that does and does not hide.
 *
 * @param secret 32 bytes, in 1 to n - 1
 * @throws CryptoError `scalar-out-of-range`, `point-at-infinity`, `secret-disposed`
 */
export function multiplyPoint(point: Point, secret: SecretBytes): Point {
  const bytes = point.toUncompressed();
  using share = randomSecretScalar();
  // The rest is zero, and refused, with a chance of 2^-256.
  using rest = subtractSecretScalars(secret, share);
  return multiplyByShare(bytes, share).add(multiplyByShare(bytes, rest));
}

function multiplyByShare(point: Uint8Array, share: SecretBytes): Point {
  const product = share.expose((bytes) => pointMultiply(point, bytes, false));
  return product === null ? Point.INFINITY : Point.fromUncompressed(product);
}
