import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import type { Finding } from './check.ts';
import { readWorkspace } from './workspace.ts';
import { commandFinding, workspaceRoot } from './workspace-command.ts';

/** Sources of a library for another platform than Node, with settings of their own. */
const APART = ['libs/audit/src/explorer/tsconfig.json'];

/** Type-checks every package that has a tsconfig.json, at most as many at a time as the machine has cores. */
export async function typecheck(): Promise<Finding> {
  const packages = readWorkspace(workspaceRoot).map(({ folder }) => `${folder}/tsconfig.json`);
  const waiting = [...packages.filter((file) => existsSync(join(workspaceRoot, file))), ...APART];
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
