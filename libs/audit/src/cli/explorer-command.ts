import { readFile, writeFile } from 'node:fs/promises';
import { readArguments } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { printable, type Terminal } from './terminal.ts';

const DEFAULT_FILE = 'audit-explorer.html';

/** Beside the compiled command, or, when the sources run, in the folder that a build fills. */
const PLACES: readonly string[] = ['../explorer.html', '../../dist/explorer.html'];

/** `audit explorer [--out <file.html>]`: writes the page that verifies bundles in a browser, from disk, without network. */
export async function explorerCommand(args: readonly string[], out: Terminal): Promise<0 | 1> {
  const given = readArguments(args, [], { out: { type: 'string' } });
  const path = given.text('out') ?? DEFAULT_FILE;
  const page = await explorerPage();
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new CommandError('file-unwritable', error instanceof Error ? error.message : path, error);
  }
  out.write(`${printable(path)}\n`);
  return 0;
}

async function explorerPage(): Promise<Uint8Array> {
  for (const place of PLACES) {
    const page = await readFile(new URL(place, import.meta.url)).catch(() => undefined);
    if (page !== undefined) return page;
  }
  throw new CommandError(
    'explorer-absent',
    'this copy of the package has no explorer page; in the workspace, node tools/explorer/build.ts makes it',
  );
}
