import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  MINER_WALLET,
  START_TIME,
  startRegtest,
  TARGET_SPACING_SECONDS,
  type ChainName,
  type Regtest,
} from '../regtest.ts';

let regtest: Regtest;
beforeAll(async () => {
  regtest = await startRegtest();
});
afterAll(() => regtest[Symbol.asyncDispose]());

/**
 * An output that anyone can spend who shows its one leaf, OP_TRUE: internal key H of BIP341, output key
 * H + int(hash_TapTweak(H || hash_TapLeaf(0xc0 || 0x01 || 0x51)))G, whose Y is odd.
 */
const TRUE_LEAF = {
  internalKey: '50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0',
  outputKey: 'f855ca43402fb99cde0e3e634b175642561ff584fe76d1686630d8fd2ea93b36',
  address: {
    bitcoin: 'bcrt1plp2u5s6q97ueehsw8e35k96kgftplavylemdz6rxxrv06t4f8vmq33c9jr',
    litecoin: 'rltc1plp2u5s6q97ueehsw8e35k96kgftplavylemdz6rxxrv06t4f8vmqejj6aw',
  },
};

/** A transaction of one input with that input's witness (BIP144): items of less than 253 bytes, in hex. */
function withWitness(raw: string, items: readonly string[]): string {
  const count = (length: number): string => length.toString(16).padStart(2, '0');
  const witness = count(items.length) + items.map((item) => count(item.length / 2) + item).join('');
  return `${raw.slice(0, 8)}0001${raw.slice(8, -8)}${witness}${raw.slice(-8)}`;
}

const both = ['bitcoin', 'litecoin'] as const;

async function tip(
  chain: ChainName,
): Promise<{ hash: string; height: number; time: number; mediantime: number; tx: string[] }> {
  const hash = await regtest[chain].rpc('getbestblockhash');
  return (await regtest[chain].rpc('getblock', [hash])) as Awaited<ReturnType<typeof tip>>;
}

async function confirmations(chain: ChainName, wallet: string, txid: string): Promise<number> {
  return ((await regtest[chain].rpc('gettransaction', [txid], wallet)) as { confirmations: number })
    .confirmations;
}

async function wallet(chain: ChainName, name: string): Promise<(amountCoins: string) => Promise<string>> {
  await regtest.createWallet(chain, name);
  return async (amountCoins) => {
    const address = await regtest[chain].rpc('getnewaddress', [], name);
    return (await regtest[chain].rpc('sendtoaddress', [address, amountCoins], MINER_WALLET)) as string;
  };
}

describe.each(both)('a fresh %s regtest', (chain) => {
  it('starts at the same height, time and balance every time', async () => {
    await using fresh = await startRegtest({ chains: [chain] });
    expect(await fresh[chain].rpc('getblockcount')).toBe(110);
    expect(await fresh[chain].rpc('getbalance', [], MINER_WALLET)).toBe(500);
    const median = await fresh.medianTime(chain);
    expect(median).toBeGreaterThanOrEqual(START_TIME);
    expect(median).toBeLessThan(START_TIME + 60);
    expect(() => fresh[chain === 'bitcoin' ? 'litecoin' : 'bitcoin']).toThrow(RangeError);
  });

  it('begins at another time when asked to', async () => {
    await using fresh = await startRegtest({ chains: [chain], startTime: 1_900_000_000 });
    expect(await fresh.medianTime(chain)).toBeGreaterThanOrEqual(1_900_000_000);
    expect(await fresh[chain].rpc('getbalance', [], MINER_WALLET)).toBe(500);
  });
});

