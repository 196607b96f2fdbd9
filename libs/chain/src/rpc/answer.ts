import { ChainError } from '../error/chain-error.ts';
import { isHashText } from '../transaction/hash-text.ts';
import { JsonDecimal } from './json.ts';

/** The fields of an object that a node answered with. */
type AnswerFields = Readonly<Record<string, unknown>>;

const COIN_DECIMALS = 8;
/** Up to eight decimals, or the exponent form in which nodes write amounts such as 1e-8. */
const DECIMAL = /^(-?)(\d{1,20})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/;
const HEX = /^(?:[0-9a-f]{2})*$/;

/** @throws ChainError `rpc-malformed`, as all functions here */
export function asObject(answer: unknown, what: string): AnswerFields {
  if (
    typeof answer === 'object' &&
    answer !== null &&
    !Array.isArray(answer) &&
    !(answer instanceof JsonDecimal)
  ) {
    return answer as AnswerFields;
  }
  return refuse(what, answer, 'an object');
}

export function asArray(answer: unknown, what: string): readonly unknown[] {
  return Array.isArray(answer) ? (answer as unknown[]) : refuse(what, answer, 'an array');
}

export function asText(answer: unknown, what: string): string {
  return typeof answer === 'string' ? answer : refuse(what, answer, 'a text');
}

export function asFlag(answer: unknown, what: string): boolean {
  return typeof answer === 'boolean' ? answer : refuse(what, answer, 'true or false');
}

/** A whole number from 0 to 2^53 - 1. */
export function asCount(answer: unknown, what: string): number {
  return typeof answer === 'number' && answer >= 0 ? answer : refuse(what, answer, 'a whole number from 0');
}

/** A block hash or transaction id. */
export function asHash(answer: unknown, what: string): string {
  return typeof answer === 'string' && isHashText(answer)
    ? answer
    : refuse(what, answer, '64 lower-case hex digits');
}

/** Bytes in hex. */
export function asBytes(answer: unknown, what: string): Uint8Array {
  const valid = typeof answer === 'string' && HEX.test(answer);
  return valid ? Uint8Array.from(Buffer.from(answer, 'hex')) : refuse(what, answer, 'bytes in hex');
}

/** An amount of coins as satoshis: exact, since it is read from its digits and never passes through a double. */
export function asSat(answer: unknown, what: string): bigint {
  const text = answer instanceof JsonDecimal ? answer.text : typeof answer === 'number' ? String(answer) : '';
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return refuse(what, answer, 'an amount of coins');
  const shift = COIN_DECIMALS + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && digits % scale !== 0n) return refuse(what, answer, 'an amount of whole satoshis');
  const sat = shift < 0 ? digits / scale : digits * scale;
  return sign === '-' ? -sat : sat;
}

/** Satoshis as the decimal coins that nodes read, exact. */
export function coinsText(sat: bigint): string {
  const digits = sat.toString().padStart(COIN_DECIMALS + 1, '0');
  return `${digits.slice(0, -COIN_DECIMALS)}.${digits.slice(-COIN_DECIMALS)}`;
}

function refuse(what: string, answer: unknown, limit: string): never {
  const value = describe(answer);
  throw new ChainError('rpc-malformed', `${what} is ${value} where ${limit} is wanted`, { value, limit });
}

/** What was answered, shortened: an answer can be megabytes long. */
function describe(answer: unknown): string {
  if (answer instanceof JsonDecimal) return answer.text.slice(0, 40);
  if (typeof answer === 'string') return `a text of ${answer.length} characters`;
  if (typeof answer === 'number' || typeof answer === 'boolean') return String(answer);
  if (answer === null) return 'null';
  return Array.isArray(answer) ? 'an array' : typeof answer;
}
