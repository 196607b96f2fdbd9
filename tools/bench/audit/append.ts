import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFilePin, openLog, type FilePin, type Log } from '@bitcoin-enterprise/audit';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { Bench, Effort } from '../bench.ts';
import { event } from './sample/event.ts';

const SINGLE_APPENDS = 100;
const BATCH = 4000;

/**
 * How long a disk takes to sync changes from one second to the next: many short rounds, so that both sides of each meet
 * the same disk.
 */
const SHORT_ROUNDS: Effort = { rounds: 45, warmUpMs: 1000, sampleMs: 10 };

async function openFresh(folder: string, name: string, pin?: FilePin): Promise<Log> {
  using seed = SecretBytes.random(32);
  const signer = Ed25519SigningKey.fromSeed(seed);
  const origin = `example.com/bench/${name}`;
  return await openLog(join(folder, name), { origin, signer, ...(pin === undefined ? {} : { pin }) });
}

async function appendOneByOne(log: Log): Promise<void> {
  for (let position = 0; position < SINGLE_APPENDS; position += 1) await log.append(event(position));
}

async function bytesOfFirstEntry(log: Log): Promise<Uint8Array> {
  for await (const entry of log.read({ from: 0, to: 1 })) return entry.bytes;
  throw new Error('the log is empty');
}

/** One durable append after another, against the least that durability costs: the same bytes written and synced. */
function appendAgainstBareWrites(name: string, goal: number, isPinned: boolean): Bench {
  return {
    name,
    goal,
    peer: `write+fdatasync@${process.versions.node}`,
    unitsOurs: SINGLE_APPENDS,
    unitsPeer: SINGLE_APPENDS,
    effort: SHORT_ROUNDS,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
      const pin = isPinned ? await openFilePin(join(folder, 'pin')) : undefined;
      const log = await openFresh(folder, name, pin);
      await log.append(event(0));
      const bytes = await bytesOfFirstEntry(log);
      const file = openSync(join(folder, 'bare'), 'w');
      return {
        ours: () => appendOneByOne(log),
        peer: () => {
          for (let position = 0; position < SINGLE_APPENDS; position += 1) {
            writeSync(file, bytes);
            fdatasyncSync(file);
          }
        },
        async close() {
          closeSync(file);
          await log.close();
          await pin?.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/** Thousands of events in one append, against an append each. */
function appendBatched(name: string, goals: Pick<Bench, 'aim' | 'goal'>, isPinned: boolean): Bench {
  return {
    name,
    ...goals,
    peer: 'append one by one@workspace',
    unitsOurs: BATCH,
    unitsPeer: SINGLE_APPENDS,
    effort: SHORT_ROUNDS,
    tells: besideTessera,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
      const pinOf = (log: string) => (isPinned ? openFilePin(join(folder, `${log}.pin`)) : undefined);
      const pins = [await pinOf('batched'), await pinOf('single')];
      const batched = await openFresh(folder, 'batched', pins[0]);
      const single = await openFresh(folder, 'single', pins[1]);
      const events = Array.from({ length: BATCH }, (_, position) => event(position));
      return {
        async ours() {
          await batched.append(events);
        },
        peer: () => appendOneByOne(single),
        async close() {
          await batched.close();
          await single.close();
          for (const pin of pins) await pin?.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

/**
 * Beside what Trillian Tessera publishes of itself, not measured here: 10,000 writes a second on an NVMe disk (its
 * docs/performance.md).
 */
function besideTessera(oursNs: number): Readonly<Record<string, string>> {
  const [processor] = cpus();
  return {
    rate: `${Math.round(1e9 / oursNs)}/s`,
    'tessera-published': '10000/s',
    hardware: `${availableParallelism()} cores of ${processor?.model.trim() ?? 'an unknown processor'}`,
  };
}

export const benches: readonly Bench[] = [
  appendAgainstBareWrites('append', 0.5, false),
  // With a signed checkpoint of every append in a file of its own, which keeps its entry too.
  appendAgainstBareWrites('append-pinned', 0.35, true),
  // One append is too fast for 20 wherever a sync takes less than some 100 us: an entry of a batch would have to take 7 us.
  appendBatched('append-batched', { goal: 12, aim: 20 }, false),
  appendBatched('append-pinned-batched', { goal: 20 }, true),
];
