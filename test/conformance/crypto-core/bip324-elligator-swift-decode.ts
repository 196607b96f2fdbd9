import assert from 'node:assert/strict';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { decodeElligatorSwift } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'imo-eo/bip324/ellswift_decode_test_vectors.csv';

export const suite: ConformanceSuite = {
  source: 'BIP324',
  files: [FILE],
  *cases(files) {
    const [, ...rows] = (files.get(FILE) ?? '').trim().split(/\r?\n/);
    for (const [index, row] of rows.entries()) {
      const [encoding = '', x = '', comment = ''] = row.split(',');
      yield {
        name: `decode ${index} ${comment}`,
        run: () => {
          assert.equal(toHex(decodeElligatorSwift(fromHex(encoding)).toXOnly()), x);
        },
      };
    }
  },
};
