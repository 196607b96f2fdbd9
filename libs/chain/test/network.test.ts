import { describe, expect, it } from 'vitest';

import {
  BITCOIN_MAINNET,
  BITCOIN_SIGNET,
  BITCOIN_TESTNET4,
  ChainError,
  isChainError,
  LITECOIN_MAINNET,
  LITECOIN_REGTEST,
  parametersFor,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';

describe('network parameters', () => {
  it('are found by name', () => {
    expect(parametersFor('bitcoin', 'mainnet')).toBe(BITCOIN_MAINNET);
    expect(parametersFor('bitcoin', 'testnet')).toBe(BITCOIN_TESTNET4);
    expect(parametersFor('bitcoin', 'signet')).toBe(BITCOIN_SIGNET);
    expect(parametersFor('litecoin', 'regtest')).toBe(LITECOIN_REGTEST);
  });

  it.each([
    ['litecoin', 'signet'],
    ['dogecoin', 'mainnet'],
    ['bitcoin', 'Mainnet'],
  ])('refuses %s/%s and names the known ones', async (chain, network) => {
    const error = await expectChainError('network-unknown', () => parametersFor(chain, network));
    expect(error.value).toBe(`${chain}/${network}`);
    expect(error.limit).toContain('litecoin/mainnet');
  });

  it('hold the genesis hash and the spacing of each chain', () => {
    expect(BITCOIN_MAINNET.genesisHash).toBe(
      '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    );
    expect(BITCOIN_MAINNET.targetSpacingSeconds).toBe(600);
    expect(LITECOIN_MAINNET.genesisHash).toBe(
      '12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2',
    );
    expect(LITECOIN_MAINNET.targetSpacingSeconds).toBe(150);
  });
});

describe('errors', () => {
  it('are told apart by shape, from whichever copy of the package they come', () => {
    expect(isChainError(new ChainError('rpc-timeout', 'late'))).toBe(true);
    const foreign = Object.assign(new Error('late'), { name: 'ChainError', code: 'rpc-timeout' });
    expect(isChainError(foreign)).toBe(true);
    expect(isChainError(new Error('late'))).toBe(false);
    expect(isChainError({ name: 'ChainError', code: 'rpc-timeout' })).toBe(false);
  });

  it('leave out what they were not given', () => {
    expect(Object.keys(new ChainError('rpc-timeout', 'late'))).toEqual(['name', 'code']);
  });
});
