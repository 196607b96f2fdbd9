import { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';

import {
  BITCOIN_REGTEST,
  type BitcoinNode,
  connectBitcoin,
  openNodeWallet,
  type RpcAuth,
} from '../src/index.ts';
import { type AnsweringServer, answerWith, result } from './answering-server.ts';
import { expectChainError } from './expect-chain-error.ts';

const auth: RpcAuth = { username: 'u', password: SecretBytes.fromUtf8('p') };
const TXID = '11'.repeat(32);

/** What a method is answered with: a result, or an error. */
type Answers = Readonly<Record<string, { readonly result: string } | { readonly error: string }>>;

const HONEST: Answers = {
  getblockhash: { result: `"${BITCOIN_REGTEST.genesisHash}"` },
  getnetworkinfo: { result: '{"subversion":"/Liar:1.0/"}' },
};

async function serve(answers: Answers): Promise<AnsweringServer> {
  const all: Answers = { ...HONEST, ...answers };
  return answerWith((response, asked) => {
    const answer = all[asked.body.method] ?? { error: '{"code":-32601,"message":"Method not found"}' };
    if ('result' in answer) {
      result(response, asked, answer.result);
    } else {
      response.statusCode = 500;
      response.end(`{"result":null,"error":${answer.error},"id":${asked.body.id}}`);
    }
  });
}

function connect({ url }: AnsweringServer): Promise<BitcoinNode> {
  return connectBitcoin({ url, auth, parameters: BITCOIN_REGTEST });
}

describe('connecting to what is no node', () => {
  it('names a genesis that belongs to no known network', async () => {
    await using server = await serve({ getblockhash: { result: `"${'ab'.repeat(32)}"` } });
    const error = await expectChainError('wrong-network', () => connect(server));
    expect(error.value).toBe(`unknown network with genesis ${'ab'.repeat(32)}`);
  });

  it.each<Answers>([
    { getblockhash: { result: '"short"' } },
    { getblockhash: { result: 'null' } },
    { getnetworkinfo: { result: '[]' } },
    { getnetworkinfo: { result: '{"subversion":7}' } },
  ])('refuses %j, and says which call it was', async (answers) => {
    await using server = await serve(answers);
    const error = await expectChainError('rpc-malformed', () => connect(server));
    expect(error.message).toContain(Object.keys(answers)[0]);
    expect(error.limit).toBeDefined();
  });
});

describe('a node whose answers make no sense', () => {
  it.each<[string, Answers, (node: BitcoinNode) => Promise<unknown>]>([
    [
      'a header without a height',
      { getbestblockhash: { result: `"${TXID}"` }, getblockheader: { result: '{"mediantime":1,"time":1}' } },
      (node) => node.tip(),
    ],
    [
      'a negative height',
      {
        getbestblockhash: { result: `"${TXID}"` },
        getblockheader: { result: '{"height":-1,"mediantime":1,"time":1}' },
      },
      (node) => node.tip(),
    ],
    ['a block of half bytes', { getblock: { result: '"abc"' } }, (node) => node.block(TXID)],
    [
      'a mempool with something else in it',
      { getrawmempool: { result: `["${TXID}", 1]` } },
      (node) => node.mempool(),
    ],
    [
      'spenders of other outputs',
      { gettxspendingprevout: { result: `[{"txid":"${TXID}","vout":1}]` } },
      (node) => node.mempoolSpenders([{ txid: TXID, vout: 0 }]),
    ],
    [
      'an output of a fraction of a satoshi',
      { gettxout: { result: '{"value":0.000000001,"confirmations":1,"scriptPubKey":{"hex":"00"}}' } },
      (node) => node.unspentOutput({ txid: TXID, vout: 0 }),
    ],
    [
      'a floor without a number',
      {
        estimatesmartfee: { result: '{}' },
        getmempoolinfo: { result: '{"mempoolminfee":"x","minrelaytxfee":0.00001}' },
      },
      (node) => node.feerate(6),
    ],
    [
      'a transaction id of another form',
      { sendrawtransaction: { result: '"ok"' } },
      (node) => node.broadcast(new Uint8Array(1)),
    ],
  ])('is refused: %s', async (_name, answers, act) => {
    await using server = await serve(answers);
    const node = await connect(server);
    await expectChainError('rpc-malformed', () => act(node));
  });

  it('is asked nothing that it refuses for another reason', async () => {
    const error = '{"code":-20,"message":"out of something"}';
    await using server = await serve({
      getrawtransaction: { error },
      gettxspendingprevout: { error },
      sendrawtransaction: { error },
      getwalletinfo: { error },
    });
    const node = await connect(server);
    const outpoint = { txid: TXID, vout: 0 };
    for (const act of [
      () => node.transaction(TXID),
      () => node.mempoolSpenders([outpoint]),
      () => node.broadcast(new Uint8Array(1)),
      () => openNodeWallet(node, 'w'),
    ]) {
      expect(await expectChainError('rpc-refused', act)).toMatchObject({
        rpcCode: -20,
        value: 'out of something',
      });
    }
  });

  it.each(['txn-already-in-mempool', 'txn-already-known', 'txn-same-nonwitness-data-in-mempool'])(
    'has the transaction when it says %s',
    async (reason) => {
      await using server = await serve({
        sendrawtransaction: { error: `{"code":-26,"message":"${reason}"}` },
      });
      expect(await (await connect(server)).broadcast(new Uint8Array(1))).toEqual({
        outcome: 'already-known',
      });
    },
  );

  it('is no wallet when loading it fails for a reason beyond the node', async () => {
    await using server = await serve({
      getwalletinfo: { error: '{"code":-18,"message":"not loaded"}' },
      loadwallet: { error: '{"code":-28,"message":"Loading"}' },
    });
    const node = await connect(server);
    await expectChainError('rpc-warming-up', () => openNodeWallet(node, 'w'));
  });

  it('estimates below its own floor, and the floor is taken', async () => {
    await using server = await serve({
      estimatesmartfee: { result: '{"feerate":0.00000100,"blocks":6}' },
      getmempoolinfo: { result: '{"mempoolminfee":0.00005000,"minrelaytxfee":0.00001000}' },
    });
    const estimate = await (await connect(server)).feerate(6);
    expect(estimate).toEqual({ feerateSatPerKvb: 5_000n, source: 'estimate' });
  });
});
