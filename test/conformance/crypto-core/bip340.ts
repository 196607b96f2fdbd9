import assert from 'node:assert/strict';
import { fromHex, SecretBytes, SigningKey, toHex, verifySchnorr } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/bip340/test-vectors.csv';

export const suite: ConformanceSuite = {
  source: 'BIP340',
  files: [FILE],
  *cases(files) {
    const [, ...rows] = (files.get(FILE) ?? '').trim().split(/\r?\n/);
    for (const row of rows) yield vector(row);
  },
};

function vector(row: string): ConformanceCase {
  const [
    index = '',
    secret = '',
    publicKey = '',
    auxiliaryRandomness = '',
    message = '',
    signature = '',
    result = '',
  ] = row.split(',');
  const name = `vector ${index}`;
  if (message.length !== 64) return { name, skip: 'only messages of 32 bytes are supported' };
  return {
    name,
    run: () => {
      const isValid = verifySchnorr(fromHex(signature), fromHex(message), fromHex(publicKey));
      assert.equal(isValid, result === 'TRUE');
      if (secret === '') return;
      using key = SigningKey.fromSecret(SecretBytes.takeFrom(fromHex(secret)));
      assert.equal(toHex(key.xOnlyPublicKey), publicKey.toLowerCase());
      const signed = key.signSchnorr(fromHex(message), fromHex(auxiliaryRandomness));
      assert.equal(toHex(signed), signature.toLowerCase());
    },
  };
}