describe.each(both)('on %s', (chain) => {
  it('mined blocks are spaced as asked, and as on the main network when nothing is asked', async () => {
    const start = await tip(chain);
    const [first = '', second = ''] = await regtest.mine(chain, 2);
    const time = async (hash: string): Promise<number> =>
      ((await regtest[chain].rpc('getblockheader', [hash])) as { time: number }).time;
    expect((await time(second)) - (await time(first))).toBe(TARGET_SPACING_SECONDS[chain]);
    const blocks = await regtest.mine(chain, 3, { timeStepSeconds: 7 });
    expect((await time(blocks[2] ?? '')) - (await time(second))).toBe(21);
    expect((await tip(chain)).height).toBe(start.height + 5);
  });

  it('median time past reaches a target exactly, with six blocks, and never goes back', async () => {
    const start = await tip(chain);
    const target = start.time + 86_400;
    expect(await regtest.advanceMedianTime(chain, target)).toHaveLength(6);
    expect(await regtest.medianTime(chain)).toBe(target);
    expect(await regtest.advanceMedianTime(chain, target)).toEqual([]);
    await regtest.mine(chain, 1);
    expect(await regtest.medianTime(chain)).toBeGreaterThanOrEqual(target);
  });

  it('median time past advances by as little as a second', async () => {
    const target = (await regtest.medianTime(chain)) + 1;
    await regtest.advanceMedianTime(chain, target);
    expect(await regtest.medianTime(chain)).toBeGreaterThanOrEqual(target);
  });

  it('the clock that was set is the time that the next block follows', async () => {
    const time = (await tip(chain)).time + 5_000;
    await regtest.setTime(chain, time);
    await regtest.mine(chain, 1, { timeStepSeconds: 10 });
    expect((await tip(chain)).time).toBe(time + 10);
  });

  it('funds arrive to the satoshi, split and confirmed, and other payments stay in the mempool', async () => {
    await regtest.createWallet(chain, 'funded');
    const amountsSat = async (): Promise<bigint[]> => {
      const unspent = (await regtest[chain].rpc('listunspent', [1], 'funded')) as { amount: number }[];
      return unspent.map(({ amount }) => BigInt(Math.round(amount * 1e8))).sort();
    };
    const txid = await regtest.fund(chain, 'funded', 1_234_567_891n, { outputs: 4 });
    expect(await confirmations(chain, 'funded', txid)).toBe(1);
    expect(await amountsSat()).toEqual([308_641_972n, 308_641_972n, 308_641_972n, 308_641_975n]);

    const address = await regtest[chain].rpc('getnewaddress', [], MINER_WALLET);
    const waiting = await regtest[chain].rpc('sendtoaddress', [address, '0.5'], 'funded');
    await regtest.fund(chain, 'funded', 100_000n);
    expect(await regtest.mempool(chain)).toEqual([waiting]);
    expect(await amountsSat()).toContain(100_000n);
    await regtest.mine(chain, 1);
    expect(await regtest.mempool(chain)).toEqual([]);
  });

  it('funds that are paid from unconfirmed change are confirmed together with what they come from', async () => {
    const pay = await wallet(chain, 'from change');
    const parent = await pay('1');
    const coins = await regtest[chain].rpc('listunspent', [1], MINER_WALLET);
    await regtest[chain].rpc('lockunspent', [false, coins], MINER_WALLET);
    const txid = await regtest.fund(chain, 'from change', 50_000n);
    await regtest[chain].rpc('lockunspent', [true], MINER_WALLET);
    expect(await confirmations(chain, 'from change', parent)).toBe(1);
    expect(await confirmations(chain, 'from change', txid)).toBe(1);
  });

  it('Taproot is enforced: an output is spent by its script path, and not by a wrong proof of it', async () => {
    const address = TRUE_LEAF.address[chain];
    const txid = (await regtest[chain].rpc('sendtoaddress', [address, '1'], MINER_WALLET)) as string;
    const [block] = await regtest.mine(chain, 1);
    const funding = (await regtest[chain].rpc('getrawtransaction', [txid, true, block])) as {
      vout: { n: number; scriptPubKey: { hex: string } }[];
    };
    const vout = funding.vout.find(
      ({ scriptPubKey }) => scriptPubKey.hex === `5120${TRUE_LEAF.outputKey}`,
    )?.n;
    const destination = await regtest[chain].rpc('getnewaddress', [], MINER_WALLET);
    const raw = (await regtest[chain].rpc('createrawtransaction', [
      [{ txid, vout }],
      [{ [destination as string]: '0.999' }],
    ])) as string;

    await expect(
      regtest[chain].rpc('sendrawtransaction', [withWitness(raw, ['51', `c0${TRUE_LEAF.internalKey}`])]),
    ).rejects.toMatchObject({ code: 'rpc-refused' });
    const spend = await regtest[chain].rpc('sendrawtransaction', [
      withWitness(raw, ['51', `c1${TRUE_LEAF.internalKey}`]),
    ]);
    await regtest.mine(chain, 1);
    expect(await confirmations(chain, MINER_WALLET, spend as string)).toBe(1);
  });

  it('a reorg takes a confirmation back, and an empty branch leaves the payment waiting', async () => {
    const pay = await wallet(chain, 'reorged');
    const txid = await pay('1');
    const [block] = await regtest.mine(chain, 1);
    await regtest.mine(chain, 2);
    expect(await confirmations(chain, 'reorged', txid)).toBe(3);
    const before = await tip(chain);

    const reorg = await regtest.reorg(chain, 3, { keepTransactions: false });
    expect(reorg.disconnected[0]).toBe(block);
    expect(reorg.disconnected.at(-1)).toBe(before.hash);
    expect(reorg.connected).toHaveLength(4);
    expect(reorg.txids).toContain(txid);
    expect(await tip(chain)).toMatchObject({ hash: reorg.connected[3], height: before.height + 1 });
    expect((await tip(chain)).time).toBeGreaterThan(before.time);
    expect(await confirmations(chain, 'reorged', txid)).toBe(0);
    expect(await regtest.mempool(chain)).toContain(txid);
  });

  it('a reorg that keeps transactions confirms them in other blocks, however deep it is', async () => {
    const pay = await wallet(chain, 'kept');
    // Old enough coins: a coinbase that is just mature would not be any more on the shorter branch.
    await regtest.mine(chain, 14);
    const txid = await pay('1');
    const [block] = await regtest.mine(chain, 1);
    await regtest.mine(chain, 11, { empty: true });

    const reorg = await regtest.reorg(chain, 12, { keepTransactions: true });
    expect(reorg.txids).toContain(txid);
    const found = (await regtest[chain].rpc('gettransaction', [txid], 'kept')) as { blockhash: string };
    expect(found.blockhash).not.toBe(block);
    expect(reorg.connected).toContain(found.blockhash);
    const tips = (await regtest[chain].rpc('getchaintips')) as { hash: string; status: string }[];
    expect(tips.find(({ hash }) => hash === reorg.disconnected.at(-1))?.status).toBe('valid-fork');
  });

  it('a reorg of no blocks, of part of one, or of more than there are is refused', async () => {
    for (const depth of [0, -1, 1.5, 10_000]) {
      await expect(regtest.reorg(chain, depth, { keepTransactions: false })).rejects.toThrow(RangeError);
    }
  });

  it('what changes the chain runs one after the other', async () => {
    const { height } = await tip(chain);
    const times = (await regtest.medianTime(chain)) + 10_000;
    await Promise.all([
      regtest.mine(chain, 3),
      regtest.advanceMedianTime(chain, times),
      regtest.mine(chain, 2),
      regtest.reorg(chain, 1, { keepTransactions: true }),
    ]);
    expect((await tip(chain)).height).toBe(height + 3 + 6 + 2 + 1);
    expect(await regtest.medianTime(chain)).toBeGreaterThanOrEqual(times);
  });

  it('the chain goes on after a step that failed', async () => {
    await expect(regtest.fund(chain, 'no such wallet', 1n)).rejects.toMatchObject({ code: 'rpc-refused' });
    expect(await regtest.mine(chain, 1)).toHaveLength(1);
  });
});

it('both chains stop together and leave no folder', async () => {
  const started = await startRegtest();
  const folders = both.map((chain) => started[chain].service.dataFolder);
  await started[Symbol.asyncDispose]();
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

it('when one chain cannot start, the other is stopped and the reason is given', async () => {
  const children = (): string =>
    spawnSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).stdout;
  const nodes = (): number =>
    children()
      .split('\n')
      .filter((line) => line.includes('-regtest')).length;
  const before = nodes();
  vi.stubEnv('LITECOIND', '/bin/false');
  try {
    await expect(startRegtest()).rejects.toMatchObject({ code: 'service-exited' });
  } finally {
    vi.unstubAllEnvs();
  }
  expect(nodes()).toBe(before);
  expect(before).toBe(2);
});
