import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog, type Log, type NewEvent } from '@bitcoin-enterprise/audit';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { Bench } from '../bench.ts';

const BATCH = 8_192;
const SMALL = 10_000;
const LARGE = 1_000_000;

function eventNumber(position: number): NewEvent {
  return { stream: `machine/${position % 1_000}`, type: 'hashrate.measured', body: { position } };
}

async function grow(log: Log, size: number): Promise<void> {
  while (log.size < size) {
    const count = Math.min(BATCH, size - log.size);
    const first = log.size;
    await log.append(Array.from({ length: count }, (_, offset) => eventNumber(first + offset)));
  }
}

/** One more batch in a log of a million entries, against the same in a log of ten thousand. */
const leafAtAMillion: Bench = {
  name: 'leaf-at-a-million',
  goal: 1 / 1.3,
  peer: 'leaf at 10,000@workspace',
  unitsOurs: BATCH,
  unitsPeer: BATCH,
  async prepare() {
    const folder = await mkdtemp(join(tmpdir(), 'bench-growth-'));
    using seed = SecretBytes.random(32);
    const signer = Ed25519SigningKey.fromSeed(seed);
    const open = (name: string): Promise<Log> =>
      openLog(join(folder, name), { origin: `example.com/bench/${name}`, signer });
    const large = await open('large');
    await grow(large, LARGE);
    const batchOf = (log: Log): NewEvent[] =>
      Array.from({ length: BATCH }, (_, offset) => eventNumber(log.size + offset));
    const small = await open('small');
    await grow(small, SMALL);
    return {
      async ours() {
        await large.append(batchOf(large));
      },
      async peer() {
        await small.append(batchOf(small));
      },
      async close() {
        await large.close();
        await small.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

export const benches: readonly Bench[] = [leafAtAMillion];
