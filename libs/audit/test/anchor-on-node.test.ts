import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BITCOIN_REGTEST,
  connectBitcoin,
  HeaderChain,
  openNodeWallet,
  parseTransaction,
  proveInclusion,
  readHeaders,
  serialise,
  type BitcoinNode,
  type FundingWallet,
  type HeaderCheckpoint,
  type RpcClient,
  type TransactionInclusion,
} from '@bitcoin-enterprise/chain';
import { startRegtest, type Regtest } from '@bitcoin-enterprise/tools/regtest';
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  anchorCheckpoint,
  anchorScript,
  applyOperation,
  followAnchor,
  httpCalendars,
  readAnchorFile,
  stamp,
  upgradeTimestamp,
  verifyAnchor,
  verifyTimestamp,
  writeOtsFile,
  writeTimestamp,
  type AnchorProgress,
  type FollowAnchorOptions,
  type OtsOperation,
  type OtsTimestamp,
} from '../src/anchor.ts';
import { readCheckpoint } from '../src/index.ts';
import { trustIn } from './anchor-fixture.ts';
import { REGTEST_RULES } from './anchor-headers.ts';
import { codeOf, eventsNumbered, openTestLog, temporaryPath } from './temporary-log.ts';

let regtest: Regtest;
let node: BitcoinNode;
let wallet: FundingWallet;
beforeAll(async () => {
  regtest = await startRegtest({ chains: ['bitcoin'] });
  const { url, cookieFile } = regtest.bitcoin;
  node = await connectBitcoin({ url, auth: { cookieFile }, parameters: BITCOIN_REGTEST });
  await regtest.createWallet('bitcoin', 'auditor');
  await regtest.fund('bitcoin', 'auditor', 100_000_000n, { outputs: 20 });
  wallet = await openNodeWallet(node, 'auditor');
});
afterAll(() => regtest[Symbol.asyncDispose]());

const feerateSatPerKvb = 2_000n;

/** The checkpoint of a real log. */
async function checkpointOf(events: number): Promise<string> {
  const log = await openTestLog(temporaryPath());
  await log.append(eventsNumbered(events));
  return log.checkpoint();
}

async function trustedHeader(): Promise<HeaderCheckpoint> {
  const { height } = await node.tip();
  return { height, header: await readHeaders(node, height, height) };
}

/** Follows until it is proven, and mines a block whenever it waits. */
async function proven(options: Omit<FollowAnchorOptions, 'node' | 'pollMs'>): Promise<AnchorProgress[]> {
  const seen: AnchorProgress[] = [];
  for await (const progress of followAnchor({ node, pollMs: 10, ...options })) {
    seen.push(progress);
    if (progress.state === 'waiting') await regtest.mine('bitcoin', 1);
  }
  return seen;
}

function proofIn(seen: readonly AnchorProgress[]): Uint8Array {
  const last = seen.at(-1);
  if (last?.state !== 'proven') throw new Error(`the last state is ${String(last?.state)}`);
  return last.proof;
}

const headersSince = async (since: HeaderCheckpoint): Promise<HeaderChain> => {
  const chain = HeaderChain.fromCheckpoint(since, REGTEST_RULES);
  chain.accept(await readHeaders(node, since.height + 1, (await node.tip()).height));
  return chain;
};

