import { startRegtest, type Regtest } from '@bitcoin-enterprise/tools/regtest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  BITCOIN_REGTEST,
  type BitcoinNode,
  checkInclusion,
  connectBitcoin,
  HeaderChain,
  headerRulesFor,
  parseBlockHeader,
  parseTransaction,
  proveInclusion,
  readHeaders,
  type RpcClient,
  transactionId,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes } from './hex.ts';

let regtest: Regtest;
let node: BitcoinNode;
beforeAll(async () => {
  regtest = await startRegtest({ chains: ['bitcoin'] });
  const { url, cookieFile } = regtest.bitcoin;
  node = await connectBitcoin({ url, auth: { cookieFile }, parameters: BITCOIN_REGTEST });
});
afterAll(() => regtest[Symbol.asyncDispose]());

const rules = headerRulesFor(BITCOIN_REGTEST);

/** A chain of the node's headers up to its tip. */
async function follow(chain: HeaderChain, from = 1): Promise<HeaderChain> {
  chain.accept(await readHeaders(node, from, (await node.tip()).height));
  return chain;
}

/** A node whose answers to one method are altered on their way. */
function tamperedWith(method: string, alter: (answer: unknown) => unknown): BitcoinNode {
  const rpc: RpcClient = {
    url: node.rpc.url,
    call: (name, parameters, parse, options) =>
      node.rpc.call(name, parameters, (answer) => parse(name === method ? alter(answer) : answer), options),
  };
  return { ...node, rpc };
}

describe('the headers of a real node', () => {
  it('are those that the node says, with the same work and the same median times', async () => {
    const chain = await follow(HeaderChain.fromGenesis(rules));
    const tip = await node.tip();
    expect(chain.tip).toMatchObject({ height: tip.height, hash: tip.hash });
    expect(chain.medianTimePast(tip.height)).toBe(tip.medianTimePast);
    for (const height of [0, 1, 9, 10, 11, 57, tip.height]) {
      const hash = await node.blockHashAt(height);
      const said = (await regtest.bitcoin.rpc('getblockheader', [hash])) as Record<string, unknown>;
      expect(chain.headerAt(height)).toMatchObject({
        hash,
        version: said.version,
        merkleRoot: said.merkleroot,
        time: said.time,
        nonce: said.nonce,
        bits: Number.parseInt(said.bits as string, 16),
      });
      expect(chain.medianTimePast(height)).toBe(said.mediantime);
      // The node counts the genesis block's work too.
      const work = BigInt(`0x${said.chainwork as string}`);
      if (height === tip.height) expect(chain.tip.work).toBe(work - 2n);
    }
  });

  it('are followed through a reorganisation to the chain with more work', async () => {
    const chain = await follow(HeaderChain.fromGenesis(rules));
    await regtest.mine('bitcoin', 3);
    await follow(chain, chain.tip.height - 5);
    const { height } = chain.tip;
    const { disconnected, connected } = await regtest.reorg('bitcoin', 3, { keepTransactions: false });
    expect(disconnected.map((hash) => chain.heightOf(hash))).toEqual([height - 2, height - 1, height]);
    const branch = await readHeaders(node, height - 2, height + 1);
    expect(chain.accept(branch.subarray(0, 240))).toEqual({ outcome: 'less-work' });
    expect(chain.accept(branch)).toEqual({ outcome: 'reorganised', removed: 3, added: 4 });
    expect(connected.map((hash) => chain.heightOf(hash))).toEqual([
      height - 2,
      height - 1,
      height,
      height + 1,
    ]);
    expect(disconnected.map((hash) => chain.heightOf(hash))).toEqual([undefined, undefined, undefined]);
  });

  it('are refused above the tip', async () => {
    const { height } = await node.tip();
    const error = await expectChainError('rpc-refused', () => readHeaders(node, height, height + 1));
    expect(error.rpcCode).toBe(-8);
  });
});

describe('a real node proves', () => {
  it.each([1, 2, 3, 8])('each of %i transactions of a block beside its coinbase', async (count) => {
    await regtest.createWallet('bitcoin', `payee ${count}`);
    const address = (await regtest.bitcoin.rpc('getnewaddress', [], `payee ${count}`)) as string;
    const sent: string[] = [];
    for (let index = 0; index < count; index += 1) {
      sent.push((await regtest.bitcoin.rpc('sendtoaddress', [address, '0.01'], 'miner')) as string);
    }
    const [blockHash = ''] = await regtest.mine('bitcoin', 1);
    const block = (await regtest.bitcoin.rpc('getblock', [blockHash])) as {
      tx: string[];
      merkleroot: string;
    };
    expect(block.tx.slice(1).toSorted()).toEqual(sent.toSorted());
    for (const [index, txid] of block.tx.entries()) {
      const inclusion = await proveInclusion(node, txid, blockHash);
      expect(inclusion.path.index).toBe(index);
      expect(transactionId(checkInclusion(block.merkleroot, inclusion))).toBe(txid);
      expect(parseTransaction(inclusion.coinbase).inputs[0]?.witness).toEqual([]);
    }
  });

  it('nothing of a transaction that is not in the block', async () => {
    const [one = '', other = ''] = await regtest.mine('bitcoin', 2);
    const { tx } = (await regtest.bitcoin.rpc('getblock', [other])) as { tx: [string] };
    await expectChainError('rpc-refused', () => proveInclusion(node, tx[0], one));
  });

  it('nothing when its answer is another', async () => {
    const [blockHash = '', after = ''] = await regtest.mine('bitcoin', 2);
    const { tx } = (await regtest.bitcoin.rpc('getblock', [blockHash])) as { tx: [string] };
    const [txid] = tx;
    const otherProof = async (): Promise<unknown> => {
      const { tx: others } = (await regtest.bitcoin.rpc('getblock', [after])) as { tx: [string] };
      return regtest.bitcoin.rpc('gettxoutproof', [others, after]);
    };
    const foreign = await otherProof();
    await expectChainError('merkle-proof-malformed', () =>
      proveInclusion(
        tamperedWith('gettxoutproof', () => foreign),
        txid,
        blockHash,
      ),
    );
    await expectChainError('merkle-proof-malformed', () =>
      proveInclusion(
        tamperedWith('gettxoutproof', (answer) => (answer as string).slice(2)),
        txid,
        blockHash,
      ),
    );
    const unknown = { ...node, transaction: () => Promise.resolve(undefined) };
    await expectChainError('merkle-proof-malformed', () => proveInclusion(unknown, txid, blockHash));
  });

  it('the block of a header that has its work', async () => {
    const { hash } = await node.tip();
    const raw = (await regtest.bitcoin.rpc('getblockheader', [hash, false])) as string;
    expect(parseBlockHeader(bytes(raw)).hash).toBe(hash);
    const short = tamperedWith('getblockheader', (answer) => (answer as string).slice(2));
    await expectChainError('header-malformed', () => readHeaders(short, 1, 1));
  });
});
