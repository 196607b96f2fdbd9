import assert from 'node:assert/strict';
import { fromHex, verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/ed25519_test.json';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        yield {
          name: `${tcId} ${comment}`,
          run: () => {
            assert.equal(
              verifyEd25519(fromHex(sig), fromHex(msg), fromHex(publicKey.pk)),
              result === 'valid',
            );
          },
        };
      }
    }
  },
};
