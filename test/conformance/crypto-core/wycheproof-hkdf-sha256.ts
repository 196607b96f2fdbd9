import assert from 'node:assert/strict';
import { fromHex, hkdfSha256, isCryptoError, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/hkdf_sha256_test.json';

interface Vectors {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly ikm: string;
      readonly salt: string;
      readonly info: string;
      readonly size: number;
      readonly okm: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const test of testGroups.flatMap(({ tests }) => tests)) {
      yield {
        name: `${test.tcId} ${test.comment}`,
        run: () => {
          using ikm = SecretBytes.takeFrom(fromHex(test.ikm));
          const derive = (): SecretBytes =>
            hkdfSha256({ ikm, salt: fromHex(test.salt), info: fromHex(test.info), length: test.size });
          if (test.result === 'invalid') {
            assert.throws(derive, (error) => isCryptoError(error) && error.code === 'length-out-of-range');
            return;
          }
          using output = derive();
          assert.equal(output.expose(toHex), test.okm);
        },
      };
    }
  },
};
