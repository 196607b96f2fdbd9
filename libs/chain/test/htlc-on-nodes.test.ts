import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  blockHeight,
  buildClaim,
  buildRefund,
  claimVirtualSize,
  type Htlc,
  parseTransaction,
  preimageFromWitness,
  refundVirtualSize,
  scriptPubKeyOf,
  serialise,
  type SignedTransaction,
  sizeOf,
  type Transaction,
  unixSeconds,
} from '../src/index.ts';
import { claimKey, htlcOf, preimage, refundKey } from './htlc-fixture.ts';
import { type Nodes, PARAMETERS, startNodes } from './nodes.ts';

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes();
});
afterAll(() => nodes[Symbol.asyncDispose]());

const AMOUNT = 1_000_000n;
const FEERATE = 3_000n;

describe.each(['bitcoin', 'litecoin'] as const)('on a real %s node', (chain) => {
  const parameters = PARAMETERS[chain];

  async function lock(htlc: Htlc): Promise<{ txid: string; vout: number; amountSat: bigint }> {
    const wallet = nodes.wallet(chain);
    const funding = await wallet.fund({
      scriptPubKey: htlc.scriptPubKey,
      amountSat: AMOUNT,
      feerateSatPerKvb: FEERATE,
    });
    expect(await nodes.node(chain).broadcast(funding.rawTransaction)).toEqual({ outcome: 'accepted' });
    return { txid: funding.txid, vout: funding.vout, amountSat: AMOUNT };
  }

  async function destination(): Promise<Uint8Array> {
    return scriptPubKeyOf(await nodes.wallet(chain).newAddress(), parameters);
  }

  async function confirm(): Promise<void> {
    await nodes.regtest.mine(chain, 1);
  }

  async function expectRefused(rawTransaction: Uint8Array, reason: string): Promise<void> {
    const outcome = await nodes.node(chain).broadcast(rawTransaction);
    expect(outcome).toMatchObject({ outcome: 'refused', code: -26 });
    expect(outcome).toHaveProperty('reason', expect.stringContaining(reason));
  }

  /** The node's own figures for a transaction that it has, which need not be ours. */
  async function expectNodeAgrees(spend: SignedTransaction): Promise<void> {
    const node = nodes.node(chain);
    const decoded = await nodes
      .service(chain)
      .rpc('decoderawtransaction', [Buffer.from(spend.rawTransaction).toString('hex')]);
    expect(decoded).toMatchObject({ txid: spend.txid, vsize: spend.virtualSize });
    expect(await node.mempool()).toContain(spend.txid);
  }

  describe.each(['p2wsh', 'p2tr'] as const)('a contract on %s', (script) => {
    it('is claimed with the preimage, from one confirmation on, and the chain reveals the preimage', async () => {
      const htlc = htlcOf(script, blockHeight(5_000));
      const funding = await lock(htlc);
      const request = {
        htlc,
        funding,
        preimage,
        key: claimKey,
        destination: await destination(),
        feerateSatPerKvb: FEERATE,
        parameters,
        lockTime: (await nodes.node(chain).tip()).height,
      };
      const claim = buildClaim(request);
      // 1 CHECKSEQUENCEVERIFY: the funding is in the mempool only.
      await expectRefused(claim.rawTransaction, 'non-BIP68-final');
      await confirm();
      expect(await nodes.node(chain).broadcast(claim.rawTransaction)).toEqual({ outcome: 'accepted' });
      await expectNodeAgrees(claim);
      expect(claim.virtualSize).toBeGreaterThanOrEqual(claimVirtualSize(htlc, request.destination) - 1);
      const seen = await nodes.node(chain).transaction(claim.txid);
      const [input] = parseTransaction(seen?.rawTransaction ?? new Uint8Array(0), parameters).inputs;
      expect(preimageFromWitness(input?.witness ?? [], htlc.paymentHash)).toEqual(preimage);
      await confirm();
      expect(await nodes.node(chain).unspentOutput({ txid: claim.txid, vout: 0 })).toMatchObject({
        amountSat: AMOUNT - claim.feeSat,
        confirmations: 1,
      });
    });

    it('is replaced by a claim that pays more, where nodes take replacements', async () => {
      const htlc = htlcOf(script, blockHeight(5_001));
      const funding = await lock(htlc);
      await confirm();
      const common = { htlc, funding, preimage, key: claimKey, destination: await destination(), parameters };
      const cheap = buildClaim({ ...common, feerateSatPerKvb: 2_000n });
      const urgent = buildClaim({ ...common, feerateSatPerKvb: 10_000n });
      expect(await nodes.node(chain).broadcast(cheap.rawTransaction)).toEqual({ outcome: 'accepted' });
      const outcome = await nodes.node(chain).broadcast(urgent.rawTransaction);
      const conflict = { outcome: 'refused', code: -26, reason: 'txn-mempool-conflict' };
      expect(outcome).toEqual(parameters.takesReplacements ? { outcome: 'accepted' } : conflict);
      const waiting = parameters.takesReplacements ? urgent : cheap;
      expect(await nodes.node(chain).mempool()).toEqual([waiting.txid]);
      await confirm();
    });

    it('is refunded when median time past has passed the lock time, and not before', async () => {
      const start = await nodes.regtest.medianTime(chain);
      const lockTime = unixSeconds(start + 100_000);
      const htlc = htlcOf(script, lockTime);
      const funding = await lock(htlc);
      await confirm();
      const request = {
        htlc,
        funding,
        key: refundKey,
        destination: await destination(),
        feerateSatPerKvb: FEERATE,
        parameters,
      };
      const refund = buildRefund(request);
      await expectRefused(refund.rawTransaction, 'non-final');
      // A block needs a lock time below the median time past: equal is not enough.
      await nodes.regtest.advanceMedianTime(chain, lockTime + 1);
      expect(await nodes.node(chain).broadcast(refund.rawTransaction)).toEqual({ outcome: 'accepted' });
      await expectNodeAgrees(refund);
      expect(refund.virtualSize).toBeGreaterThanOrEqual(refundVirtualSize(htlc, request.destination) - 1);
      await confirm();
    });

    it('is refunded at a block height', async () => {
      const { height } = await nodes.node(chain).tip();
      const htlc = htlcOf(script, blockHeight(height + 3));
      const funding = await lock(htlc);
      await confirm();
      const refund = buildRefund({
        htlc,
        funding,
        key: refundKey,
        destination: await destination(),
        feerateSatPerKvb: FEERATE,
        parameters,
      });
      await expectRefused(refund.rawTransaction, 'non-final');
      await nodes.regtest.mine(chain, 2);
      expect(await nodes.node(chain).broadcast(refund.rawTransaction)).toEqual({ outcome: 'accepted' });
      await confirm();
    });

    it('is claimed by nobody who lacks the preimage, or offers one of another length, or waits for no block', async () => {
      const htlc = htlcOf(script, blockHeight(5_002));
      const funding = await lock(htlc);
      await confirm();
      const claim = buildClaim({
        htlc,
        funding,
        preimage,
        key: claimKey,
        destination: await destination(),
        feerateSatPerKvb: FEERATE,
        parameters,
      });
      const transaction = parseTransaction(claim.rawTransaction);
      const altered = (change: (witness: Uint8Array[]) => void, sequence = 1): Uint8Array => {
        const [input] = transaction.inputs;
        if (input === undefined) throw new Error('no input');
        const witness = [...input.witness];
        change(witness);
        const forged: Transaction = { ...transaction, inputs: [{ ...input, sequence, witness }] };
        return serialise(forged);
      };
      const node = nodes.node(chain);
      for (const wrong of [new Uint8Array(32), new Uint8Array(31).fill(3), new Uint8Array(33).fill(3)]) {
        const outcome = await node.broadcast(altered((witness) => witness.splice(1, 1, wrong)));
        expect(outcome).toMatchObject({ outcome: 'refused', code: -26 });
      }
      // Sequence 0 passes BIP68 at once, but not the script.
      expect(await node.broadcast(altered(() => undefined, 0))).toMatchObject({
        outcome: 'refused',
        code: -26,
      });
      const flipped = altered((witness) => {
        const signature = witness[0]?.slice() ?? new Uint8Array(0);
        signature[10] = (signature[10] ?? 0) ^ 1;
        witness[0] = signature;
      });
      expect(await node.broadcast(flipped)).toMatchObject({ outcome: 'refused', code: -26 });
      expect(sizeOf(parseTransaction(flipped)).virtualSize).toBe(claim.virtualSize);
      expect(await node.broadcast(claim.rawTransaction)).toEqual({ outcome: 'accepted' });
      await confirm();
    });
  });
});
