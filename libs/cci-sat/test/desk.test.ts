import { verifyBundle } from '@bitcoin-enterprise/audit';
import { unixSeconds } from '@bitcoin-enterprise/chain';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKey } from '../src/desk/swap-keys.ts';
import { encodeProposal, parseProposal, parseRefusal, type Proposal } from '../src/message/negotiation.ts';
import { openMessage, signMessage } from '../src/message/signed-message.ts';
import { marginsFor } from '../src/timelock/margins.ts';
import { answerOverTcp, askOverTcp } from '../src/transport/tcp.ts';
import {
  deskOf,
  GIVE,
  nextAccepted,
  type Party,
  POLICY,
  reached,
  request,
  TAKE,
  troubled,
  TwoChains,
} from './two-desks.ts';

describe('two desks on real nodes', () => {
  let chains: TwoChains;
  let alice: Party;
  let bob: Party;

  beforeAll(async () => {
    chains = await TwoChains.start();
    alice = await chains.party('alice');
    bob = await chains.party('bob');
  });
  afterAll(async () => {
    await chains[Symbol.asyncDispose]();
  });

  it.each(['p2tr', 'p2wsh'] as const)('swap on %s over TCP, and the evidence verifies', async (script) => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    await using answerer = await answerOverTcp((message) => bobDesk.answer(message));
    const accepted = nextAccepted(bobDesk);
    const to = { identity: bobDesk.identity, ask: askOverTcp(answerer.address) };
    const run = await aliceDesk.propose(request(bobDesk, { script, to }));
    const peer = await accepted;
    const ends = await chains.mineWhile(Promise.all([run.finished, peer.finished]));
    expect(ends).toEqual(['claimed-final', 'claimed-final']);

    const { node } = bob.chains.bitcoin;
    const claimed = await node.unspentOutput({ txid: peer.state.claims.at(-1)?.txid ?? '', vout: 0 });
    expect(claimed?.amountSat).toBe(GIVE.amountSat - (peer.state.claims.at(-1)?.feeSat ?? 0n));
    const lock = await node.unspentOutput({
      txid: run.state.lock?.txid ?? '',
      vout: run.state.lock?.vout ?? 0,
    });
    expect(lock).toBeUndefined();

    for (const [desk, party] of [
      [aliceDesk, alice],
      [bobDesk, bob],
    ] as const) {
      const trust = { origin: party.log.origin, publicKey: party.keys.ed25519('log').publicKey };
      const report = verifyBundle(await desk.exportEvidence(run.id), trust);
      expect(report.summary).not.toMatch(/fail|differ/);
      expect(report.ok).toBe(true);
      expect(report.entries.map(({ type }) => type)).toContain('claim-final');
      // The secret is in nobody's evidence before it is public, and in the initiator's never.
      expect(party === bob || !Buffer.from(await desk.exportEvidence(run.id)).includes('preimage')).toBe(
        true,
      );
    }
  });

  it('refund both legs when the initiator vanishes after both locked', async () => {
    const aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    const accepted = nextAccepted(bobDesk);
    const run = await aliceDesk.propose(request(bobDesk));
    const peer = await accepted;
    await chains.mineWhile(reached(run, 'own-locked'));
    await aliceDesk.close();
    await expect(run.finished).rejects.toMatchObject({ code: 'desk-closed' });
    await chains.mineWhile(reached(peer, 'own-locked'));
    await chains.passTime(run.state.terms.secondLeg.refundLockTime);
    expect(await chains.mineWhile(peer.finished)).toBe('refunded-final');
    await chains.passTime(run.state.terms.firstLeg.refundLockTime);
    await using again = deskOf(alice);
    const [resumed] = await again.resume();
    expect(await chains.mineWhile(resumed?.finished ?? Promise.resolve('none'))).toBe('refunded-final');
    expect(resumed?.state.exposed).toBe(false);
    expect(await again.swaps()).toContainEqual({ id: run.id, phase: 'refunded-final' });
  });

  it('survive a reorganisation that undoes the lock of the peer', async () => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    const accepted = nextAccepted(bobDesk);
    const run = await aliceDesk.propose(request(bobDesk));
    const peer = await accepted;
    await reached(run, 'own-lock-intent');
    await chains.mine(1);
    await reached(peer, 'peer-locked');
    await chains.regtest.reorg('bitcoin', 1, { keepTransactions: false });
    const ends = await chains.mineWhile(Promise.all([run.finished, peer.finished]));
    expect(ends).toEqual(['claimed-final', 'claimed-final']);
    const types = (await Array.fromAsync(alice.log.read({ stream: `swap/${run.id}` }))).map(
      ({ type }) => type,
    );
    expect(types.filter((type) => type === 'lock-intended')).toHaveLength(1);
  });

  it('stay where they are when a wallet cannot pay, and end when cancelled; not once there is a lock', async () => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    const dear = await aliceDesk.propose(
      request(bobDesk, { give: { chain: 'bitcoin', amountSat: 500_000_000n } }),
    );
    await troubled(dear, 'funds-insufficient');
    expect(dear.phase).toBe('verified');
    await dear.cancel();
    expect(dear.phase).toBe('aborted');
    expect((await aliceDesk.state(dear.id))?.end).toEqual({ phase: 'aborted', reason: 'cancelled' });

    const locked = await aliceDesk.propose(request(bobDesk));
    await reached(locked, 'own-lock-intent');
    await expect(locked.cancel()).rejects.toMatchObject({ code: 'swap-locked' });
  });

  it('refuse a payment hash that was used before, and an id with other terms; ask twice, get one swap', async () => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    let asked = new Uint8Array();
    const ask = (message: Uint8Array): Promise<Uint8Array> => {
      asked = Uint8Array.from(message);
      return bobDesk.answer(message);
    };
    const run = await aliceDesk.propose(request(bobDesk, { to: { identity: bobDesk.identity, ask } }));
    await run.stop();
    const before = (await bobDesk.swaps()).length;
    expect(await bobDesk.answer(asked)).toEqual(await bobDesk.answer(asked));
    expect(await bobDesk.swaps()).toHaveLength(before);

    /** What Bob says to the same proposal with changes, signed by Alice. */
    const answered = async (changes: Partial<Proposal>): Promise<unknown> => {
      using key = identityKey(alice.keys);
      const { body } = openMessage(asked, { to: bobDesk.identity, kinds: ['proposal'] });
      const proposal = { ...parseProposal(body), ...changes };
      const answer = await bobDesk.answer(
        signMessage(key, { kind: 'proposal', to: bobDesk.identity, body: encodeProposal(proposal) }),
      );
      const refusal = openMessage(answer, { to: key.xOnlyPublicKey, kinds: ['refusal'] });
      return parseRefusal(refusal.body);
    };
    expect(await answered({ id: 'ff'.repeat(16) })).toMatchObject({
      code: 'payment-hash-reused',
      value: toHex(run.state.terms.paymentHash),
    });
    expect(await answered({ script: 'p2wsh' })).toMatchObject({ code: 'swap-exists', value: run.id });
    expect(await bobDesk.swaps()).toHaveLength(before);
  });

  it('refuse what the desk does not approve, what screening does not clear, and terms that break a rule', async () => {
    await using aliceDesk = deskOf(alice);
    await using picky = deskOf(bob, { approve: () => false });
    await expect(aliceDesk.propose(request(picky))).rejects.toMatchObject({
      code: 'counterparty-refused',
      value: 'proposal-not-approved',
    });
    const margins = marginsFor(
      { chain: 'bitcoin', network: 'regtest' },
      { chain: 'litecoin', network: 'regtest' },
      POLICY,
    );
    const { medianTimePast } = await alice.chains.bitcoin.node.tip();
    await using bobDesk = deskOf(bob);
    const second = unixSeconds(medianTimePast + 2 * margins.secondLockSeconds);
    const lockTimes = { second, first: unixSeconds(second + margins.gapSeconds - 60) };
    await expect(aliceDesk.propose(request(bobDesk, { lockTimes }))).rejects.toMatchObject({
      code: 'counterparty-refused',
      value: 'terms-refused',
      limit: expect.stringContaining('lock-time-gap') as string,
    });
    await expect(
      aliceDesk.propose(request(bobDesk, { take: { ...TAKE, amountSat: 1_000n } })),
    ).rejects.toMatchObject({
      value: 'terms-refused',
      limit: expect.stringContaining('second-amount-minimum: 1000 sat') as string,
    });

    await using screened = deskOf(alice, {
      screen: () => Promise.resolve({ decision: 'review', receipt: 'case 7' }),
    });
    const run = await screened.propose(request(bobDesk));
    expect(await run.finished).toBe('aborted');
    const refused = (await Array.fromAsync(alice.log.read({ stream: `swap/${run.id}` }))).at(-1);
    expect(refused).toMatchObject({ type: 'terms-refused' });
    expect(JSON.stringify(refused?.body)).toContain('review (case 7)');
  });

  it('close a proposal that nobody answers, and send it again after a restart', async () => {
    const aliceDesk = deskOf(alice, { patienceMs: 50 });
    await using bobDesk = deskOf(bob);
    const answerer = await answerOverTcp((message) => bobDesk.answer(message));
    await answerer[Symbol.asyncDispose]();
    const nobody = { identity: bobDesk.identity, ask: askOverTcp(answerer.address) };
    await expect(aliceDesk.propose(request(bobDesk, { to: nobody }))).rejects.toMatchObject({
      code: 'counterparty-unreachable',
    });
    expect((await aliceDesk.swaps()).at(-1)?.phase).toBe('aborted');

    // A desk that dies while it waits for the answer leaves the proposal open.
    const never = { identity: bobDesk.identity, ask: () => new Promise<Uint8Array>(() => undefined) };
    void aliceDesk.propose(request(bobDesk, { to: never }));
    await expect.poll(async () => (await aliceDesk.swaps()).at(-1)?.phase).toBe('proposed');
    await aliceDesk.close();
    await expect(aliceDesk.propose(request(bobDesk))).rejects.toMatchObject({ code: 'desk-closed' });

    await using again = deskOf(alice);
    const accepted = nextAccepted(bobDesk);
    const resumed = await again.resume(() => request(bobDesk).to);
    expect(resumed.map(({ id }) => id)).toContain((await accepted).id);
    const waiting = { identity: bobDesk.identity, ask: () => new Promise<Uint8Array>(() => undefined) };
    void again.propose(request(bobDesk, { to: waiting }));
    await expect.poll(async () => (await again.swaps()).at(-1)?.phase).toBe('proposed');
    await again.close();
    await using third = deskOf(alice);
    await third.resume();
    expect((await third.swaps()).at(-1)?.phase).toBe('aborted');
  });

  it('refuse answers that are forged, of another proposal, or with other scripts', async () => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    await using malloryDesk = deskOf(await chains.party('mallory'));
    const asking = (ask: (message: Uint8Array) => Promise<Uint8Array>) =>
      request(bobDesk, { to: { identity: bobDesk.identity, ask } });
    await expect(aliceDesk.propose(asking((message) => malloryDesk.answer(message)))).rejects.toMatchObject({
      code: 'message-misdirected',
    });
    let earlier: Uint8Array | undefined;
    const first = await aliceDesk.propose(
      asking(async (message) => {
        earlier = await bobDesk.answer(message);
        return earlier;
      }),
    );
    await first.stop();
    await expect(
      aliceDesk.propose(asking(() => Promise.resolve(earlier ?? new Uint8Array()))),
    ).rejects.toMatchObject({
      code: 'answer-mismatch',
      value: first.id,
    });
    await expect(
      aliceDesk.propose(asking(async (message) => (await bobDesk.answer(message)).slice(0, -9))),
    ).rejects.toMatchObject({ code: 'field-malformed' });
    // Nothing was locked by any of it.
    for (const { id } of (await aliceDesk.swaps()).slice(-3)) {
      expect((await aliceDesk.state(id))?.lock).toBeUndefined();
    }
  });

  it('say which swap or chain they do not know', async () => {
    await using aliceDesk = deskOf(alice);
    await expect(aliceDesk.state('00'.repeat(16))).rejects.toMatchObject({ code: 'swap-unknown' });
    await expect(aliceDesk.exportEvidence('00'.repeat(16))).rejects.toMatchObject({ code: 'swap-unknown' });
    await using oneChain = deskOf(bob, { chains: { bitcoin: bob.chains.bitcoin } });
    await expect(oneChain.propose(request(aliceDesk))).rejects.toMatchObject({
      code: 'chain-unknown',
      value: 'litecoin',
    });
    await expect(aliceDesk.propose(request(oneChain))).rejects.toMatchObject({
      code: 'counterparty-refused',
      value: 'chain-unknown',
    });
  });
});
