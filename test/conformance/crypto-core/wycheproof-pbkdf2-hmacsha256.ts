import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { fromHex, isCryptoError, pbkdf2, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/pbkdf2_hmacsha256_test.json';

interface Vectors {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly password: string;
      readonly salt: string;
      readonly iterationCount: number;
      readonly dkLen: number;
      readonly dk: string;
    }[];
  }[];
}

/**
 * Every vector has fewer iterations than this library derives with: it must refuse them all, and the OpenSSL that it
 * derives by must give their figures.
 */
export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const test of testGroups.flatMap(({ tests }) => tests)) {
      yield {
        name: `${test.tcId} ${test.comment}`,
        run: async () => {
          const { iterationCount: iterations, dkLen: length } = test;
          const salt = fromHex(test.salt);
          using password = SecretBytes.takeFrom(fromHex(test.password));
          await assert.rejects(
            pbkdf2({ password, salt, cost: { iterations }, length }),
            (error) => isCryptoError(error) && error.code === 'kdf-below-minimum',
          );
          const derived = password.expose((bytes) => pbkdf2Sync(bytes, salt, iterations, length, 'sha256'));
          assert.equal(toHex(derived), test.dk);
        },
      };
    }
  },
};
