import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import type { Finding } from './check.ts';
import { readWorkspace } from './workspace.ts';
import { commandFinding, workspaceRoot } from './workspace-command.ts';

/** Type-checks every package that has a tsconfig.json, at most as many at a time as the machine has cores. */
export async function typecheck(): Promise<Finding> {
  const waiting = readWorkspace(workspaceRoot)
    .map(({ folder }) => `${folder}/tsconfig.json`)
    .filter((file) => existsSync(join(workspaceRoot, file)));
  const findings: Finding[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      findings.push(await commandFinding('tsc', '-p', file, '--noEmit'));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const failed = findings.filter(({ ok }) => !ok);
  return { ok: failed.length === 0, output: failed.map(({ output }) => output).join('\n') };
}
