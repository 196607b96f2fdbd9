import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type BitcoinNode,
  blockHeight,
  buildClaim,
  type ChainEvent,
  ChainError,
  createHtlc,
  type FundingTransaction,
  type Htlc,
  preimageFromWitness,
  scriptPubKeyOf,
  type SignedTransaction,
  watchScript,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { claimKey, preimage, termsOf } from './htlc-fixture.ts';
import { CHAINS, type Nodes, PARAMETERS, startNodes } from './nodes.ts';

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes();
});
afterAll(() => nodes[Symbol.asyncDispose]());

const AMOUNT = 500_000n;
let contracts = 1_000;

describe.each(CHAINS)('a watcher on a real %s node', (chain) => {
  const parameters = PARAMETERS[chain];
  const mine = (blocks: number, empty = false): Promise<string[]> =>
    nodes.regtest.mine(chain, blocks, { empty });

  /** A contract that no other test has, so that each test watches a script of its own. */
  function contract(): Htlc {
    contracts += 1;
    return createHtlc(termsOf(contracts % 2 === 0 ? 'p2tr' : 'p2wsh', blockHeight(contracts)));
  }

  async function pay(htlc: Htlc, amountSat = AMOUNT): Promise<FundingTransaction> {
    const { scriptPubKey } = htlc;
    const funding = await nodes.wallet(chain).fund({ scriptPubKey, amountSat, feerateSatPerKvb: 2_000n });
    expect(await nodes.node(chain).broadcast(funding.rawTransaction)).toEqual({ outcome: 'accepted' });
    return funding;
  }

  async function claim(htlc: Htlc, funding: FundingTransaction): Promise<SignedTransaction> {
    const spend = buildClaim({
      htlc,
      funding: { txid: funding.txid, vout: funding.vout, amountSat: AMOUNT },
      preimage,
      key: claimKey,
      destination: scriptPubKeyOf(await nodes.wallet(chain).newAddress(), parameters),
      feerateSatPerKvb: 2_000n,
      parameters,
    });
    expect(await nodes.node(chain).broadcast(spend.rawTransaction)).toEqual({ outcome: 'accepted' });
    return spend;
  }

  async function height(): Promise<number> {
    return (await nodes.node(chain).tip()).height;
  }

  it('sees a payment in the mempool, in a block, and its spend in the mempool and in a block', async () => {
    const htlc = contract();
    const node = nodes.node(chain);
    const from = (await height()) + 1;
    const watcher = watchScript(node, { scriptPubKey: htlc.scriptPubKey, fromHeight: from });
    expect((await watcher.look()).fundings).toEqual([]);
    const funding = await pay(htlc);
    const { txid, vout } = funding;
    expect((await watcher.look()).fundings).toEqual([{ txid, vout, amountSat: AMOUNT, confirmations: 0 }]);
    const [blockHash] = await mine(1);
    const confirmed = { txid, vout, amountSat: AMOUNT, confirmations: 1, blockHash, height: from };
    expect(await watcher.look()).toMatchObject({
      tip: { hash: blockHash, height: from },
      fundings: [confirmed],
      mempoolUnread: 0,
    });
    const spend = await claim(htlc, funding);
    const [waiting] = (await watcher.look()).fundings;
    expect(waiting).toMatchObject({ ...confirmed, spend: { txid: spend.txid, confirmations: 0 } });
    expect(preimageFromWitness(waiting?.spend?.witness ?? [], htlc.paymentHash)).toEqual(preimage);
    expect(waiting?.spend?.rawTransaction).toEqual(spend.rawTransaction);
    await mine(2, true);
    const [last] = await mine(1);
    const [done] = (await watcher.look()).fundings;
    expect(done).toMatchObject({
      confirmations: 4,
      spend: { txid: spend.txid, confirmations: 1, blockHash: last, height: from + 3 },
    });
    expect(done?.spend?.rawTransaction).toEqual(spend.rawTransaction);
  });

  it('gives the same picture when it starts late', async () => {
    const htlc = contract();
    const from = (await height()) + 1;
    const early = watchScript(nodes.node(chain), { scriptPubKey: htlc.scriptPubKey, fromHeight: from });
    await early.look();
    const funding = await pay(htlc);
    await mine(1);
    await early.look();
    await claim(htlc, funding);
    await mine(3);
    const late = watchScript(nodes.node(chain), { scriptPubKey: htlc.scriptPubKey, fromHeight: 0 });
    expect(await late.look()).toEqual(await early.look());
  });

  it('tells of every payment to the script', async () => {
    const htlc = contract();
    const watcher = watchScript(nodes.node(chain), {
      scriptPubKey: htlc.scriptPubKey,
      fromHeight: await height(),
    });
    const first = await pay(htlc);
    const second = await pay(htlc, 2n * AMOUNT);
    await mine(1);
    const third = await pay(htlc);
    const { fundings } = await watcher.look();
    expect(fundings.map(({ confirmations }) => confirmations)).toEqual([1, 1, 0]);
    expect(new Set(fundings.map(({ txid }) => txid))).toEqual(new Set([first.txid, second.txid, third.txid]));
    await mine(1);
  });

  it('unwinds a payment and its spend when a reorganisation undoes their blocks, and finds them again', async () => {
    const htlc = contract();
    const watcher = watchScript(nodes.node(chain), {
      scriptPubKey: htlc.scriptPubKey,
      fromHeight: await height(),
    });
    const funding = await pay(htlc);
    await mine(1);
    const spend = await claim(htlc, funding);
    await mine(1);
    const [before] = (await watcher.look()).fundings;
    expect(before).toMatchObject({ confirmations: 2, spend: { confirmations: 1 } });
    // The new branch is empty: the payment waits again. Its spend, which waits a block, cannot.
    await nodes.regtest.reorg(chain, 2, { keepTransactions: false });
    const [undone] = (await watcher.look()).fundings;
    expect(undone).toEqual({ txid: funding.txid, vout: funding.vout, amountSat: AMOUNT, confirmations: 0 });
    await mine(1);
    expect((await watcher.look()).fundings).toMatchObject([{ confirmations: 1 }]);
    expect(await nodes.node(chain).broadcast(spend.rawTransaction)).toEqual({ outcome: 'accepted' });
    expect((await watcher.look()).fundings).toMatchObject([
      { spend: { txid: spend.txid, confirmations: 0 } },
    ]);
    // Now the spend's block alone is undone: the spend waits again.
    await mine(1);
    await watcher.look();
    await nodes.regtest.reorg(chain, 1, { keepTransactions: false });
    expect((await watcher.look()).fundings).toMatchObject([
      { confirmations: 3, spend: { confirmations: 0 } },
    ]);
    await mine(1);
    expect((await watcher.look()).fundings).toMatchObject([
      { confirmations: 4, spend: { confirmations: 1 } },
    ]);
  });

  it('goes on from where it was after a node failed in the middle of a look', async () => {
    const htlc = contract();
    const real = nodes.node(chain);
    const from = await height();
    let failing = new Set<number>();
    let calls = 0;
    const countdown =
      <A extends readonly unknown[], R>(act: (...a: A) => Promise<R>) =>
      (...a: A): Promise<R> => {
        calls += 1;
        return failing.has(calls) ? Promise.reject(new ChainError('rpc-unreachable', 'gone')) : act(...a);
      };
    const flaky: BitcoinNode = {
      ...real,
      tip: countdown(() => real.tip()),
      blockHashAt: countdown((at: number) => real.blockHashAt(at)),
      block: countdown((hash: string) => real.block(hash)),
      transaction: countdown((txid: string) => real.transaction(txid)),
      mempool: countdown(() => real.mempool()),
    };
    const funding = await pay(htlc);
    await mine(2);
    await claim(htlc, funding);
    const expected = await watchScript(real, { scriptPubKey: htlc.scriptPubKey, fromHeight: from }).look();
    const watcher = watchScript(flaky, { scriptPubKey: htlc.scriptPubKey, fromHeight: from });
    // Every call fails once, one look after the other, until a look comes through.
    let failures = 0;
    for (;;) {
      failing = new Set([calls + failures + 1]);
      const start = calls;
      const outcome = await watcher.look().catch((error: unknown) => error);
      if (!(outcome instanceof Error)) {
        expect(outcome).toEqual(expected);
        break;
      }
      expect(outcome).toHaveProperty('code', 'rpc-unreachable');
      expect(calls - start).toBe(failures + 1);
      failures += 1;
    }
    expect(failures).toBeGreaterThan(3);
    await mine(1);
  });

  it('tells what happens as events, in order, and ends when told to', async () => {
    const htlc = contract();
    const node = nodes.node(chain);
    const watcher = watchScript(node, {
      scriptPubKey: htlc.scriptPubKey,
      fromHeight: await height(),
      pollMs: 20,
    });
    const stop = new AbortController();
    const told: ChainEvent[] = [];
    let wake = (): void => undefined;
    const listening = (async () => {
      for await (const event of watcher.events(stop.signal)) {
        told.push(event);
        wake();
      }
    })();
    let heard = 0;
    /** Waits for the next event of one of the names; what is told in between depends on when the looks fall. */
    const hear = async (...names: readonly string[]): Promise<void> => {
      for (;;) {
        const event = told[heard];
        if (event === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        heard += 1;
        if (names.includes('what' in event ? `${event.type} ${event.what}` : event.type)) return;
      }
    };
    const funding = await pay(htlc);
    await hear('seen');
    await mine(1);
    await hear('confirmed');
    const spend = await claim(htlc, funding);
    await hear('spent');
    await mine(1, true);
    await hear('confirmed');
    await mine(1);
    await hear('spend-confirmed');
    await nodes.regtest.reorg(chain, 1, { keepTransactions: false });
    // A look may fall between the block that went and the mempool that takes its transactions back.
    await hear('reorged spend', 'vanished spend');
    await mine(1);
    await hear('spend-confirmed');
    stop.abort();
    await listening;
    expect(told.some((event) => event.type === 'spent' && event.spend.txid === spend.txid)).toBe(true);
    expect(told.filter(({ type }) => type === 'tip').length).toBeGreaterThanOrEqual(4);
  });
});

describe('a watcher', () => {
  it('sees a spend replaced by another, and payments that a double spend makes vanish', async () => {
    const node = nodes.node('bitcoin');
    const wallet = nodes.wallet('bitcoin');
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_777)));
    const { height: fromHeight } = await node.tip();
    const watcher = watchScript(node, { scriptPubKey, fromHeight });
    const cheap = await wallet.fund({ scriptPubKey, amountSat: AMOUNT, feerateSatPerKvb: 1_000n });
    await node.broadcast(cheap.rawTransaction);
    expect((await watcher.look()).fundings).toHaveLength(1);
    const bumped = (await nodes
      .service('bitcoin')
      .rpc('bumpfee', [cheap.txid, { fee_rate: 20 }], 'party')) as { txid: string };
    expect((await watcher.look()).fundings.map(({ txid }) => txid)).toEqual([bumped.txid]);
    await nodes.regtest.mine('bitcoin', 1);
    expect((await watcher.look()).fundings).toMatchObject([{ txid: bumped.txid, confirmations: 1 }]);
  });

  it('looks for announced payments first', async () => {
    const node = nodes.node('bitcoin');
    const read: string[] = [];
    const recording: BitcoinNode = {
      ...node,
      transaction: (txid, blockHash) => {
        read.push(txid);
        return node.transaction(txid, blockHash);
      },
    };
    const wallet = nodes.wallet('bitcoin');
    const paid: FundingTransaction[] = [];
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_778)));
    for (let count = 0; count < 5; count += 1) {
      const funding = await wallet.fund({ scriptPubKey, amountSat: AMOUNT, feerateSatPerKvb: 1_000n });
      await node.broadcast(funding.rawTransaction);
      paid.push(funding);
    }
    const announced = paid.at(-1);
    if (announced === undefined) throw new Error('nothing paid');
    const { height: fromHeight } = await node.tip();
    const watcher = watchScript(recording, { scriptPubKey, fromHeight, extraOutpoints: [announced] });
    expect((await watcher.look()).fundings).toHaveLength(5);
    expect(read[0]).toBe(announced.txid);
    await nodes.regtest.mine('bitcoin', 1);
  });

  it('looks one after the other when asked at the same time', async () => {
    const node = nodes.node('litecoin');
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_779)));
    const watcher = watchScript(node, { scriptPubKey, fromHeight: 0 });
    const [first, second] = await Promise.all([watcher.look(), watcher.look()]);
    expect(first).toEqual(second);
  });

  it('starts over when a reorganisation undoes all that it remembers, here a chain exchanged for another', async () => {
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_780)));
    const wallet = nodes.wallet('bitcoin');
    const node = nodes.node('bitcoin');
    const { height: fromHeight } = await node.tip();
    const watcher = watchScript(node, { scriptPubKey, fromHeight: fromHeight + 1 });
    const funding = await wallet.fund({ scriptPubKey, amountSat: AMOUNT, feerateSatPerKvb: 1_000n });
    await node.broadcast(funding.rawTransaction);
    await nodes.regtest.mine('bitcoin', 2);
    expect((await watcher.look()).fundings).toMatchObject([{ confirmations: 2 }]);
    await nodes.regtest.reorg('bitcoin', 2, { keepTransactions: true });
    expect((await watcher.look()).fundings).toMatchObject([{ confirmations: 3 }]);
  });

  it('looks again when the chain is reorganised, or a block arrives, in the middle of a look', async () => {
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_784)));
    const wallet = nodes.wallet('bitcoin');
    const node = nodes.node('bitcoin');
    const { height } = await node.tip();
    const funding = await wallet.fund({ scriptPubKey, amountSat: AMOUNT, feerateSatPerKvb: 1_000n });
    await node.broadcast(funding.rawTransaction);
    await nodes.regtest.mine('bitcoin', 3);
    const disturbances = [
      () => nodes.regtest.reorg('bitcoin', 3, { keepTransactions: true }),
      () => nodes.regtest.reorg('bitcoin', 1, { keepTransactions: false }),
      () => nodes.regtest.mine('bitcoin', 1),
    ];
    const disturbed = <A extends readonly unknown[], R>(act: (...a: A) => Promise<R>) => {
      return async (...a: A): Promise<R> => {
        const answer = await act(...a);
        await disturbances.shift()?.();
        return answer;
      };
    };
    // The first look is disturbed after it read a block, after it asked for a hash, and after it listed the mempool.
    const shaken: BitcoinNode = {
      ...node,
      block: disturbed((hash: string) => node.block(hash)),
      blockHashAt: (at) =>
        disturbances.length === 2 ? disturbed(() => node.blockHashAt(at))() : node.blockHashAt(at),
      mempool: disturbed(() => node.mempool()),
    };
    const watcher = watchScript(shaken, { scriptPubKey, fromHeight: height + 1 });
    const view = await watcher.look();
    expect(disturbances).toEqual([]);
    expect(view).toEqual(await watchScript(node, { scriptPubKey, fromHeight: height + 1 }).look());
    expect(view.tip).toEqual(await node.tip());
    expect(view.fundings).toHaveLength(1);
  });

  it('starts over when the node has fewer blocks than before', async () => {
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_785)));
    const node = nodes.node('bitcoin');
    const { height, hash } = await node.tip();
    const watcher = watchScript(node, { scriptPubKey, fromHeight: height - 1 });
    await watcher.look();
    const rpc = (method: string): Promise<unknown> => nodes.service('bitcoin').rpc(method, [hash]);
    await rpc('invalidateblock');
    expect((await watcher.look()).tip.height).toBe(height - 1);
    await rpc('reconsiderblock');
    expect((await watcher.look()).tip).toMatchObject({ height, hash });
  });

  it('gives up when the chain never stands still', async () => {
    const node = nodes.node('bitcoin');
    let count = 0;
    const restless: BitcoinNode = {
      ...node,
      tip: async () => {
        count += 1;
        return { ...(await node.tip()), hash: count.toString(16).padStart(64, '0') };
      },
    };
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_781)));
    await expectChainError('watch-unsettled', () =>
      watchScript(restless, { scriptPubKey, fromHeight: 0 }).look(),
    );
  });

  it('refuses a block that is not the one asked for', async () => {
    const node = nodes.node('bitcoin');
    const lying: BitcoinNode = { ...node, block: async () => node.block(await node.blockHashAt(1)) };
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_782)));
    await expectChainError('block-malformed', () =>
      watchScript(lying, { scriptPubKey, fromHeight: 2 }).look(),
    );
  });

  it('tells once that the node is gone, goes on, and passes on what is no error of the chain', async () => {
    const node = nodes.node('bitcoin');
    const { scriptPubKey } = createHtlc(termsOf('p2tr', blockHeight(77_783)));
    let state: 'up' | 'down' | 'broken' = 'down';
    const { height: fromHeight } = await node.tip();
    const changing: BitcoinNode = {
      ...node,
      tip: () => {
        if (state === 'up') return node.tip();
        return Promise.reject(
          state === 'down' ? new ChainError('rpc-unreachable', 'gone') : new RangeError('a fault of ours'),
        );
      },
    };
    const events = watchScript(changing, { scriptPubKey, fromHeight, pollMs: 5 })
      .events()
      [Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({
      type: 'unavailable',
      error: { code: 'rpc-unreachable' },
    });
    setTimeout(() => (state = 'up'), 30);
    expect((await events.next()).value).toMatchObject({ type: 'tip' });
    state = 'broken';
    await expect(events.next()).rejects.toThrow(RangeError);
  });

  it.each([-1, 1.5, Number.NaN])('refuses to start at height %d', async (fromHeight) => {
    const node = nodes.node('bitcoin');
    await expectChainError('watch-height-invalid', () =>
      watchScript(node, { scriptPubKey: new Uint8Array(34), fromHeight }),
    );
  });
});
