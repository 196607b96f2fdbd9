import { isPointCompressed, isXOnlyPoint } from 'tiny-secp256k1';

/** Whether these are 33 bytes, 02 or 03 and the x coordinate of a point of secp256k1. */
export function isCompressedPublicKey(bytes: Uint8Array): boolean {
  return isPointCompressed(bytes);
}

/** Whether these are 32 bytes, the x coordinate of a point of secp256k1 (`lift_x` of BIP340 succeeds). */
export function isXOnlyPublicKey(bytes: Uint8Array): boolean {
  return isXOnlyPoint(bytes);
}
