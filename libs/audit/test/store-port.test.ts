import { describe, expect, it } from 'vitest';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { openNote, readCheckpoint, verifyInclusion, type Log } from '../src/index.ts';
import { EMPTY_ROOT } from '../src/merkle/tree-hash.ts';
import { openRemote } from './remote-store.ts';
import { codeOf, entriesOf, eventNumber, eventsNumbered, ORIGIN, SIGNER } from './temporary-log.ts';

async function proves(log: Log, index: number): Promise<boolean> {
  const note = openNote(await log.checkpoint(), ORIGIN, SIGNER.publicKey);
  const head = note.ok ? readCheckpoint(note.text) : undefined;
  const [entry] = await entriesOf(log, { from: index, to: index + 1 });
  if (head === undefined || entry === undefined) return false;
  const { size: treeSize, rootHash } = head;
  const proof = await log.inclusionProof(index, treeSize);
  return verifyInclusion({ index, treeSize, leafHash: entry.leafHash, proof, rootHash });
}

describe('a log over a store that takes its time', () => {
  it('puts everything that waits for a commit into the next one', async () => {
    const { store, log } = await openRemote();
    const { reached, release } = store.hold('beginning');
    const first = log.append(eventNumber(0));
    await reached;
    const waiting = Array.from({ length: 20 }, (_, position) => log.append(eventNumber(1 + position)));
    expect(log.size).toBe(0);
    release();
    const receipts = await Promise.all([first, ...waiting]);
    expect(receipts.map((receipt) => receipt.index)).toEqual(Array.from({ length: 21 }, (_, index) => index));
    expect(store.commits.map((commit) => commit.entries.length)).toEqual([1, 20]);
    expect((await log.check()).ok).toBe(true);
  });

  it.each([
    ['has not begun', 'beginning'],
    ['has not answered', 'end'],
  ] as const)(
    'reads and proves what it knows to be durable while a commit %s, also across a tile',
    async (_, at) => {
      const { store, log } = await openRemote();
      await log.append(eventsNumbered(250));
      const { reached, release } = store.hold(at);
      const pending = log.append(eventsNumbered(20, 250));
      await reached;
      expect([log.size, await log.streamVersion('swap/0')]).toEqual([250, 84]);
      const aboutCustomer = await entriesOf(log, { subject: 'customer:0' });
      expect(aboutCustomer.every((entry) => entry.index < 250)).toBe(true);
      for (const index of [0, 127, 249]) expect(await proves(log, index)).toBe(true);
      expect(await entriesOf(log, { stream: 'swap/0' })).toHaveLength(84);
      release();
      await pending;
      for (const index of [0, 127, 249, 250, 269]) expect(await proves(log, index)).toBe(true);
      expect(await entriesOf(log, { stream: 'swap/0' })).toHaveLength(90);
    },
  );
});

describe('a commit that fails', () => {
  it('leaves the log as it was, whatever it was about to complete', async () => {
    const { store, log } = await openRemote();
    for (let round = 0; round < 8; round += 1) {
      await log.append(eventsNumbered(61, log.size));
      const before = {
        size: log.size,
        note: await log.checkpoint(),
        version: await log.streamVersion('swap/1'),
      };
      store.faults.push('refused');
      const calls = [log.append(eventsNumbered(70)), log.append(eventNumber(1))];
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { code: 'log-io' } },
        { status: 'rejected', reason: { code: 'log-io' } },
      ]);
      expect({
        size: log.size,
        note: await log.checkpoint(),
        version: await log.streamVersion('swap/1'),
      }).toEqual(before);
      expect(await proves(log, log.size - 1)).toBe(true);
    }
    expect(await log.check()).toEqual({ ok: true, entries: 8 * 61, problems: [] });
  });

  it('refuses everything from then on when its outcome is unknown', async () => {
    const { store, log } = await openRemote();
    await log.append(eventNumber(0));
    store.faults.push('unknown');
    expect(await codeOf(() => log.append(eventNumber(1)))).toBe('log-io');
    expect(await codeOf(() => log.append(eventNumber(1)))).toBe('log-unusable');
    expect(await proves(log, 0)).toBe(true);
  });
});

describe('a checkpoint that its issuer reads', async () => {
  const issuer = await CheckpointIssuer.of(ORIGIN, SIGNER);
  const note = await issuer.issue(3, EMPTY_ROOT);

  it('is what it issued', () => {
    expect(issuer.open(note)).toEqual({ origin: ORIGIN, size: 3, rootHash: Uint8Array.from(EMPTY_ROOT) });
  });

  it('may carry lines of other keys', () => {
    expect(
      issuer.open(`${note}\u2014 example.com/witness ${Buffer.alloc(76).toString('base64')}\n`).size,
    ).toBe(3);
  });

  const [text = '', line = ''] = note.split('\n\n');
  it.each([
    ['nothing', ''],
    ['no signature', `${text}\n\n`],
    ['no last newline', note.slice(0, -1)],
    ['a carriage return', note.replace('\n3\n', '\r\n3\n')],
    ['a lone surrogate', note.replace(ORIGIN, `${ORIGIN}\ud800`)],
    ['too many signatures', `${text}\n\n${line.repeat(17).replaceAll('=\u2014', '=\n\u2014')}\n`],
    ['131,073 characters', `${'x'.repeat(131_073 - note.length)}${note}`],
    ['a signature line with a dash of another kind', note.replace('\u2014', '-')],
    ['a signature line without a name', note.replace(` ${ORIGIN} `, ' ')],
    ['a signature that is not base64', note.replace(/=\n$/, '*\n')],
    ['a signature of four bytes', `${text}\n\n\u2014 ${ORIGIN} AAAAAA==\n`],
    ['another size than was signed', note.replace('\n3\n', '\n4\n')],
    ['a size with a leading zero', note.replace('\n3\n', '\n03\n')],
    ['a size beyond whole numbers', note.replace('\n3\n', '\n9007199254740993\n')],
    ['a root of 31 bytes', note.replace(/\n[^\n]+=\n\n/, `\n${Buffer.alloc(31).toString('base64')}\n\n`)],
    ['two lines only', note.replace('\n3\n', '\n')],
    ['an empty line inside', note.replace('\n3\n', '\n3\n\n')],
  ])('is refused with %s', async (_, changed) => {
    expect(changed).not.toBe(note);
    expect(await codeOf(() => issuer.open(changed))).toBe('note-malformed');
    expect(openNote(changed, ORIGIN, SIGNER.publicKey).ok).toBe(false);
  });
});
