import { describe, expect, it, onTestFinished } from 'vitest';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { LogError, openNote, readCheckpoint, verifyInclusion, type Log } from '../src/index.ts';
import { openStored } from '../src/log/open-log.ts';
import { EMPTY_ROOT } from '../src/merkle/tree-hash.ts';
import type { Commit, LogStore, StoredEntry, StoredHead, StreamSegment } from '../src/store/log-store.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import { codeOf, eventNumber, eventsNumbered, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

/** Commits that wait. */
interface Held {
  /** When the first one waits. */
  readonly reached: Promise<unknown>;
  readonly release: () => void;
}

/** A real store behind a network, as it were: commits take until they are let go, and may fail as one is told. */
class RemoteStore implements LogStore {
  usable = true;
  /** What the next commits do; they succeed when there is none. */
  readonly faults: ('refused' | 'unknown')[] = [];
  readonly #stops = new Map<'beginning' | 'end', () => Promise<unknown>>();
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  /** Commits from now on wait until they are let go: before they begin, or when they are durable. */
  hold(at: 'beginning' | 'end'): Held {
    const reached = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    this.#stops.set(at, () => {
      reached.resolve(undefined);
      return gate.promise;
    });
    return {
      reached: reached.promise,
      release: () => {
        gate.resolve(undefined);
      },
    };
  }

  async commit(commit: Commit): Promise<void> {
    await this.#stops.get('beginning')?.();
    const fault = this.faults.shift();
    if (fault === 'unknown') this.usable = false;
    if (fault !== undefined) throw new LogError('log-io', fault);
    await this.#store.commit(commit);
    await this.#stops.get('end')?.();
  }

  head(): StoredHead {
    return this.#store.head();
  }
  size(): number {
    return this.#store.size();
  }
  entries(from: number, to: number): readonly StoredEntry[] {
    return this.#store.entries(from, to);
  }
  streamVersion(stream: string, before: number): number {
    return this.#store.streamVersion(stream, before);
  }
  streamSegments(stream: string, before: number): readonly StreamSegment[] {
    return this.#store.streamSegments(stream, before);
  }
  subjectIndexes(subject: string, before: number): readonly number[] {
    return this.#store.subjectIndexes(subject, before);
  }
  indexedPositions(): { readonly streams: number; readonly subjects: number } {
    return this.#store.indexedPositions();
  }
  tile(level: number, index: number): Uint8Array | undefined {
    return this.#store.tile(level, index);
  }
  close(): void {
    this.#store.close();
  }
}

function openRemote(): { store: RemoteStore; log: Log } {
  const issuer = new CheckpointIssuer(ORIGIN, SIGNER);
  const store = new RemoteStore(SqliteStore.open(temporaryPath(), () => issuer.issue(0, EMPTY_ROOT)));
  const log = openStored(store, issuer, { origin: ORIGIN, signer: SIGNER });
  onTestFinished(() => log.close());
  return { store, log };
}

function proves(log: Log, index: number): boolean {
  const note = openNote(log.checkpoint(), ORIGIN, SIGNER.publicKey);
  const head = note.ok ? readCheckpoint(note.text) : undefined;
  const [entry] = log.read({ from: index, to: index + 1 });
  if (head === undefined || entry === undefined) return false;
  const { size: treeSize, rootHash } = head;
  const proof = log.inclusionProof(index, treeSize);
  return verifyInclusion({ index, treeSize, leafHash: entry.leafHash, proof, rootHash });
}

describe('a log over a store that takes its time', () => {
  it('puts everything that waits for a commit into the next one', async () => {
    const { store, log } = openRemote();
    const { reached, release } = store.hold('beginning');
    const first = log.append(eventNumber(0));
    await reached;
    const waiting = Array.from({ length: 20 }, (_, position) => log.append(eventNumber(1 + position)));
    expect(log.size).toBe(0);
    release();
    const alone = await first;
    const together = await Promise.all(waiting);
    expect(new Set([alone, ...together].map((receipt) => receipt.checkpoint)).size).toBe(2);
    expect((await log.check()).ok).toBe(true);
  });

  it.each([
    ['has not begun', 'beginning'],
    ['has not answered', 'end'],
  ] as const)(
    'reads and proves what it knows to be durable while a commit %s, also across a tile',
    async (_, at) => {
      const { store, log } = openRemote();
      await log.append(eventsNumbered(250));
      const { reached, release } = store.hold(at);
      const pending = log.append(eventsNumbered(20, 250));
      await reached;
      expect([log.size, log.streamVersion('swap/0')]).toEqual([250, 84]);
      const aboutCustomer = [...log.read({ subject: 'customer:0' })];
      expect(aboutCustomer.every((entry) => entry.index < 250)).toBe(true);
      for (const index of [0, 127, 249]) expect(proves(log, index)).toBe(true);
      expect([...log.read({ stream: 'swap/0' })]).toHaveLength(84);
      release();
      await pending;
      for (const index of [0, 127, 249, 250, 269]) expect(proves(log, index)).toBe(true);
      expect([...log.read({ stream: 'swap/0' })]).toHaveLength(90);
    },
  );
});

describe('a commit that fails', () => {
  it('leaves the log as it was, whatever it was about to complete', async () => {
    const { store, log } = openRemote();
    for (let round = 0; round < 8; round += 1) {
      await log.append(eventsNumbered(61, log.size));
      const before = { size: log.size, note: log.checkpoint(), version: log.streamVersion('swap/1') };
      store.faults.push('refused');
      const calls = [log.append(eventsNumbered(70)), log.append(eventNumber(1))];
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { code: 'log-io' } },
        { status: 'rejected', reason: { code: 'log-io' } },
      ]);
      expect({ size: log.size, note: log.checkpoint(), version: log.streamVersion('swap/1') }).toEqual(
        before,
      );
      expect(proves(log, log.size - 1)).toBe(true);
    }
    expect(await log.check()).toEqual({ ok: true, entries: 8 * 61, problems: [] });
  });

  it('refuses everything from then on when its outcome is unknown', async () => {
    const { store, log } = openRemote();
    await log.append(eventNumber(0));
    store.faults.push('unknown');
    expect(await codeOf(() => log.append(eventNumber(1)))).toBe('log-io');
    expect(await codeOf(() => log.append(eventNumber(1)))).toBe('log-unusable');
    expect(proves(log, 0)).toBe(true);
  });
});

describe('a checkpoint that its issuer reads', () => {
  const issuer = new CheckpointIssuer(ORIGIN, SIGNER);
  const note = issuer.issue(3, EMPTY_ROOT);

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
    ['65,537 characters', `${'x'.repeat(65_537)}${note}`],
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
