import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog, type Log, type NewEvent } from '@bitcoin-enterprise/audit';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { Bench } from '../bench.ts';

const SINGLE_APPENDS = 500;
const BATCH = 4000;

/** The event of the library's README, in some streams and about some subjects. */
function event(position: number): NewEvent {
  return {
    stream: `withdrawal/${position % 40}`,
    type: 'withdrawal.approved',
    subject: `customer:${position % 60}`,
    body: { amountSat: 125_000n + BigInt(position) },
  };
}

async function openFresh(folder: string, name: string): Promise<Log> {
  using seed = SecretBytes.random(32);
  const signer = Ed25519SigningKey.fromSeed(seed);
  return await openLog(join(folder, name), { origin: `example.com/bench/${name}`, signer });
}

async function appendOneByOne(log: Log): Promise<void> {
  for (let position = 0; position < SINGLE_APPENDS; position += 1) await log.append(event(position));
}

function bytesOfFirstEntry(log: Log): Uint8Array {
  const [entry] = log.read({ from: 0, to: 1 });
  if (entry === undefined) throw new Error('the log is empty');
  return entry.bytes;
}

const append: Bench = {
  name: 'append',
  goal: 0.5,
  peer: `write+fdatasync@${process.versions.node}`,
  unitsOurs: SINGLE_APPENDS,
  unitsPeer: SINGLE_APPENDS,
  async prepare() {
    const folder = await mkdtemp(join(tmpdir(), 'bench-append-'));
    const log = await openFresh(folder, 'append');
    await log.append(event(0));
    const bytes = bytesOfFirstEntry(log);
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
        await rm(folder, { recursive: true });
      },
    };
  },
};

const appendBatched: Bench = {
  name: 'append-batched',
  goal: 20,
  peer: 'append one by one@workspace',
  unitsOurs: BATCH,
  unitsPeer: SINGLE_APPENDS,
  async prepare() {
    const folder = await mkdtemp(join(tmpdir(), 'bench-append-batched-'));
    const batched = await openFresh(folder, 'batched');
    const single = await openFresh(folder, 'single');
    const events = Array.from({ length: BATCH }, (_, position) => event(position));
    return {
      async ours() {
        await batched.append(events);
      },
      peer: () => appendOneByOne(single),
      async close() {
        await batched.close();
        await single.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

export const benches: readonly Bench[] = [append, appendBatched];
