/** What `npm run fuzz` takes besides what every runner takes. */
export interface FuzzOptions {
  readonly seed: number;
  readonly limits: { readonly seconds?: number; readonly executions?: number };
  /** One input to run alone, instead of looking for inputs. */
  readonly inputHex?: string;
}

const DEFAULT_SEED = 1;
const DEFAULT_SECONDS = 8;

export const OPTIONS_HELP = `Of its own it takes

  --seconds <n>      for how long each target runs (${DEFAULT_SECONDS}, or what FUZZ_SECONDS says)
  --execs <n>        how many inputs each target runs, however long that takes
  --seed <n>         from which the inputs are made (${DEFAULT_SEED})
  --input <hex>      run this one input and tell what comes of it`;

/** Takes these options out of the arguments and gives the rest, for the runner. */
export function takeFuzzOptions(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): { readonly options: FuzzOptions; readonly rest: readonly string[] } {
  const given = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const [, name, inline] = /^--(seconds|execs|seed|input)(?:=(.*))?$/u.exec(argument) ?? [];
    if (name === undefined) {
      rest.push(argument);
      continue;
    }
    if (inline === undefined) index += 1;
    given.set(name, inline ?? argv[index] ?? '');
  }

  const number = (name: string, pattern: RegExp): number | undefined => {
    const text = given.get(name);
    if (text === undefined) return undefined;
    if (!pattern.test(text)) throw new Error(`--${name} takes a number, not ${JSON.stringify(text)}`);
    return Number(text);
  };
  const inputHex = given.get('input');
  if (inputHex !== undefined && !/^(?:[0-9a-f]{2})*$/iu.test(inputHex)) {
    throw new Error(`--input takes hexadecimal digits, not ${JSON.stringify(inputHex)}`);
  }
  const executions = number('execs', /^\d{1,12}$/u);
  const environmentSeconds = Number(environment.FUZZ_SECONDS ?? DEFAULT_SECONDS) || DEFAULT_SECONDS;
  const seconds =
    number('seconds', /^\d{1,6}(?:\.\d+)?$/u) ?? (executions === undefined ? environmentSeconds : undefined);
  return {
    options: {
      seed: number('seed', /^\d{1,9}$/u) ?? DEFAULT_SEED,
      limits: {
        ...(seconds === undefined ? {} : { seconds }),
        ...(executions === undefined ? {} : { executions }),
      },
      ...(inputHex === undefined ? {} : { inputHex }),
    },
    rest,
  };
}
