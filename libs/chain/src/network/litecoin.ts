import type { ChainParameters } from './chain-parameters.ts';

// Source: Litecoin Core 0.21, src/chainparams.cpp and src/policy/policy.h. Scripts have two version bytes there; the
// older one equals Bitcoin's, so that an address in it could be meant for either chain: only Litecoin's own counts here.
const LITECOIN = {
  chain: 'litecoin',
  targetSpacingSeconds: 150,
  dustRelayFeerateSatPerKvb: 30_000n,
  minRelayFeerateSatPerKvb: 1_000n,
  takesReplacements: false,
  maximumSat: 8_400_000_000_000_000n,
  extensionBlocks: true,
} as const;

export const LITECOIN_MAINNET: ChainParameters = {
  ...LITECOIN,
  network: 'mainnet',
  genesisHash: '12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2',
  bech32Prefix: 'ltc',
  publicKeyHashVersion: 48,
  scriptHashVersion: 50,
};

export const LITECOIN_TESTNET: ChainParameters = {
  ...LITECOIN,
  network: 'testnet',
  genesisHash: '4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0',
  bech32Prefix: 'tltc',
  publicKeyHashVersion: 111,
  scriptHashVersion: 58,
};

export const LITECOIN_REGTEST: ChainParameters = {
  ...LITECOIN_TESTNET,
  network: 'regtest',
  genesisHash: '530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9',
  bech32Prefix: 'rltc',
};
