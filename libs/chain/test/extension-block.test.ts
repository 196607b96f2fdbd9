import { startRegtest, type Regtest } from '@bitcoin-enterprise/tools/regtest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readBlockTransactions } from '../src/block/block.ts';
import {
  addressOf,
  type BitcoinNode,
  blockHeight,
  connectBitcoin,
  LITECOIN_REGTEST,
  parseTransaction,
  transactionId,
  watchScript,
} from '../src/index.ts';
import { htlcOf } from './htlc-fixture.ts';

/** The last block of Litecoin's regtest without extension block; the first with one needs a payment into it. */
const LAST_PLAIN_HEIGHT = 431;

let regtest: Regtest;
let node: BitcoinNode;
beforeAll(async () => {
  regtest = await startRegtest({ chains: ['litecoin'] });
  const { url, cookieFile } = regtest.litecoin;
  node = await connectBitcoin({ url, auth: { cookieFile }, parameters: LITECOIN_REGTEST });
  await regtest.createWallet('litecoin', 'hidden');
  await regtest.mine('litecoin', LAST_PLAIN_HEIGHT - (await node.tip()).height, { timeStepSeconds: 1 });
});
afterAll(() => regtest[Symbol.asyncDispose]());

const rpc = (method: string, parameters: readonly unknown[], wallet: string): Promise<unknown> =>
  regtest.litecoin.rpc(method, parameters, wallet);

async function expectBlockRead(): Promise<void> {
  const { hash } = await node.tip();
  const block = (await regtest.litecoin.rpc('getblock', [hash, 1])) as { tx: string[]; mweb?: object };
  expect(block.mweb).toBeDefined();
  const transactions = readBlockTransactions(await node.block(hash), LITECOIN_REGTEST);
  expect(transactions.map(({ txid }) => txid)).toEqual(block.tx);
}

describe('a real litecoin node with extension blocks', () => {
  it('has payments into them read, in the mempool and in blocks, and payments out of them seen', async () => {
    const address = (await rpc('getnewaddress', ['', 'mweb'], 'hidden')) as string;
    const pegIn = (await rpc('sendtoaddress', [address, '5'], 'miner')) as string;
    const known = await node.transaction(pegIn);
    const transaction = parseTransaction(known?.rawTransaction ?? new Uint8Array(0), LITECOIN_REGTEST);
    expect(transactionId(transaction)).toBe(pegIn);
    await regtest.mine('litecoin', 1);
    await expectBlockRead();

    const { scriptPubKey } = htlcOf('p2wsh', blockHeight(4_321));
    const { height: fromHeight } = await node.tip();
    const watcher = watchScript(node, { scriptPubKey, fromHeight });
    await rpc('sendtoaddress', [addressOf(scriptPubKey, LITECOIN_REGTEST), '1.5'], 'hidden');
    // It is in the mempool, but no transaction of the base chain pays to the script yet.
    expect(await node.mempool()).toHaveLength(1);
    expect((await watcher.look()).fundings).toEqual([]);
    const [blockHash] = await regtest.mine('litecoin', 1);
    await expectBlockRead();
    expect((await watcher.look()).fundings).toMatchObject([
      { amountSat: 150_000_000n, confirmations: 1, blockHash, height: fromHeight + 1 },
    ]);
    expect((await watcher.look()).mempoolUnread).toBe(0);
  });
});
