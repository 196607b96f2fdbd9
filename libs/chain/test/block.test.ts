import { describe, expect, it } from 'vitest';

import { readBlockLink, readBlockTransactions } from '../src/block/block.ts';
import { BITCOIN_MAINNET, LITECOIN_MAINNET } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes } from './hex.ts';

// Bitcoin's block 0, as every node ships it.
const GENESIS = bytes(
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000',
);

describe('a block', () => {
  it('has the hash and the transactions that all nodes agree on', () => {
    expect(readBlockLink(GENESIS)).toEqual({
      hash: BITCOIN_MAINNET.genesisHash,
      previousHash: '00'.repeat(32),
    });
    const [coinbase] = readBlockTransactions(GENESIS, BITCOIN_MAINNET);
    expect(coinbase?.txid).toBe('4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b');
    expect(coinbase?.rawTransaction).toEqual(GENESIS.slice(81));
    expect(coinbase?.transaction.outputs[0]?.amountSat).toBe(5_000_000_000n);
  });

  it('is refused when any byte of its transactions is another', async () => {
    for (let index = 81; index < GENESIS.length; index += 1) {
      const altered = GENESIS.slice();
      altered[index] = (altered[index] ?? 0) ^ 1;
      await expectChainError('block-malformed', () => readBlockTransactions(altered, BITCOIN_MAINNET));
    }
  });

  it('is refused when it is cut short', async () => {
    for (let length = 0; length < GENESIS.length; length += 1) {
      const cut = GENESIS.subarray(0, length);
      await expectChainError('block-malformed', () => readBlockTransactions(cut, BITCOIN_MAINNET));
      if (length < 80) await expectChainError('block-malformed', () => readBlockLink(cut));
    }
  });

  it('is refused without any transaction', async () => {
    const empty = GENESIS.slice(0, 81);
    empty[80] = 0;
    await expectChainError('block-malformed', () => readBlockTransactions(empty, BITCOIN_MAINNET));
  });

  it('may be followed by an extension block where the chain has them, and nowhere else', async () => {
    const extended = Uint8Array.of(...GENESIS, 1, 2, 3);
    expect(readBlockTransactions(extended, LITECOIN_MAINNET)).toHaveLength(1);
    await expectChainError('block-malformed', () => readBlockTransactions(extended, BITCOIN_MAINNET));
  });

  it('holds no extension data between its transactions', async () => {
    const header = GENESIS.slice(0, 80);
    const input = `01${'11'.repeat(32)}0100000000fdffffff`;
    const pegging = bytes(`01020000000008${input}0101000000000000000001${'ab'.repeat(20)}00000000`);
    const error = await expectChainError('block-malformed', () =>
      readBlockTransactions(Uint8Array.of(...header, ...pegging), LITECOIN_MAINNET),
    );
    expect(error.value).toContain('outside the extension block');
  });
});
