import type { ChainParameters } from './chain-parameters.ts';

// Source: Bitcoin Core, src/kernel/chainparams.cpp and src/policy/policy.h.
const BITCOIN = {
  chain: 'bitcoin',
  targetSpacingSeconds: 600,
  dustRelayFeerateSatPerKvb: 3_000n,
  minRelayFeerateSatPerKvb: 1_000n,
  takesReplacements: true,
  maximumSat: 2_100_000_000_000_000n,
  extensionBlocks: false,
} as const;

export const BITCOIN_MAINNET: ChainParameters = {
  ...BITCOIN,
  network: 'mainnet',
  genesisHash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
  bech32Prefix: 'bc',
  publicKeyHashVersion: 0,
  scriptHashVersion: 5,
};

/** Testnet4, BIP94. */
export const BITCOIN_TESTNET4: ChainParameters = {
  ...BITCOIN,
  network: 'testnet',
  genesisHash: '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043',
  bech32Prefix: 'tb',
  publicKeyHashVersion: 111,
  scriptHashVersion: 196,
};

/** The default signet, BIP325. */
export const BITCOIN_SIGNET: ChainParameters = {
  ...BITCOIN_TESTNET4,
  network: 'signet',
  genesisHash: '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6',
};

export const BITCOIN_REGTEST: ChainParameters = {
  ...BITCOIN_TESTNET4,
  network: 'regtest',
  genesisHash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
  bech32Prefix: 'bcrt',
};
