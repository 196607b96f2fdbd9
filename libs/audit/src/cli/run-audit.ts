import { CommandError } from './command-error.ts';
import { explorerCommand } from './explorer-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { printable, type Terminal } from './terminal.ts';
import { verifyCommand } from './verify-command.ts';

const USAGE = `Usage:
  audit verify <bundle> --policy <trust.json> [--json]   check a bundle against what you trust
  audit inspect <bundle> [--entries]                     say what a bundle claims, without trusting it
  audit explorer [--out <file.html>]                     write the page that checks bundles in a browser

Exit status: 0 verified (or done), 1 refused, 2 the command could not be carried out.
`;

/** One command: gives the exit status. */
export type Command = (args: readonly string[], out: Terminal, notes: Terminal) => Promise<0 | 1>;

const COMMANDS: Readonly<Record<string, Command>> = {
  verify: verifyCommand,
  inspect: inspectCommand,
  explorer: explorerCommand,
};

/**
 * The `audit` command line.
 *
 * @param out takes what was asked for
 * @param notes takes progress and what went wrong
 * @returns the exit status: 0 verified, 1 refused, 2 not carried out
 */
export async function runAudit(args: readonly string[], out: Terminal, notes: Terminal): Promise<0 | 1 | 2> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h') {
    out.write(USAGE);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command === undefined)
      throw new CommandError('usage', name === '' ? 'no command' : `no command ${name}`);
    return await command(rest, out, notes);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    notes.write(`audit: ${error.code}: ${printable(error.message)}\n`);
    if (error.code === 'usage') notes.write(USAGE);
    return 2;
  }
}
