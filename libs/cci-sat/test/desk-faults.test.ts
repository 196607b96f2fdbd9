import { openLog } from '@bitcoin-enterprise/audit';
import { startBitcoind } from '@bitcoin-enterprise/tools/services';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SwapJournal } from '../src/journal/journal.ts';
import { deskOf, nextAccepted, type Party, reached, request, troubled, TwoChains } from './two-desks.ts';

describe('a desk whose surroundings fail', () => {
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

  it('does nothing without its log: a full log stops the swap before the effect, and it goes on in a larger one', async () => {
    const path = join(chains.folder, 'small.log');
    const signer = alice.keys.ed25519('log');
    const origin = 'example.org/small';
    const small = await openLog(path, { origin, signer, maxBytes: 1_048_576 });
    const aliceDesk = deskOf({ ...alice, log: small });
    await using bobDesk = deskOf(bob);
    // Fills the log up to the brim with other things.
    const filling = async (bytes: number): Promise<void> => {
      for (;;) await small.append({ stream: 'filler', type: 'filler', body: new Uint8Array(bytes) });
    };
    const run = await aliceDesk.propose(request(bobDesk));
    for (const bytes of [5_000, 0]) await expect(filling(bytes)).rejects.toMatchObject({ code: 'log-full' });
    await expect(chains.mineWhile(run.finished)).rejects.toMatchObject({ code: 'log-full' });
    const phase = run.phase;
    expect(run.state.lockSighting).toBeUndefined();
    await aliceDesk.close();
    await small.close();

    const larger = await openLog(path, { origin, signer });
    const again = deskOf({ ...alice, log: larger });
    expect(await again.swaps()).toEqual([{ id: run.id, phase }]);
    const [resumed] = await again.resume();
    expect(await chains.mineWhile(resumed?.finished ?? Promise.resolve('none'))).toBe('claimed-final');
    await again.close();
    await larger.close();
  });

  it('is never driven twice: a second desk on the same log loses its first append', async () => {
    await using first = deskOf(alice);
    await using bobDesk = deskOf(bob);
    const run = await first.propose(request(bobDesk));
    await reached(run, 'own-lock-intent');
    // Somebody else writes to the journal of this swap.
    const intruder = await SwapJournal.open(alice.log, run.id);
    await intruder.append({ type: 'alert', code: 'peer-locked-twice', value: 'x', limit: 'y' });
    await chains.mine(1);
    await expect(run.finished).rejects.toMatchObject({ code: 'version-conflict' });
    const [resumed] = await first.resume();
    expect(await chains.mineWhile(resumed?.finished ?? Promise.resolve('none'))).toBe('claimed-final');
  });

  it('waits for a node that is gone, and goes on when it is back', async () => {
    await using aliceDesk = deskOf(alice);
    await using bobDesk = deskOf(bob);
    const accepted = nextAccepted(bobDesk);
    const run = await aliceDesk.propose(request(bobDesk));
    const peer = await accepted;
    await chains.mineWhile(reached(peer, 'own-locked'));
    const { service } = chains.regtest.bitcoin;
    const { dataFolder, port } = service;
    await service.stop({ keepData: true });
    // Kept is ours: it goes when the node that is started on it again has stopped.
    onTestFinished(() => rm(dataFolder, { recursive: true }));
    await troubled(peer, 'rpc-unreachable');
    const { medianTimePast } = await alice.chains.litecoin.node.tip();
    await using restarted = await startBitcoind({
      dataFolder,
      port,
      extraArguments: [
        `-mocktime=${medianTimePast + 3_600}`,
        '-wallet=alice',
        '-wallet=bob',
        '-wallet=miner',
      ],
    });
    expect(restarted.port).toBe(port);
    const ends = await chains.mineWhile(Promise.all([run.finished, peer.finished]));
    expect(ends).toEqual(['claimed-final', 'claimed-final']);
  });
});
