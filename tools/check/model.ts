import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkModel, type ModelRun } from '../services/spin.ts';
import type { Finding } from './check.ts';
import { workspaceRoot } from './workspace-command.ts';

const MODEL = join(workspaceRoot, 'libs', 'audit', 'model', 'sequencer.pml');

/** The protocol as it is: over a file, without a pin, with one that keeps entries, and over a database. */
const SOUND: readonly ModelRun[] = [
  { defines: ['MISFORTUNES=2'], claim: 'assertions', isLong: true },
  { defines: ['MISFORTUNES=2', 'UNPINNED'], claim: 'assertions', isLong: true },
  { defines: ['MISFORTUNES=3', 'CALLERS=2', 'POSTGRES'], claim: 'assertions', isLong: true },
  { defines: ['MISFORTUNES=3', 'CALLERS=2', 'KEEPER'], claim: 'assertions', isLong: true },
  { defines: ['MISFORTUNES=1', 'CALLERS=2'], claim: 'formula' },
  { defines: ['MISFORTUNES=1', 'CALLERS=2', 'UNPINNED'], claim: 'formula' },
  { defines: ['MISFORTUNES=1', 'CALLERS=2', 'POSTGRES'], claim: 'formula' },
  { defines: ['MISFORTUNES=1', 'CALLERS=2', 'KEEPER'], claim: 'formula' },
];

/** The protocol with one deliberate fault each: a model that does not find it proves nothing. */
const FAULTY: readonly ModelRun[] = [
  ...[
    ['ACK_BEFORE_SYNC'],
    ['ACK_BEFORE_PIN'],
    ['PIN_BEFORE_COMMIT'],
    ['PIN_READ_BEFORE_LOCK'],
    ['GO_ON_AFTER_FAILED_PIN'],
    ['NO_LOCK'],
    ['NO_SEAL_CHECK'],
    ['NO_PIN_CHECK'],
    ['NO_KEY_CHECK'],
    ['NO_FENCE', 'POSTGRES'],
    ['PIN_GOES_BACK', 'POSTGRES'],
    ['HOLD_UNNAMED', 'KEEPER'],
    ['START_OVER_EARLY', 'KEEPER'],
    ['NO_RESTORE', 'KEEPER'],
    ['PIN_NOT_NEEDED', 'KEEPER'],
    ['CLOSE_UNSTORED', 'KEEPER'],
  ].map((fault): ModelRun => ({ defines: [...fault, 'MISFORTUNES=3', 'CALLERS=2'], claim: 'assertions' })),
  { defines: ['NEVER_REOPENED', 'MISFORTUNES=1', 'CALLERS=2'], claim: 'formula' },
];

/** Searches every state of the model of the audit log's sequencer, and lets it find every deliberate fault. */
export async function modelFinding(): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'suite-model-'));
  try {
    const problems: string[] = [];
    let states = 0;
    const waiting = [...[...SOUND, ...FAULTY].entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [number, run] = next;
        const isSound = SOUND.includes(run);
        const verdict = await checkModel(MODEL, join(folder, String(number)), run);
        if (isSound) states += verdict.states;
        if (verdict.ok === isSound) continue;
        problems.push(`${run.claim} with ${run.defines.join(' ')}: ${verdict.violation || 'no fault found'}`);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return {
      ok: problems.length === 0,
      output: problems.join('\n'),
      measured: `${String(states)} states, ${String(FAULTY.length)} deliberate faults found`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
