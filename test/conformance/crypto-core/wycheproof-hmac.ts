import assert from 'node:assert/strict';
import { fromHex, hkdfExpand, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const SHA256 = 'crypto-core/wycheproof/hmac_sha256_test.json';
const SHA512 = 'crypto-core/wycheproof/hmac_sha512_test.json';

/** What HKDF-Expand puts behind its info for the first block of output (RFC 5869 section 2.3). */
const FIRST_BLOCK = '01';
const SHORTEST_KEY = 64;

interface Vectors {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

type Test = Vectors['testGroups'][number]['tests'][number];

function testsOf(file: string | undefined): readonly Test[] {
  const { testGroups } = JSON.parse(file ?? '') as Vectors;
  return testGroups.flatMap(({ tests }) => tests);
}

/** T(1) of HKDF-Expand is HMAC of anything that ends in 01. */
function caseOf(test: Test): ConformanceCase {
  const name = `HMAC-SHA-256 ${test.tcId} ${test.comment}`;
  if (!test.msg.endsWith(FIRST_BLOCK) || test.key.length < SHORTEST_KEY || test.result === 'invalid') {
    return {
      name,
      skip: 'HMAC is not offered by itself, only as HKDF-Expand: of valid messages that end in 01',
    };
  }
  return {
    name,
    run: () => {
      using prk = SecretBytes.takeFrom(fromHex(test.key));
      const info = fromHex(test.msg.slice(0, -FIRST_BLOCK.length));
      using output = hkdfExpand({ prk, info, length: test.tag.length / 2 });
      assert.equal(output.expose(toHex), test.tag);
    },
  };
}

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [SHA256, SHA512],
  *cases(files) {
    for (const test of testsOf(files.get(SHA256))) yield caseOf(test);
    for (const test of testsOf(files.get(SHA512))) {
      yield {
        name: `HMAC-SHA-512 ${test.tcId} ${test.comment}`,
        skip: 'HMAC-SHA-512 is not offered: it is computed inside BIP32 and BIP39 alone',
      };
    }
  },
};