describe('a checkpoint of a log on a real node', () => {
  it('is anchored, proven and verified offline, and no longer once its block is reorganised away', async () => {
    const checkpoint = await checkpointOf(7);
    const since = await trustedHeader();
    const { txid, rawTransaction, feeSat } = await anchorCheckpoint({
      node,
      wallet,
      checkpoint,
      feerateSatPerKvb,
    });
    expect(await regtest.mempool('bitcoin')).toEqual([txid]);
    expect(feeSat).toBeGreaterThan(0n);
    const statement = readCheckpoint(`${checkpoint.split('\n\n')[0] ?? ''}\n`);
    if (statement === undefined) throw new Error('no checkpoint');
    const outputs = parseTransaction(rawTransaction).outputs.filter(({ amountSat }) => amountSat === 0n);
    expect(outputs).toEqual([{ amountSat: 0n, scriptPubKey: anchorScript(statement) }]);

    const seen = await proven({ checkpoint, since, txid, confirmations: 3 });
    expect(seen.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting', 'proven']);
    expect(seen.slice(0, 3)).toMatchObject([
      { confirmations: 0 },
      { confirmations: 1 },
      { confirmations: 2 },
    ]);
    const proof = proofIn(seen);
    const height = since.height + 1;
    expect(readAnchorFile(proof)).toMatchObject({ height, firstHeight: height });

    const trust = { ...trustIn(HeaderChain.fromCheckpoint(since, REGTEST_RULES)), minimumConfirmations: 3 };
    const report = verifyAnchor(proof, trust);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report).toMatchObject({ ok: true, treeSize: 7, block: { height, confirmations: 3 } });
    expect(report.block?.hash).toBe(await node.blockHashAt(height));
    expect(verifyAnchor(proof, { ...trust, chain: await headersSince(since) }).ok).toBe(true);

    await regtest.reorg('bitcoin', 3, { keepTransactions: false });
    const chain = await headersSince(since);
    const after = verifyAnchor(proof, { ...trust, chain });
    expect(after.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'best chain',
      'confirmations',
    ]);
    // The transaction is back in the mempool, and is proven anew in another block.
    const again = proofIn(await proven({ checkpoint, since, txid, confirmations: 3 }));
    const renewed = verifyAnchor(again, { ...trust, chain });
    expect(renewed.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(renewed.block?.height).toBe(height + 4);
  });

  it('is told missing while no transaction commits to it, and can be stopped', async () => {
    const checkpoint = await checkpointOf(3);
    const since = await trustedHeader();
    const controller = new AbortController();
    const seen: AnchorProgress[] = [];
    for await (const progress of followAnchor({
      node,
      checkpoint,
      since,
      pollMs: 10,
      signal: controller.signal,
    })) {
      seen.push(progress);
      if (progress.state === 'missing') await anchorCheckpoint({ node, wallet, checkpoint });
      else controller.abort();
    }
    expect(seen).toEqual([{ state: 'missing' }, { state: 'waiting', confirmations: 0 }]);
    await regtest.mine('bitcoin', 1);
  });

  it('is proven with six confirmations where nothing else is asked for', async () => {
    const checkpoint = await checkpointOf(2);
    const since = await trustedHeader();
    await anchorCheckpoint({ node, wallet, checkpoint, targetBlocks: 2, maxFeeSat: 50_000n });
    await regtest.mine('bitcoin', 6);
    const seen: AnchorProgress[] = [];
    for await (const progress of followAnchor({ node, checkpoint, since })) seen.push(progress);
    expect(seen.map(({ state }) => state)).toEqual(['proven']);
    const trust = trustIn(HeaderChain.fromCheckpoint(since, REGTEST_RULES));
    expect(verifyAnchor(proofIn(seen), trust)).toMatchObject({ ok: true, block: { confirmations: 6 } });
    expect(verifyAnchor(proofIn(seen), { ...trust, minimumConfirmations: 7 }).ok).toBe(false);
  });

  it('that a node refuses to relay costs nothing, and locks nothing', async () => {
    const checkpoint = await checkpointOf(1);
    const refusing: BitcoinNode = {
      ...node,
      broadcast: () => Promise.resolve({ outcome: 'refused', reason: 'min relay fee not met', code: -26 }),
    };
    expect(
      await codeOf(() => anchorCheckpoint({ node: refusing, wallet, checkpoint, feerateSatPerKvb })),
    ).toBe('anchor-refused');
    expect(await regtest.bitcoin.rpc('listlockunspent', [], 'auditor')).toEqual([]);
  });

  it('that is none is refused before anything is paid', async () => {
    const since = await trustedHeader();
    const request = { node, wallet, checkpoint: 'no checkpoint', feerateSatPerKvb };
    expect(await codeOf(() => anchorCheckpoint(request))).toBe('note-malformed');
    const follow = followAnchor({ node, checkpoint: 'no checkpoint', since });
    expect(await codeOf(() => follow[Symbol.asyncIterator]().next())).toBe('note-malformed');
  });

  it('is proven later when the chain moves while it is proven', async () => {
    const checkpoint = await checkpointOf(4);
    const since = await trustedHeader();
    const { txid } = await anchorCheckpoint({ node, wallet, checkpoint, feerateSatPerKvb });
    await regtest.mine('bitcoin', 3);
    let moves = 0;
    const moving = whenAsked('gettxoutproof', async (answer) => {
      moves += 1;
      if (moves === 1) await regtest.reorg('bitcoin', 3, { keepTransactions: true });
      return answer;
    });
    const follow = followAnchor({ node: moving, checkpoint, since, txid, confirmations: 3, pollMs: 10 });
    const states: string[] = [];
    for await (const progress of follow) {
      states.push(progress.state);
      if (progress.state !== 'proven') continue;
      const trust = { ...trustIn(await headersSince(since)), minimumConfirmations: 3 };
      expect(verifyAnchor(progress.proof, trust).ok).toBe(true);
    }
    expect(moves).toBe(2);
    expect(states.at(-1)).toBe('proven');
  });

  it('is not proven from what a node makes up, nor endlessly asked for', async () => {
    const checkpoint = await checkpointOf(5);
    const since = await trustedHeader();
    await anchorCheckpoint({ node, wallet, checkpoint, feerateSatPerKvb });
    await regtest.mine('bitcoin', 1);
    const altered = (method: string, alter: (hex: string) => string): Promise<string> => {
      const lying = whenAsked(method, (answer) =>
        Promise.resolve(typeof answer === 'string' ? alter(answer) : answer),
      );
      const follow = followAnchor({ node: lying, checkpoint, since, confirmations: 1, pollMs: 10 });
      return codeOf(() => follow[Symbol.asyncIterator]().next());
    };
    expect(await altered('getblockheader', (hex) => hex.slice(2))).toBe('header-malformed');
    expect(await altered('getblockheader', (hex) => `${'0'.repeat(80)}${hex.slice(80)}`)).toMatch(/^header-/);
    expect(await altered('gettxoutproof', (hex) => hex.slice(2))).toBe('merkle-proof-malformed');
  });
});

