import assert from 'node:assert/strict';
import { ecdsaSignatureFromDer, isCryptoError, sha256, verifyEcdsa } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';
import { signatureCases } from './wycheproof/signature-cases.ts';

const FILE = 'crypto-core/wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json';

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) =>
    signatureCases(files.get(FILE) ?? '', 'uncompressed', (der, message, point) =>
      isAccepted(der, sha256(message), compressed(point)),
    ),
};

function isAccepted(der: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return verifyEcdsa(ecdsaSignatureFromDer(der), digest, publicKey);
  } catch (error) {
    assert.ok(isCryptoError(error) && error.code === 'signature-malformed');
    return false;
  }
}

/** 04 x y as 02 x or 03 x, by the lowest bit of y (SEC 1 section 2.3.3). */
function compressed(uncompressed: Uint8Array): Uint8Array {
  const isOdd = ((uncompressed.at(-1) ?? 0) & 1) === 1;
  return Uint8Array.of(isOdd ? 3 : 2, ...uncompressed.subarray(1, 33));
}
