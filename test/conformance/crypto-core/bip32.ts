import assert from 'node:assert/strict';
import {
  derivePublicKey,
  ExtendedPrivateKey,
  fromHex,
  isCryptoError,
  SecretBytes,
  toHex,
} from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/bip32/bip32-vectors.json';

interface Vectors {
  readonly valid: readonly {
    readonly vector: number;
    readonly seed: string;
    readonly chains: readonly { readonly path: string; readonly xpub: string }[];
  }[];
  readonly invalid: readonly { readonly key: string; readonly reason: string }[];
}

export const suite: ConformanceSuite = {
  source: 'BIP32',
  files: [FILE],
  *cases(files) {
    const { valid, invalid } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const { vector, seed, chains } of valid) {
      for (const [index, { path, xpub }] of chains.entries()) {
        yield privateDerivation(`vector ${vector} ${path}`, seed, path, xpub);
        const parent = chains[index - 1];
        const step = path.split('/').at(-1) ?? '';
        if (parent !== undefined && !step.endsWith("'")) {
          yield publicDerivation(
            `vector ${vector} ${path} from the xpub above`,
            parent.xpub,
            step,
            seed,
            path,
          );
        }
      }
    }
    for (const { key, reason } of invalid) yield refusedKey(reason, key);
  },
};

function privateDerivation(name: string, seed: string, path: string, xpub: string): ConformanceCase {
  return {
    name,
    run: () => {
      using key = keyAt(seed, path);
      assert.equal(key.neuter(), xpub);
    },
  };
}

function publicDerivation(
  name: string,
  xpub: string,
  step: string,
  seed: string,
  path: string,
): ConformanceCase {
  return {
    name,
    run: () => {
      using key = keyAt(seed, path);
      assert.equal(toHex(derivePublicKey(xpub, `m/${step}`)), toHex(key.publicKey));
    },
  };
}

function refusedKey(reason: string, key: string): ConformanceCase {
  if (key.startsWith('xprv')) return { name: reason, skip: 'extended private keys are not read' };
  return {
    name: reason,
    run: () => {
      assert.throws(
        () => derivePublicKey(key, 'm'),
        (error) => isCryptoError(error) && error.code === 'extended-key-malformed',
      );
    },
  };
}

function keyAt(seed: string, path: string): ExtendedPrivateKey {
  using secret = SecretBytes.takeFrom(fromHex(seed));
  using root = ExtendedPrivateKey.fromSeed(secret);
  return root.derive(path);
}
