import assert from 'node:assert/strict';
import { fromHex, sha256, toHex, verifyEcdsa } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';
import { compactSignature, compressed, isAcceptedEcdsa } from './wycheproof/ecdsa-acceptance.ts';
import { signatureCases } from './wycheproof/signature-cases.ts';

const FILE = 'crypto-core/wycheproof/ecdsa_secp256k1_sha256_test.json';
/** SEC 2 section 2.4.1. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * The plain ECDSA file counts a high S as valid; the library takes the low one alone (BIP146). So each case must be right
 * once its S is low, and refused as it stands where it is high.
 */
export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) =>
    signatureCases(files.get(FILE) ?? '', 'uncompressed', (der, message, point) => {
      const signature = compactSignature(der);
      const s = signature === undefined ? 0n : BigInt(`0x${toHex(signature.subarray(32))}`);
      if (signature === undefined || s <= ORDER / 2n || s >= ORDER)
        return isAcceptedEcdsa(der, message, point);
      assert.equal(isAcceptedEcdsa(der, message, point), false, 'a high S was accepted');
      const low = fromHex((ORDER - s).toString(16).padStart(64, '0'));
      const normalised = Uint8Array.of(...signature.subarray(0, 32), ...low);
      return verifyEcdsa(normalised, sha256(message), compressed(point));
    }),
};
