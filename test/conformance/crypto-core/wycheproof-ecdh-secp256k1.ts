import assert from 'node:assert/strict';
import { fromHex, isCryptoError, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import { decodeSubjectPublicKeyInfo, ecdhXOnly } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/ecdh_secp256k1_test.json';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly public: string;
  readonly private: string;
  readonly shared: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

interface Vectors {
  readonly testGroups: readonly { readonly tests: readonly Vector[] }[];
}

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const test of testGroups.flatMap(({ tests }) => tests)) yield exchange(test);
  },
};

/**
 * What Wycheproof calls acceptable is malformed but for compressed points, or a curve that the sender spelled out: all of
 * that is refused.
 */
function exchange(test: Vector): ConformanceCase {
  const isAccepted =
    test.result === 'valid' || (test.result === 'acceptable' && test.flags.includes('CompressedPoint'));
  return {
    name: `${test.tcId} ${test.comment}`,
    run: () => {
      if (!isAccepted) {
        assert.throws(
          () => decodeSubjectPublicKeyInfo(fromHex(test.public)),
          (error) =>
            isCryptoError(error) &&
            (error.code === 'public-key-info-malformed' || error.code === 'point-malformed'),
        );
        return;
      }
      using secret = SecretBytes.takeFrom(secretScalar(test.private));
      using shared = ecdhXOnly(secret, decodeSubjectPublicKeyInfo(fromHex(test.public)));
      assert.equal(shared.expose(toHex), test.shared);
    },
  };
}

/** The file writes scalars as signed integers: without leading zeros, or with one more for the sign. */
function secretScalar(hex: string): Uint8Array {
  return fromHex(hex.replace(/^(?:00)+/, '').padStart(64, '0'));
}
