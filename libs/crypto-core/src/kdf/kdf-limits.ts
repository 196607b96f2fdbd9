import { CryptoError } from '../error.ts';

/** Lengths of salt and output that every derivation from a passphrase takes, in bytes. */
const SALT_LENGTH = { minimum: 8, maximum: 1024 };
const OUTPUT_LENGTH = { minimum: 4, maximum: 1024 };

/**
 * Refuses a cost outside of two others, each number on its own.
 *
 * @throws CryptoError `kdf-below-minimum`, also for what is no whole number; `kdf-above-maximum`
 */
export function checkCost<Cost extends object>(
  kdf: string,
  cost: Cost,
  limits: { readonly minimum: Cost; readonly maximum: Cost },
): void {
  for (const name of Object.keys(limits.minimum) as (keyof Cost & string)[]) {
    const [given, minimum, maximum] = [cost[name], limits.minimum[name], limits.maximum[name]];
    const value = `${name} ${String(given)}`;
    if (!Number.isInteger(given) || given < minimum) {
      throw new CryptoError('kdf-below-minimum', `the cost of ${kdf} is too low`, {
        value,
        limit: `at least ${String(minimum)}`,
      });
    }
    if (given > maximum) {
      throw new CryptoError('kdf-above-maximum', `the cost of ${kdf} is too high`, {
        value,
        limit: `at most ${String(maximum)}`,
      });
    }
  }
}

/**
 * Refuses a salt or an output of a length that no derivation here takes.
 *
 * @throws CryptoError `length-out-of-range`
 */
export function checkLengths(kdf: string, salt: Uint8Array, outputLength: number): void {
  checkLength(`${kdf} takes no salt`, salt.length, SALT_LENGTH);
  checkLength(`${kdf} takes no output`, outputLength, OUTPUT_LENGTH);
}

function checkLength(what: string, length: number, range: { minimum: number; maximum: number }): void {
  if (!Number.isInteger(length) || length < range.minimum || length > range.maximum) {
    throw new CryptoError('length-out-of-range', `${what} of that length`, {
      value: String(length),
      limit: `${range.minimum} to ${range.maximum} bytes`,
    });
  }
}
