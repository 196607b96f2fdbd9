import assert from 'node:assert/strict';
import { fromHex, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/mldsa_44_verify_test.json';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKey: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly ctx?: string;
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
      for (const { tcId, comment, msg, ctx, sig, result } of tests) {
        yield {
          name: `${tcId} ${comment}`,
          run: () => {
            const context = fromHex(ctx ?? '');
            const isValid = verifyMlDsa44(fromHex(sig), fromHex(msg), fromHex(publicKey), context);
            assert.equal(isValid, result === 'valid');
          },
        };
      }
    }
  },
};
