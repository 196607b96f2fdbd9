import assert from 'node:assert/strict';
import { ecdsaSignatureFromDer, isCryptoError, sha256, verifyEcdsa } from '@bitcoin-enterprise/crypto-core';

/** Whether a DER signature over the SHA-256 of a message is accepted under an uncompressed public key. */
export function isAcceptedEcdsa(der: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const signature = compactSignature(der);
  return signature !== undefined && verifyEcdsa(signature, sha256(message), compressed(publicKey));
}

/** r and s of a strict DER signature, or undefined for what is refused as malformed. */
export function compactSignature(der: Uint8Array): Uint8Array | undefined {
  try {
    return ecdsaSignatureFromDer(der);
  } catch (error) {
    assert.ok(isCryptoError(error) && error.code === 'signature-malformed');
    return undefined;
  }
}

/** 04 x y as 02 x or 03 x, by the lowest bit of y (SEC 1 section 2.3.3). */
export function compressed(uncompressed: Uint8Array): Uint8Array {
  const isOdd = ((uncompressed.at(-1) ?? 0) & 1) === 1;
  return Uint8Array.of(isOdd ? 3 : 2, ...uncompressed.subarray(1, 33));
}
