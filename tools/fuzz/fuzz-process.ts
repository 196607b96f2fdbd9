import { once } from 'node:events';
import { exportOf } from '@bitcoin-enterprise/tools/runner';
import { Counters } from './counters.ts';
import { CurrentInput } from './current-input.ts';
import { DEFAULT_MAX_LENGTH, fuzz, replay } from './engine.ts';
import type { FuzzJob, FuzzMessage } from './fuzz-job.ts';
import { instrumentLibraries } from './instrument.ts';
import { seedRandomness } from './seeded-randomness.ts';
import type { FuzzTarget } from './target.ts';

const PROGRESS_MS = 500;

/** The process in which one target is fuzzed: what an input does to it, it does to nothing else. */
async function main({ source, seed, currentInput, instrumented, work }: FuzzJob): Promise<FuzzMessage> {
  const counters = new Counters();
  counters.install();
  instrumentLibraries(instrumented);
  seedRandomness(seed);
  const target = (await exportOf(source, 'target')) as FuzzTarget<unknown>;
  const input = work.kind === 'replay' ? new Uint8Array(Buffer.from(work.inputHex, 'hex')) : new Uint8Array();
  const longest = Math.max(
    target.maxLength ?? DEFAULT_MAX_LENGTH,
    input.length,
    ...target.seeds.map(({ length }) => length),
  );
  const current = new CurrentInput(currentInput, longest);
  if (work.kind === 'replay') {
    current.write(input);
    return { type: 'replayed', result: await replay(target, input) };
  }

  Error.stackTraceLimit = 0;
  let told = performance.now();
  const report = await fuzz(target, {
    counters,
    seed,
    limits: work.limits,
    record: (bytes) => {
      current.write(bytes);
    },
    progress: (soFar) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      process.send?.({ type: 'progress', report: soFar } satisfies FuzzMessage);
    },
  });
  return { type: 'report', report };
}

// Whoever started this process and went away cannot be told anything any more.
process.on('disconnect', () => process.exit());
const [job] = (await once(process, 'message')) as [FuzzJob];
const message = await main(job).catch((error: unknown): FuzzMessage => ({
  type: 'failed',
  stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
}));
process.send?.(message, () => {
  process.disconnect();
});
