import { ChainError } from '../error/chain-error.ts';

/**
 * A number of an answer that is not a whole number within 2^53, as its digits stood there. Nodes write amounts as
 * decimal coins, and a double holds only some sixteen digits: 67,108,864.00000001 LTC is already another number there.
 */
export class JsonDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Plain digits: what nodes write, and what stays itself as a JavaScript number if it is small enough. */
const WHOLE = /^-?\d+$/;

/**
 * Reads JSON without rounding a number: see {@link JsonDecimal}.
 *
 * @throws ChainError `rpc-malformed`
 */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
  } catch (cause) {
    const value = `${text.length} characters`;
    throw new ChainError('rpc-malformed', `the node's answer of ${value} is no JSON`, {
      value,
      limit: 'JSON',
      cause,
    });
  }
}

/**
 * `JSON.parse` hands the source of every number over ("JSON.parse source text access"), which TypeScript does not know
 * of yet.
 */
function keepDigits(_key: string, value: unknown, context: { readonly source: string }): unknown {
  if (typeof value !== 'number') return value;
  return WHOLE.test(context.source) && Number.isSafeInteger(value) ? value : new JsonDecimal(context.source);
}
