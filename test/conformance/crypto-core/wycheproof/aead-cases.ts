import assert from 'node:assert/strict';
import { fromHex, isCryptoError, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import { decryptAead, encryptAead, type SuiteName } from '@bitcoin-enterprise/crypto-core/aead';
import type { ConformanceCase } from '../../suite.ts';

interface Vectors {
  readonly testGroups: readonly {
    /** In bits. */
    readonly keySize: number;
    readonly ivSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly key: string;
      readonly iv: string;
      readonly aad: string;
      readonly msg: string;
      readonly ct: string;
      readonly tag: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

type Test = Vectors['testGroups'][number]['tests'][number];

/** The cases of a Wycheproof file about one AEAD: both directions where they are valid, opening alone where not. */
export function* aeadCases(file: string, suite: SuiteName): Iterable<ConformanceCase> {
  const { testGroups } = JSON.parse(file) as Vectors;
  for (const { keySize, ivSize, tests } of testGroups) {
    for (const test of tests) {
      const name = `${test.tcId} ${test.comment}`;
      if (keySize !== 256) yield { name, skip: `${suite} has keys of 256 bits` };
      else if (ivSize !== 96 && test.result === 'valid')
        yield { name, skip: `${suite} has nonces of 96 bits` };
      else
        yield {
          name,
          run: () => {
            run(suite, test);
          },
        };
    }
  }
}

function run(suite: SuiteName, test: Test): void {
  using key = SecretBytes.takeFrom(fromHex(test.key));
  const o = { key, nonce: fromHex(test.iv), additionalData: fromHex(test.aad) };
  const sealed = fromHex(test.ct + test.tag);
  if (test.result === 'invalid') {
    const code = test.iv.length === 24 ? 'envelope-refused' : 'length-mismatch';
    assert.throws(
      () => decryptAead(suite, sealed, o),
      (error) => isCryptoError(error) && error.code === code,
    );
    return;
  }
  using opened = decryptAead(suite, sealed, o);
  assert.equal(opened.expose(toHex), test.msg);
  assert.equal(toHex(encryptAead(suite, fromHex(test.msg), o)), test.ct + test.tag);
}
