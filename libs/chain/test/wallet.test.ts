import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type BitcoinNode,
  feeSat,
  type FundingWallet,
  openNodeWallet,
  parseTransaction,
  type RpcClient,
  type RpcParameter,
  serialise,
  sizeOf,
  type TransactionOutput,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { htlcOf } from './htlc-fixture.ts';
import { CHAINS, type Nodes, startNodes, WALLET } from './nodes.ts';

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes();
});
afterAll(() => nodes[Symbol.asyncDispose]());

const { scriptPubKey } = htlcOf('p2tr');
const FEERATE = 2_000n;

/** A node whose answers to one method are altered on their way: what a hostile or broken wallet could answer. */
function tamperedWith(node: BitcoinNode, method: string, alter: (answer: unknown) => unknown): BitcoinNode {
  const rpc: RpcClient = {
    url: node.rpc.url,
    call: (name, parameters, parse, options) =>
      node.rpc.call(name, parameters, (answer) => parse(name === method ? alter(answer) : answer), options),
  };
  return { ...node, rpc };
}

describe.each(CHAINS)('the wallet of a real %s node', (chain) => {
  const rpc = (method: string, parameters: readonly RpcParameter[] = [], wallet = WALLET): Promise<unknown> =>
    nodes.service(chain).rpc(method, parameters, wallet);

  async function otherWallet(name: string, amountSat: bigint): Promise<FundingWallet> {
    await nodes.regtest.createWallet(chain, name);
    if (amountSat > 0n) await nodes.regtest.fund(chain, name, amountSat);
    return openNodeWallet(nodes.node(chain), name);
  }

  it('tells its balance exactly', async () => {
    expect(await (await otherWallet('exact', 123_456_789n)).balanceSat()).toBe(123_456_789n);
  });

  it('funds a script with the amount asked for, change of its own, and keeps the inputs for it', async () => {
    const wallet = nodes.wallet(chain);
    const funding = await wallet.fund({ scriptPubKey, amountSat: 1_234_567n, feerateSatPerKvb: FEERATE });
    const transaction = parseTransaction(funding.rawTransaction);
    expect(transaction.outputs[funding.vout]).toEqual({ amountSat: 1_234_567n, scriptPubKey });
    expect(transaction.lockTime).toBe((await nodes.node(chain).tip()).height);
    expect(transaction.inputs.every(({ sequence }) => sequence === 0xffff_fffd)).toBe(true);
    expect(funding.virtualSize).toBe(sizeOf(transaction).virtualSize);
    expect(funding.feeSat).toBeGreaterThanOrEqual(feeSat(funding.virtualSize, FEERATE));
    expect(funding.feeSat).toBeLessThanOrEqual(feeSat(funding.virtualSize + 2, FEERATE));
    expect(await nodes.node(chain).mempool()).toEqual([]);
    const locked = transaction.inputs.map(({ txid, vout }) => ({ txid, vout }));
    expect(await rpc('listlockunspent')).toEqual(locked);
    await wallet.release(funding.rawTransaction);
    expect(await rpc('listlockunspent')).toEqual([]);
    await wallet.release(funding.rawTransaction);
  });

  it('puts the change now before, now behind the payment', async () => {
    const places = new Set<number>();
    for (let round = 0; round < 40 && places.size < 2; round += 1) {
      const wallet = nodes.wallet(chain);
      const funding = await wallet.fund({ scriptPubKey, amountSat: 1_000_000n, feerateSatPerKvb: FEERATE });
      await wallet.release(funding.rawTransaction);
      places.add(funding.vout);
    }
    expect(places).toEqual(new Set([0, 1]));
  });

  it('funds several scripts at the same time from different inputs', async () => {
    const wallet = nodes.wallet(chain);
    const request = { scriptPubKey, amountSat: 1_000_000n, feerateSatPerKvb: FEERATE };
    const fundings = await Promise.all([wallet.fund(request), wallet.fund(request), wallet.fund(request)]);
    const inputs = fundings.flatMap(({ rawTransaction }) => parseTransaction(rawTransaction).inputs);
    expect(new Set(inputs.map(({ txid, vout }) => `${txid}:${vout}`)).size).toBe(inputs.length);
    for (const { rawTransaction } of fundings) await wallet.release(rawTransaction);
  });

  it('frees what a crash left locked, and keeps what is still wanted', async () => {
    const wallet = nodes.wallet(chain);
    const request = { scriptPubKey, amountSat: 1_000_000n, feerateSatPerKvb: FEERATE };
    const [kept] = [await wallet.fund(request), await wallet.fund(request)];
    await wallet.releaseAllBut([kept.rawTransaction]);
    const wanted = parseTransaction(kept.rawTransaction).inputs.map(({ txid, vout }) => ({ txid, vout }));
    expect(await rpc('listlockunspent')).toEqual(wanted);
    await wallet.releaseAllBut([]);
    expect(await rpc('listlockunspent')).toEqual([]);
    await wallet.releaseAllBut([]);
  });

  it('refuses more than it has, and leaves nothing locked', async () => {
    const wallet = await otherWallet('small', 1_000_000n);
    for (const amountSat of [1_000_000n, 2_000_000n]) {
      await expectChainError('funds-insufficient', () =>
        wallet.fund({ scriptPubKey, amountSat, feerateSatPerKvb: FEERATE }),
      );
    }
    expect(await rpc('listlockunspent', [], 'small')).toEqual([]);
  });

  it('refuses dust, more than all coins, and a feerate below the relay minimum, before the node is asked', async () => {
    const wallet = nodes.wallet(chain);
    const request = { scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: FEERATE };
    const dust = chain === 'bitcoin' ? 330n : 3_300n;
    await expectChainError('output-below-dust', () => wallet.fund({ ...request, amountSat: dust - 1n }));
    await expectChainError('amount-out-of-range', () => wallet.fund({ ...request, amountSat: 10n ** 16n }));
    await expectChainError('feerate-below-minimum', () =>
      wallet.fund({ ...request, feerateSatPerKvb: 999n }),
    );
  });

  it('refuses a fee above what the caller allows, and frees the inputs', async () => {
    const request = { scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: FEERATE, maxFeeSat: 10n };
    const error = await expectChainError('fee-above-maximum', () => nodes.wallet(chain).fund(request));
    expect(error.limit).toBe('10 sat');
    expect(await rpc('listlockunspent')).toEqual([]);
  });

  it('refuses to fund from an input without witness: its id could change', async () => {
    await nodes.regtest.createWallet(chain, 'legacy');
    const address = (await rpc('getnewaddress', ['', 'legacy'], 'legacy')) as string;
    await rpc('sendtoaddress', [address, '1'], 'miner');
    await nodes.regtest.mine(chain, 1);
    const wallet = await openNodeWallet(nodes.node(chain), 'legacy');
    const request = { scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: FEERATE };
    await expectChainError('funding-malleable', () => wallet.fund(request));
    expect(await rpc('listlockunspent', [], 'legacy')).toEqual([]);
  });

  it('refuses to fund from an input that is not confirmed', async () => {
    const wallet = await otherWallet('chained', 1_000_000n);
    const request = { scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: FEERATE };
    const first = await wallet.fund(request);
    await nodes.node(chain).broadcast(first.rawTransaction);
    await expectChainError('funding-unconfirmed', () => wallet.fund(request));
    await nodes.regtest.mine(chain, 1);
    expect((await wallet.fund(request)).feeSat).toBeGreaterThan(0n);
  });

  it('is refused while its passphrase locks it', async () => {
    const wallet = await otherWallet('locked', 1_000_000n);
    await rpc('encryptwallet', ['open sesame'], 'locked');
    const request = { scriptPubKey, amountSat: 100_000n, feerateSatPerKvb: FEERATE };
    await rpc('keypoolrefill', [], 'locked').catch(() => undefined);
    const error = await expectChainError('wallet-locked', () => wallet.fund(request));
    expect(error.rpcCode).toBe(-13);
    await rpc('walletpassphrase', ['open sesame', 60], 'locked');
    expect((await wallet.fund(request)).feeSat).toBeGreaterThan(0n);
  });

  it('is loaded when the node has it on disk only, and refused when it has it nowhere', async () => {
    await nodes.regtest.createWallet(chain, 'sleeping');
    await nodes.service(chain).rpc('unloadwallet', ['sleeping']);
    expect(await (await openNodeWallet(nodes.node(chain), 'sleeping')).balanceSat()).toBe(0n);
    const error = await expectChainError('wallet-missing', () => openNodeWallet(nodes.node(chain), 'nobody'));
    expect(error.value).toBe('nobody');
  });

  it('is not believed when it pays another amount, another script, twice, or change to somebody else', async () => {
    const node = nodes.node(chain);
    const request = { scriptPubKey, amountSat: 1_000_000n, feerateSatPerKvb: FEERATE };
    const ours = { amountSat: 1_000_000n, scriptPubKey };
    const altered = (
      alter: (outputs: readonly TransactionOutput[]) => readonly TransactionOutput[],
    ): BitcoinNode =>
      tamperedWith(node, 'signrawtransactionwithwallet', (answer) => {
        const signed = answer as { hex: string };
        const transaction = parseTransaction(bytes(signed.hex));
        return { ...signed, hex: hex(serialise({ ...transaction, outputs: alter(transaction.outputs) })) };
      });
    const isOurs = (output: TransactionOutput): boolean => hex(output.scriptPubKey) === hex(scriptPubKey);
    const hostile = [
      altered((outputs) =>
        outputs.map((output) => (isOurs(output) ? { ...ours, amountSat: 999_999n } : output)),
      ),
      altered((outputs) => outputs.filter((output) => !isOurs(output))),
      altered((outputs) => [...outputs, ours]),
      // Change that was not there: more than all the coins of the wallet.
      altered((outputs) =>
        outputs.map((output) => (isOurs(output) ? output : { ...output, amountSat: 10n ** 12n })),
      ),
    ];
    for (const wrong of hostile) {
      const wallet = await openNodeWallet(wrong, WALLET);
      await expectChainError('funding-altered', () => wallet.fund(request));
    }
    const stranger = tamperedWith(node, 'getaddressinfo', (answer) => ({
      ...(answer as object),
      ismine: false,
    }));
    await expectChainError('funding-altered', async () =>
      (await openNodeWallet(stranger, WALLET)).fund(request),
    );
    const idle = tamperedWith(node, 'signrawtransactionwithwallet', (answer) => ({
      ...(answer as object),
      complete: false,
    }));
    await expectChainError('wallet-cannot-sign', async () =>
      (await openNodeWallet(idle, WALLET)).fund(request),
    );
    expect(await rpc('listlockunspent')).toEqual([]);
  });

  it('is not believed when it gives an address of another network', async () => {
    const foreign = tamperedWith(
      nodes.node(chain),
      'getnewaddress',
      () => 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    );
    const wallet = await openNodeWallet(foreign, WALLET);
    await expectChainError('address-wrong-network', () => wallet.newAddress());
  });
});
