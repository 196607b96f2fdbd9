import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './command-error.ts';

/** What was given to a command. */
export interface GivenArguments {
  readonly positionals: readonly string[];
  text(option: string): string | undefined;
  has(option: string): boolean;
}

/**
 * Reads the arguments of a command.
 *
 * @param positionals what must be given without an option, by name
 * @throws CommandError `usage`
 */
export function readArguments(
  args: readonly string[],
  positionals: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): GivenArguments {
  const parsed = parsedArguments(args, options);
  if (parsed.positionals.length !== positionals.length) {
    const wanted = positionals.length === 0 ? 'nothing' : positionals.join(' ');
    throw new CommandError('usage', `expected ${wanted}, and ${parsed.positionals.length} were given`);
  }
  return {
    positionals: parsed.positionals,
    text: (option) => {
      const value = parsed.values[option];
      return typeof value === 'string' ? value : undefined;
    },
    has: (option) => parsed.values[option] === true,
  };
}

function parsedArguments(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): { readonly positionals: string[]; readonly values: Readonly<Record<string, unknown>> } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new CommandError('usage', error instanceof Error ? error.message : String(error), error);
  }
}
