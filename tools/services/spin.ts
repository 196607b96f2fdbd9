import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compileProgram, preprocess } from './c-compiler.ts';
import { locate } from './locate.ts';
import { runCommand } from './run-command.ts';
import { ServiceError } from './service-error.ts';

/** Steps of one execution; one that is longer is an error, because what is behind it would not be looked at. */
const MAX_DEPTH = 100_000;

/** What to look for in a Promela model. */
export interface ModelRun {
  /** Names for its preprocessor, such as `POSTGRES` or `CALLERS=2`. */
  readonly defines: readonly string[];
  /**
   * `assertions`: every assertion in every state, and that nothing ends where it should not. `formula`: that the model's
   * one temporal formula holds of every execution that is weakly fair to its processes.
   */
  readonly claim: 'assertions' | 'formula';
  /** Whether so many states are expected that the search is worth optimising. */
  readonly isLong?: boolean;
}

/** What was found. */
export interface ModelVerdict {
  readonly ok: boolean;
  /** Different states that were visited: all that there are, when `ok`. */
  readonly states: number;
  /** The first violation; empty when there is none. */
  readonly violation: string;
}

/**
 * Searches every state of a model with Spin.
 *
 * @param folder for what Spin writes; made when it is missing
 * @throws ServiceError where Spin or a C compiler is not to be had; `compiler-refused` where the model is malformed
 */
export async function checkModel(
  model: string,
  folder: string,
  { defines, claim, isLong = false }: ModelRun,
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<ModelVerdict> {
  const spin = await locate('spin', o);
  await mkdir(folder, { recursive: true });
  const preprocessed = join(folder, 'model.pml');
  await preprocess(
    model,
    preprocessed,
    defines.map((name) => `-D${name}`),
    o,
  );
  // Spin would run `gcc -E` itself.
  const generated = await runCommand(spin.command, [...spin.prefixArguments, '-Pcat', '-a', preprocessed], {
    cwd: folder,
  });
  if (generated.status !== 0 || !/^ltl |^$/.test(generated.stdout)) {
    throw new ServiceError('compiler-refused', `spin: ${generated.stdout.trim().slice(0, 2000)}`, {
      value: model,
      limit: 'a Promela model',
    });
  }
  const options = claim === 'assertions' ? ['-DSAFETY', '-DNOCLAIM', '-DCOLLAPSE'] : ['-DNFAIR=3'];
  const program = await compileProgram(
    [join(folder, 'pan.c')],
    join(folder, 'pan'),
    [isLong ? '-O1' : '-O0', '-w', '-DVECTORSZ=512', ...options],
    o,
  );
  const search = [`-m${String(MAX_DEPTH)}`, ...(claim === 'assertions' ? [] : ['-a', '-f'])];
  const { stdout, stderr } = await runCommand(program.command, [...program.prefixArguments, ...search], {
    cwd: folder,
  });
  return verdictOf(stdout, stderr);
}

function verdictOf(stdout: string, stderr: string): ModelVerdict {
  const errors = /errors: (\d+)/.exec(stdout)?.[1];
  const states = Number(/(\d+) states, stored/.exec(stdout)?.[1] ?? 0);
  const violation = /^pan:\d+: (.*)$/m.exec(stdout)?.[1];
  const isCut = /max search depth too small|Search not completed/.test(stdout);
  if (errors === '0' && states > 0 && !isCut) return { ok: true, states, violation: '' };
  const reason = violation ?? (isCut ? 'the search was not completed' : stderr.trim());
  return { ok: false, states, violation: reason.slice(0, 200) };
}
