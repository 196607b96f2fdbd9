import assert from 'node:assert/strict';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { decodeElligatorSwift, Point, xSwiftEcInverse } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'imo-eo/bip324/xswiftec_inv_test_vectors.csv';
const CASES = [0, 1, 2, 3, 4, 5, 6, 7];

export const suite: ConformanceSuite = {
  source: 'BIP324',
  files: [FILE],
  *cases(files) {
    const [, ...rows] = (files.get(FILE) ?? '').trim().split(/\r?\n/);
    for (const [index, row] of rows.entries()) {
      const [u = '', x = '', ...inverses] = row.split(',');
      for (const option of CASES) {
        yield {
          name: `inverse ${index}, case ${option}`,
          run: () => {
            checkInverse(u, x, option, inverses[option] ?? '');
          },
        };
      }
    }
  },
};

function checkInverse(u: string, x: string, option: number, expected: string): void {
  const t = xSwiftEcInverse(Point.fromXOnly(fromHex(x)), fromHex(u), option);
  assert.equal(t === undefined ? '' : toHex(t), expected);
  if (t !== undefined) assert.equal(toHex(decodeElligatorSwift(fromHex(u + toHex(t))).toXOnly()), x);
}
