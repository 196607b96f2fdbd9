import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { workspaceRoot } from '../check/workspace-command.ts';
import { endWithThisProcess } from '../services/end-with-process.ts';

const SCOPE = '@bitcoin-enterprise';

/** One library in a workspace of its own, where it can be mutated. */
export interface LibraryCopy extends Disposable {
  readonly folder: string;
}

/**
 * Copies a library into a temporary workspace: what it depends on is linked, and its own name leads to the copy, so that
 * tests that import it by name meet the mutants as well. Disposing removes all of it.
 *
 * @param source the folder of the library; its copy is at `libs/<library>` in the workspace, named like the folder
 */
export function copyLibrary(source: string): LibraryCopy {
  const folder = mkdtempSync(join(tmpdir(), 'suite-mutation-'));
  const remove = (): void => {
    // What is being ended may still write for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const release = endWithThisProcess({ endNow: remove });
  const copy = {
    folder,
    [Symbol.dispose]: () => {
      release();
      remove();
    },
  };
  try {
    cpSync(source, join(folder, 'libs', basename(source)), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist'].includes(basename(path)),
    });
    cpSync(join(workspaceRoot, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    linkDependencies(folder);
    return copy;
  } catch (error) {
    copy[Symbol.dispose]();
    throw error;
  }
}

function linkDependencies(folder: string): void {
  const installed = join(workspaceRoot, 'node_modules');
  const linked = join(folder, 'node_modules');
  mkdirSync(join(linked, SCOPE), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== SCOPE && name !== '.vite') symlinkSync(join(installed, name), join(linked, name));
  }
  for (const name of readdirSync(join(installed, SCOPE))) {
    const isCopied = readdirSync(join(folder, 'libs')).includes(name);
    const target = isCopied ? join(folder, 'libs', name) : join(installed, SCOPE, name);
    symlinkSync(target, join(linked, SCOPE, name));
  }
}
