import assert from 'node:assert/strict';
import { parseTransaction, serialise, sizeOf } from '@bitcoin-enterprise/chain';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../../suite.ts';

/**
 * The transactions of a node's script tests, which it deserialises whether their scripts are satisfied or not. Entries
 * are `[[spent outputs], transaction, flags]`, or a comment alone.
 */
export function roundTripSuite(source: string, files: readonly string[]): ConformanceSuite {
  return {
    source,
    files,
    *cases(texts) {
      for (const file of files) {
        for (const [index, entry] of (
          JSON.parse(texts.get(file) ?? '') as readonly (readonly unknown[])[]
        ).entries()) {
          const [, raw] = entry;
          if (typeof raw !== 'string' || entry.length < 3) continue;
          yield {
            name: `${file} entry ${index}`,
            run: () => {
              assertRoundTrip(raw);
            },
          };
        }
      }
    },
  };
}

function assertRoundTrip(raw: string): void {
  const transaction = parseTransaction(fromHex(raw));
  assert.equal(toHex(serialise(transaction)), raw.toLowerCase());
  const { weight, virtualSize } = sizeOf(transaction);
  assert.ok(virtualSize * 4 >= weight && virtualSize * 4 < weight + 4);
}
