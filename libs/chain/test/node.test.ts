import { join } from 'node:path';
import { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  BITCOIN_REGTEST,
  BITCOIN_SIGNET,
  connectBitcoin,
  feeSat,
  parseTransaction,
  scriptPubKeyOf,
} from '../src/index.ts';
import { readBlockLink, readBlockTransactions } from '../src/block/block.ts';
import { expectChainError } from './expect-chain-error.ts';
import { CHAINS, type Nodes, PARAMETERS, startNodes } from './nodes.ts';

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes();
});
afterAll(() => nodes[Symbol.asyncDispose]());

describe.each(CHAINS)('a real %s node', (chain) => {
  const parameters = PARAMETERS[chain];

  it('tells its tip, all of one header', async () => {
    const tip = await nodes.node(chain).tip();
    const header = await nodes.service(chain).rpc('getblockheader', [tip.hash]);
    expect(header).toMatchObject({ height: tip.height, mediantime: tip.medianTimePast, time: tip.time });
    expect(await nodes.node(chain).blockHashAt(tip.height)).toBe(tip.hash);
    expect(await nodes.node(chain).blockHashAt(0)).toBe(parameters.genesisHash);
  });

  it('names itself', () => {
    expect(nodes.node(chain).subversion).toMatch(chain === 'bitcoin' ? /^\/Satoshi:/ : /^\/LitecoinCore:/);
  });

  it('refuses a height above the tip', async () => {
    const error = await expectChainError('rpc-refused', () => nodes.node(chain).blockHashAt(1_000_000));
    expect(error.rpcCode).toBe(-8);
  });

  it('gives blocks whose transactions hash to their Merkle root', async () => {
    const node = nodes.node(chain);
    const { height, hash } = await node.tip();
    const block = await node.block(hash);
    expect(readBlockLink(block)).toEqual({ hash, previousHash: await node.blockHashAt(height - 1) });
    const expected = (await nodes.service(chain).rpc('getblock', [hash, 1])) as { tx: string[] };
    expect(readBlockTransactions(block, parameters).map(({ txid }) => txid)).toEqual(expected.tx);
    expect(expected.tx.length).toBeGreaterThan(1);
  });

  it('falls back to twice its floor where it cannot estimate', async () => {
    const { relayfee } = (await nodes.service(chain).rpc('getnetworkinfo')) as { relayfee: number };
    expect(await nodes.node(chain).feerate(6)).toEqual({
      feerateSatPerKvb: 2n * BigInt(Math.round(relayfee * 1e8)),
      source: 'floor',
    });
  });

  it('knows transactions of the mempool and of a block that is named, and no others', async () => {
    const node = nodes.node(chain);
    const wallet = nodes.wallet(chain);
    const scriptPubKey = scriptPubKeyOf(await wallet.newAddress(), parameters);
    const funding = await wallet.fund({ scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: 2_000n });
    expect(await node.transaction(funding.txid)).toBeUndefined();
    await node.broadcast(funding.rawTransaction);
    expect(await node.transaction(funding.txid)).toEqual({
      rawTransaction: funding.rawTransaction,
      confirmations: 0,
    });
    expect(await node.mempool()).toEqual([funding.txid]);
    expect(await node.unspentOutput(funding)).toBeUndefined();
    const [hash = ''] = await nodes.regtest.mine(chain, 1);
    expect(await node.transaction(funding.txid, hash)).toMatchObject({ confirmations: 1, blockHash: hash });
    expect(await node.transaction(funding.txid, parameters.genesisHash)).toBeUndefined();
    expect(await node.unspentOutput(funding)).toEqual({
      amountSat: 100_000n,
      scriptPubKey,
      confirmations: 1,
    });
  });

  it('takes the same transaction again and again, also once it is in a block', async () => {
    const node = nodes.node(chain);
    const wallet = nodes.wallet(chain);
    const scriptPubKey = scriptPubKeyOf(await wallet.newAddress(), parameters);
    const { rawTransaction } = await wallet.fund({
      scriptPubKey,
      amountSat: 100_000n,
      feerateSatPerKvb: 2_000n,
    });
    expect(await node.broadcast(rawTransaction)).toEqual({ outcome: 'accepted' });
    expect(['accepted', 'already-known']).toContain((await node.broadcast(rawTransaction)).outcome);
    await nodes.regtest.mine(chain, 1);
    expect(await node.broadcast(rawTransaction)).toEqual({ outcome: 'already-known' });
  });

  it('refuses garbage, and spends of what is not there, as an outcome', async () => {
    const node = nodes.node(chain);
    expect(await node.broadcast(Uint8Array.of(1, 2, 3))).toMatchObject({ outcome: 'refused', code: -22 });
    const wallet = nodes.wallet(chain);
    const scriptPubKey = scriptPubKeyOf(await wallet.newAddress(), parameters);
    const { rawTransaction } = await wallet.fund({
      scriptPubKey,
      amountSat: 100_000n,
      feerateSatPerKvb: 2_000n,
    });
    await wallet.release(rawTransaction);
    const orphan = rawTransaction.slice();
    // The first byte of the first input's transaction id, behind version, marker, flag and count.
    orphan[7] = (orphan[7] ?? 0) ^ 0xff;
    expect(await node.broadcast(orphan)).toMatchObject({ outcome: 'refused', code: -25 });
  });

  it('is refused when it is on another network', async () => {
    const { url, cookieFile } = nodes.service(chain);
    const error = await expectChainError('wrong-network', () =>
      connectBitcoin({ url, auth: { cookieFile }, parameters: BITCOIN_SIGNET }),
    );
    expect(error).toMatchObject({ value: `${chain}/regtest`, limit: 'bitcoin/signet' });
  });

  it('refuses a wrong password', async () => {
    const { url } = nodes.service(chain);
    const password = SecretBytes.fromUtf8('not the password');
    const error = await expectChainError('rpc-unauthorized', () =>
      connectBitcoin({ url, auth: { username: '__cookie__', password }, parameters }),
    );
    expect(error.message).not.toContain('not the password');
  });

  it('cannot be connected to without its cookie', async () => {
    const { url, service } = nodes.service(chain);
    const cookieFile = join(service.dataFolder, 'no-cookie');
    await expectChainError('rpc-cookie-missing', () =>
      connectBitcoin({ url, auth: { cookieFile }, parameters }),
    );
  });
});

