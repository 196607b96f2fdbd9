import assert from 'node:assert/strict';
import {
  fromHex,
  isCryptoError,
  MlDsaSigningKey,
  SecretBytes,
  toHex,
  verifyMlDsa44,
} from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/mldsa_44_sign_seed_test.json';

interface Test {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly msg?: string;
  readonly ctx?: string;
  readonly sig: string;
  readonly result: 'valid' | 'invalid';
}

interface Vectors {
  readonly testGroups: readonly {
    readonly privateSeed: string;
    readonly publicKey: string;
    readonly tests: readonly Test[];
  }[];
}

/**
 * OpenSSL signs hedged through Node: the deterministic signature of a case is not made again but verified under the key
 * of the seed, as is a fresh one.
 */
export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const { privateSeed, publicKey, tests } of testGroups) {
      for (const test of tests) yield vector(test, privateSeed, publicKey);
    }
  },
};

function vector(test: Test, privateSeed: string, publicKey: string): ConformanceCase {
  const name = `${test.tcId} ${test.comment}`;
  const { msg, ctx = '', result } = test;
  if (msg === undefined) return { name, skip: 'Node gives no way to sign or verify mu instead of a message' };
  const sign = (): { readonly key: MlDsaSigningKey; readonly signature: Uint8Array } => {
    const key = MlDsaSigningKey.fromSeed('ML-DSA-44', SecretBytes.takeFrom(fromHex(privateSeed)));
    return { key, signature: key.sign(fromHex(msg), fromHex(ctx)) };
  };
  if (result === 'invalid') {
    const code = test.flags.includes('InvalidContext') ? 'context-malformed' : 'key-length';
    return {
      name,
      run: () => {
        assert.throws(sign, (error) => isCryptoError(error) && error.code === code);
      },
    };
  }
  return {
    name,
    run: () => {
      const { key, signature } = sign();
      assert.equal(toHex(key.publicKey), publicKey);
      for (const one of [fromHex(test.sig), signature]) {
        assert.ok(verifyMlDsa44(one, fromHex(msg), key.publicKey, fromHex(ctx)));
      }
    },
  };
}
