import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModel, type ModelRun, type ModelVerdict } from '../spin.ts';
import { isServiceError } from '../service-error.ts';
import { privateFolder } from './private-folder.ts';

/** Two processes that count to LIMIT; with LOSES, they do not do it atomically. */
const COUNTERS = `
byte count, done;
ltl ends { <> (done == 2) }
active [2] proctype Counter() {
#ifdef LOSES
  byte seen = count;
  count = seen + 1;
#else
  count++;
#endif
#ifdef TURNS_FOR_EVER
  do
  :: true -> skip
  od;
#endif
  done++;
  assert(done < 2 || count == 2)
}
`;

async function check(run: ModelRun, model = COUNTERS): Promise<ModelVerdict> {
  await using folder = await privateFolder();
  const path = join(folder.path, 'counters.pml');
  await writeFile(path, model);
  return await checkModel(path, join(folder.path, 'spin'), run);
}

describe('checking a model', () => {
  it('visits every state of one in which everything holds', async () => {
    const verdict = await check({ defines: [], claim: 'assertions' });
    expect(verdict).toMatchObject({ ok: true, violation: '' });
    expect(verdict.states).toBeGreaterThan(5);
    expect(await check({ defines: [], claim: 'assertions', isLong: true })).toEqual(verdict);
  });

  it('finds the assertion that a variant of it violates', async () => {
    const verdict = await check({ defines: ['LOSES'], claim: 'assertions' });
    expect(verdict.ok).toBe(false);
    expect(verdict.violation).toContain('assertion violated');
  });

  it('finds the execution that never comes to what the formula promises', async () => {
    expect((await check({ defines: [], claim: 'formula' })).ok).toBe(true);
    const verdict = await check({ defines: ['TURNS_FOR_EVER'], claim: 'formula' });
    expect(verdict.ok).toBe(false);
    expect(verdict.violation).toContain('acceptance cycle');
  });

  it('refuses what is no model', async () => {
    const refused = await check({ defines: [], claim: 'assertions' }, 'this is no model').catch(
      (e: unknown) => e,
    );
    expect(isServiceError(refused) && refused.code).toBe('compiler-refused');
  });
});
