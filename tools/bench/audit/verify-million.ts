import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@bitcoin-enterprise/audit';
import { Ed25519SigningKey, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import type { MemoryBench } from '../bench.ts';

const ENTRIES = 1_000_000;
const BATCH = 8_000;
const ORIGIN = 'example.com/bench/verify-million';
const PROCESS = join(import.meta.dirname, 'verify-million', 'verify-process.ts');

/** What the process that verifies tells. Memory in bytes. */
interface Figures {
  readonly entries: number;
  readonly before: number;
  readonly peak: number;
  readonly seconds: number;
  /** Of the processor, in user mode. */
  readonly cpuSeconds: number;
}

/** Writes the bundle of a log of a million entries; gives the key that signed it. */
async function makeBundle(folder: string, path: string): Promise<string> {
  using seed = SecretBytes.random(32);
  const signer = Ed25519SigningKey.fromSeed(seed);
  await using log = await openLog(join(folder, 'log'), { origin: ORIGIN, signer });
  for (let first = 0; first < ENTRIES; first += BATCH) {
    await log.append(
      Array.from({ length: BATCH }, (_, offset) => ({
        stream: `withdrawal/${(first + offset) % 40}`,
        type: 'withdrawal.approved',
        subject: `customer:${(first + offset) % 60}`,
        body: { amountSat: 125_000n + BigInt(first + offset) },
      })),
    );
  }
  await writeFile(path, log.exportBundle());
  return toHex(signer.publicKey);
}

/** Memory that verifying takes beyond what the program has before it begins: Node itself, and the loaded code. */
const verifyMillion: MemoryBench = {
  name: 'verify-million',
  limitMb: 150,
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'bench-verify-million-'));
    try {
      const path = join(folder, 'bundle.jsonl');
      const publicKey = await makeBundle(folder, path);
      const { size } = await stat(path);
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [...process.execArgv, PROCESS, path, ORIGIN, publicKey],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(stderr);
      const { entries, before, peak, seconds, cpuSeconds } = JSON.parse(stdout) as Figures;
      if (entries !== ENTRIES) throw new Error(`${entries} entries were verified`);
      return {
        usedMb: (peak - before) / 1e6,
        fields: {
          peakOfProcess: `${(peak / 1e6).toPrecision(3)}MB`,
          bundle: `${Math.round(size / 1e6)}MB`,
          seconds: seconds.toPrecision(3),
          cpuSeconds: cpuSeconds.toPrecision(3),
          entriesPerCpuSecond: Math.round(entries / cpuSeconds),
        },
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

export const benches: readonly MemoryBench[] = [verifyMillion];
