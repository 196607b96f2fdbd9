import assert from 'node:assert/strict';
import { fromHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase } from '../../suite.ts';

/** Where a file has its public keys: raw, or as an uncompressed point. */
type KeyField = 'pk' | 'uncompressed';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKey: Readonly<Record<KeyField, string>>;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

/** The cases of a Wycheproof file about verifying signatures: each is accepted exactly where it says `valid`. */
export function* signatureCases(
  file: string,
  keyField: KeyField,
  isAccepted: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean,
): Iterable<ConformanceCase> {
  const { testGroups } = JSON.parse(file) as Vectors;
  for (const { publicKey, tests } of testGroups) {
    for (const { tcId, comment, msg, sig, result } of tests) {
      yield {
        name: `${tcId} ${comment}`,
        run: () => {
          assert.equal(
            isAccepted(fromHex(sig), fromHex(msg), fromHex(publicKey[keyField])),
            result === 'valid',
          );
        },
      };
    }
  }
}