/** The node, with its answers to one method passed through a function. */
function whenAsked(method: string, pass: (answer: unknown) => Promise<unknown>): BitcoinNode {
  const rpc: RpcClient = {
    url: node.rpc.url,
    call: async (name, parameters, parse, options) => {
      if (name !== method) return node.rpc.call(name, parameters, parse, options);
      return parse(await pass(await node.rpc.call(name, parameters, (answer) => answer, options)));
    },
  };
  return { ...node, rpc };
}

const SHA256: OtsOperation = { kind: 'sha256' };

/** What a calendar does: from a commitment in a transaction to the Merkle root of its block. */
function calendarTimestamp(
  commitment: Uint8Array,
  inclusion: TransactionInclusion,
  height: number,
): OtsTimestamp {
  const raw = Buffer.from(serialise(parseTransaction(inclusion.rawTransaction)));
  const at = raw.indexOf(commitment);
  const operations: OtsOperation[] = [
    { kind: 'prepend', argument: raw.subarray(0, at) },
    { kind: 'append', argument: raw.subarray(at + commitment.length) },
    SHA256,
    SHA256,
  ];
  for (const [level, argument] of inclusion.path.siblings.entries()) {
    const isRight = (inclusion.path.index >>> level) % 2 === 1;
    operations.push({ kind: isRight ? 'prepend' : 'append', argument }, SHA256, SHA256);
  }
  const along = (message: Uint8Array, [operation, ...rest]: readonly OtsOperation[]): OtsTimestamp =>
    operation === undefined
      ? { message, branches: [{ attestation: { kind: 'bitcoin', height } }] }
      : { message, branches: [{ operation, timestamp: along(applyOperation(operation, message), rest) }] };
  return along(commitment, operations);
}

describe('an OpenTimestamps calendar on a real node', () => {
  it('stamps a checkpoint, anchors it, upgrades the proof, and the proof verifies against the headers', async () => {
    const checkpoint = new TextEncoder().encode(await checkpointOf(9));
    const since = await trustedHeader();
    const anchored = new Map<string, OtsTimestamp>();
    const commitments: Uint8Array[] = [];
    let uri = '';
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (request.method === 'POST') {
          const message = new Uint8Array(Buffer.concat(parts));
          commitments.push(message);
          response.end(writeTimestamp({ message, branches: [{ attestation: { kind: 'pending', uri } }] }));
          return;
        }
        const found = anchored.get((request.url ?? '').slice('/timestamp/'.length));
        if (found === undefined) response.writeHead(404).end();
        else response.end(writeTimestamp(found));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
    uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const calendars = httpCalendars({ allowed: [uri] });
    const digest = new Uint8Array(hash('sha256', checkpoint, 'buffer'));
    const { file } = await stamp({ digest, calendars: calendars.submitters });

    const [commitment = new Uint8Array(0)] = commitments;
    const scriptPubKey = Uint8Array.of(0x6a, 32, ...commitment);
    const funding = await wallet.fund({ scriptPubKey, amountSat: 0n, feerateSatPerKvb });
    await node.broadcast(funding.rawTransaction);
    const [blockHash = ''] = await regtest.mine('bitcoin', 6);
    const height = since.height + 1;
    const inclusion = await proveInclusion(node, funding.txid, blockHash);
    const timestamp = calendarTimestamp(commitment, inclusion, height);
    anchored.set(Buffer.from(commitment).toString('hex'), timestamp);

    const upgraded = await upgradeTimestamp(file.timestamp, calendars.fetchCalendar);
    expect(upgraded.outcomes).toEqual([{ uri, outcome: 'complete' }]);
    const proof = writeOtsFile({ ...file, timestamp: upgraded.timestamp });
    const trust = { file: checkpoint, chain: await headersSince(since) };
    expect(verifyTimestamp(proof, trust)).toMatchObject({
      ok: true,
      block: { height, hash: blockHash, confirmations: 6 },
    });
    expect(verifyTimestamp(writeOtsFile(file), trust)).toMatchObject({
      ok: false,
      summary: `attested block: pending at ${uri}`,
    });

    await regtest.reorg('bitcoin', 6, { keepTransactions: false });
    const reorganised = { file: checkpoint, chain: await headersSince(since) };
    expect(verifyTimestamp(proof, reorganised).summary).toBe(
      `attested block: block ${height} has another Merkle root`,
    );
  });
});
