import assert from 'node:assert/strict';
import {
  entropyFromMnemonic,
  fromHex,
  mnemonicFromEntropy,
  SecretBytes,
  seedFromMnemonic,
  toHex,
} from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const VECTORS = 'crypto-core/bip39/vectors.json';
const WORDS = 'crypto-core/bip39/english.txt';

type Row = readonly [entropy: string, mnemonic: string, seed: string, xprv: string];

export const suite: ConformanceSuite = {
  source: 'BIP39',
  files: [VECTORS, WORDS],
  *cases(files) {
    yield* wordList((files.get(WORDS) ?? '').trim().split('\n'));
    const languages = JSON.parse(files.get(VECTORS) ?? '') as Readonly<Record<string, readonly Row[]>>;
    for (const [language, rows] of Object.entries(languages)) {
      for (const [index, row] of rows.entries()) yield vector(language, index, row);
    }
  },
};

function vector(language: string, index: number, [entropy, mnemonic, seed]: Row): ConformanceCase {
  const name = `${language} ${index}`;
  if (language !== 'english') return { name, skip: 'only the English word list is supported' };
  return {
    name,
    run: async () => {
      using words = SecretBytes.fromUtf8(mnemonic);
      using made = mnemonicFromEntropy(SecretBytes.takeFrom(fromHex(entropy)));
      assert.ok(made.equals(words));
      using read = entropyFromMnemonic(words);
      assert.equal(read.expose(toHex), entropy);
      using passphrase = SecretBytes.fromUtf8('TREZOR');
      using derived = await seedFromMnemonic(words, passphrase);
      assert.equal(derived.expose(toHex), seed);
    },
  };
}

/** The first word of a mnemonic is the one that the first 11 bits of its entropy number. */
function* wordList(words: readonly string[]): Iterable<ConformanceCase> {
  for (const [index, word] of words.entries()) {
    yield {
      name: `english word ${index}`,
      run: () => {
        const entropy = new Uint8Array(16);
        entropy.set([index >>> 3, (index & 7) << 5]);
        using mnemonic = mnemonicFromEntropy(SecretBytes.takeFrom(entropy));
        assert.equal(mnemonic.expose((bytes) => new TextDecoder().decode(bytes)).split(' ')[0], word);
      },
    };
  }
}