describe('asking which waiting transaction spends an output', () => {
  it('is possible on Bitcoin Core 24 and its descendants, not on Litecoin Core 0.21', async () => {
    const outpoint = { txid: '11'.repeat(32), vout: 0 };
    expect(await nodes.node('bitcoin').mempoolSpenders([outpoint])).toEqual([undefined]);
    expect(await nodes.node('bitcoin').mempoolSpenders([])).toEqual([]);
    expect(await nodes.node('litecoin').mempoolSpenders([outpoint])).toBeUndefined();
  });
});

describe('a fee estimate', () => {
  it('is the node’s own once it has seen enough blocks', async () => {
    const wallet = nodes.wallet('bitcoin');
    const node = nodes.node('bitcoin');
    const scriptPubKey = scriptPubKeyOf(await wallet.newAddress(), BITCOIN_REGTEST);
    for (let block = 0; block < 12; block += 1) {
      for (let count = 0; count < 3; count += 1) {
        const paid = await wallet.fund({ scriptPubKey, amountSat: 50_000n, feerateSatPerKvb: 20_000n });
        await node.broadcast(paid.rawTransaction);
        expect(paid.feeSat).toBeGreaterThanOrEqual(feeSat(paid.virtualSize, 20_000n) - 10n);
        expect(parseTransaction(paid.rawTransaction).lockTime).toBe((await node.tip()).height);
      }
      await nodes.regtest.mine('bitcoin', 1);
    }
    const estimate = await node.feerate(6);
    expect(estimate.source).toBe('estimate');
    expect(estimate.feerateSatPerKvb).toBeGreaterThan(10_000n);
    expect(estimate.feerateSatPerKvb).toBeLessThan(40_000n);
  });
});

describe('a node that stops', () => {
  it('is unreachable', async () => {
    await using own = await startNodes(['bitcoin']);
    const node = own.node('bitcoin');
    await node.tip();
    await own.service('bitcoin').service.kill();
    await expectChainError('rpc-unreachable', () => node.tip());
  });
});
