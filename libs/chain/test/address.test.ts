import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  addressOf,
  BITCOIN_MAINNET,
  BITCOIN_REGTEST,
  BITCOIN_TESTNET4,
  type ChainParameters,
  LITECOIN_MAINNET,
  LITECOIN_REGTEST,
  LITECOIN_TESTNET,
  scriptPubKeyOf,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';

const NETWORKS = [
  BITCOIN_MAINNET,
  BITCOIN_TESTNET4,
  BITCOIN_REGTEST,
  LITECOIN_MAINNET,
  LITECOIN_TESTNET,
  LITECOIN_REGTEST,
] as const;

describe('addresses', () => {
  it.each<[string, string, ChainParameters]>([
    // BIP350, "Test vectors for v0-v16 native segregated witness addresses".
    [
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      '0014751e76e8199196d454941c45d1b3a323f1433bd6',
      BITCOIN_MAINNET,
    ],
    [
      'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
      '00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262',
      BITCOIN_TESTNET4,
    ],
    [
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
      '512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
      BITCOIN_MAINNET,
    ],
    ['BC1SW50QGDZ25J', '6002751e', BITCOIN_MAINNET],
    // Litecoin Core, src/test/data/key_io_valid.json.
    [
      'LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA',
      '76a914558dbca7118cd5894502767c7b2ffc21a22f54db88ac',
      LITECOIN_MAINNET,
    ],
    [
      'MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2',
      'a9146d328a5b2a20d943a641c8d29b6cc3c2d2df85d387',
      LITECOIN_MAINNET,
    ],
    [
      'QXaUgLHkZcbJb2j5XgMYzY8cF9YM48Y81Z',
      'a9147860667e60a6545e18e541984094b29c9c46991b87',
      LITECOIN_TESTNET,
    ],
    [
      'rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k',
      '00148d81c704f53deb2e03c3fd011702035142d8b74e',
      LITECOIN_REGTEST,
    ],
  ])('reads %s', (address, script, parameters) => {
    expect(hex(scriptPubKeyOf(address, parameters))).toBe(script);
    expect(addressOf(bytes(script), parameters)).toBe(
      address.startsWith('BC') ? address.toLowerCase() : address,
    );
  });

  it('come back from the script that they stand for, on every network', () => {
    const hash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(hex);
    const program = fc.uint8Array({ minLength: 2, maxLength: 40 });
    const script = fc.oneof(
      hash.map((digits) => `76a914${digits}88ac`),
      hash.map((digits) => `a914${digits}87`),
      hash.map((digits) => `0014${digits}`),
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((data) => `0020${hex(data)}`),
      fc
        .tuple(fc.integer({ min: 0x51, max: 0x60 }), program)
        .map(([version, data]) => hex(Uint8Array.of(version, data.length, ...data))),
    );
    fc.assert(
      fc.property(script, fc.constantFrom(...NETWORKS), (digits, parameters) => {
        expect(hex(scriptPubKeyOf(addressOf(bytes(digits), parameters), parameters))).toBe(digits);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, ChainParameters]>([
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', BITCOIN_REGTEST],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', LITECOIN_MAINNET],
    ['rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k', BITCOIN_REGTEST],
    ['LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA', BITCOIN_MAINNET],
    // Bitcoin's genesis address, and a Bitcoin script address that Litecoin's older version byte equals.
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', LITECOIN_MAINNET],
    ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', LITECOIN_MAINNET],
  ])('refuses %s where another network is wanted', async (address, parameters) => {
    const error = await expectChainError('address-wrong-network', () => scriptPubKeyOf(address, parameters));
    expect(error.limit).toContain(`${parameters.chain}/${parameters.network}`);
  });

  it.each([
    ['', 'nothing'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'a wrong checksum'],
    ['bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'mixed case'],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'a wrong Base58 checksum'],
    // BIP350, invalid: version 0 under Bech32m, version 1 under Bech32, version 17, 1 byte, 41 bytes, padding.
    ['bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'Bech32m for version 0'],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'Bech32 for version 1'],
    ['BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', 'version 17'],
    ['bc1pw5dgrnzv', 'a program of 1 byte'],
    ['BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', 'version 0 with 16 bytes'],
  ])('refuses %s: %s', async (address) => {
    await expectChainError('address-malformed', () => scriptPubKeyOf(address, BITCOIN_MAINNET));
  });

  it('never repeats the text: it may be a private key that somebody pasted', async () => {
    // The private key 1, whose WIF every textbook prints.
    const wif = 'KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn';
    const error = await expectChainError('address-malformed', () => scriptPubKeyOf(wif, BITCOIN_MAINNET));
    expect(JSON.stringify([error.message, error.value, error.limit])).not.toContain(wif.slice(0, 8));
  });

  it.each([
    '',
    '6a0568656c6c6f',
    `0015${'00'.repeat(21)}`,
    '5101ff',
    `5129${'00'.repeat(41)}`,
    `6121${'00'.repeat(33)}`,
    `4f20${'00'.repeat(32)}`,
    `76a914${'00'.repeat(20)}88ad`,
    `a914${'00'.repeat(20)}88`,
  ])('finds none for the script %s', async (script) => {
    await expectChainError('script-has-no-address', () => addressOf(bytes(script), BITCOIN_MAINNET));
  });
});
