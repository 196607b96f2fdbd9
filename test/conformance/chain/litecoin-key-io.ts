import assert from 'node:assert/strict';
import {
  addressOf,
  type ChainParameters,
  LITECOIN_MAINNET,
  LITECOIN_REGTEST,
  LITECOIN_TESTNET,
  scriptPubKeyOf,
} from '@bitcoin-enterprise/chain';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { assertRefused } from './address/segwit-address.ts';

const VALID = 'cci-sat/litecoin/key_io_valid.json';
const INVALID = 'cci-sat/litecoin/key_io_invalid.json';

interface Properties {
  readonly chain: 'main' | 'test' | 'regtest';
  readonly isPrivkey: boolean;
  readonly tryCaseFlip?: boolean;
}

type ValidVector = readonly [text: string, scriptOrSecret: string, properties: Properties];

const NETWORKS: Readonly<Record<Properties['chain'], ChainParameters>> = {
  main: LITECOIN_MAINNET,
  test: LITECOIN_TESTNET,
  regtest: LITECOIN_REGTEST,
};

export const suite: ConformanceSuite = {
  source: 'Litecoin-Core',
  files: [VALID, INVALID],
  *cases(files) {
    for (const vector of JSON.parse(files.get(VALID) ?? '') as readonly ValidVector[]) {
      yield vector[2].isPrivkey ? refusedCase('a private key', vector[0]) : validCase(vector);
    }
    for (const [text] of JSON.parse(files.get(INVALID) ?? '') as readonly (readonly [string])[]) {
      yield refusedCase('invalid', text);
    }
  },
};

function validCase([text, script, { chain, tryCaseFlip }]: ValidVector): ConformanceCase {
  return {
    name: text,
    run: () => {
      const parameters = NETWORKS[chain];
      assert.equal(toHex(scriptPubKeyOf(text, parameters)), script);
      assert.equal(addressOf(fromHex(script), parameters), text);
      if (tryCaseFlip === true) assert.equal(toHex(scriptPubKeyOf(text.toUpperCase(), parameters)), script);
    },
  };
}

function refusedCase(kind: string, text: string): ConformanceCase {
  return {
    name: `${kind}: ${text} refused`,
    run: () => {
      for (const parameters of Object.values(NETWORKS)) assertRefused(text, parameters);
    },
  };
}
