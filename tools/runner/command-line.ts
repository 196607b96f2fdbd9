import { parseArgs } from 'node:util';
import { type Filter, parseFilter } from './filter.ts';

/** What the arguments of a runner ask for. */
export interface CommandLine {
  readonly help: boolean;
  readonly list: boolean;
  readonly folder?: string;
  readonly filter?: Filter;
}

/** Reads a runner's arguments, or throws an error whose message says what is not understood. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { help: { type: 'boolean' }, list: { type: 'boolean' }, folder: { type: 'string' } },
  });
  const [text, ...more] = positionals;
  if (more.length > 0) throw new Error(`one filter at a time, not ${positionals.join(' ')}`);
  const filter = text === undefined ? undefined : parseFilter(text);
  if (text !== undefined && filter === undefined) {
    throw new Error(`a filter is <library> or <library>/<name>, not ${JSON.stringify(text)}`);
  }
  return {
    help: values.help ?? false,
    list: values.list ?? false,
    ...(values.folder === undefined ? {} : { folder: values.folder }),
    ...(filter === undefined ? {} : { filter }),
  };
}

/** What `--help` prints for the runner started by `npm run <command>`. */
export function usage(command: string, about: string): string {
  return `npm run ${command} [-- [--list] [--folder <folder>] [<library>[/<name>]]]

${about}

  <library>          only what is in the folder of that library
  <library>/<name>   only that file, or every result whose name begins so
  --list             print what would run, a line each
  --folder <folder>  take the files from <folder>/<library>/<name>.ts instead of from this project
  --help             print this

Exit code: 0, or 1 when a result missed, or 2 when nothing matches.`;
}
