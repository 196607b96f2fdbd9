import { argon2 } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** What one guess costs. */
export interface Argon2idCost {
  /** In KiB (1,024 bytes). */
  readonly memoryKiB: number;
  readonly passes: number;
  /** Lanes, each of which can run on a core of its own. */
  readonly parallelism: number;
}

/** The floor of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const ARGON2ID_MINIMUM: Argon2idCost = Object.freeze({
  memoryKiB: 19 * 1024,
  passes: 2,
  parallelism: 1,
});

/** RFC 9106 section 4, the second recommended option: 64 MiB, three passes, four lanes. */
export const ARGON2ID_DEFAULT: Argon2idCost = Object.freeze({
  memoryKiB: 64 * 1024,
  passes: 3,
  parallelism: 4,
});

/** What a file from outside may ask of this machine: 2 GiB (RFC 9106's first recommended option), 32 passes, 16 lanes. */
export const ARGON2ID_MAXIMUM: Argon2idCost = Object.freeze({
  memoryKiB: 2 * 1024 * 1024,
  passes: 32,
  parallelism: 16,
});

const SALT_LENGTH = { minimum: 8, maximum: 1024 };
const OUTPUT_LENGTH = { minimum: 4, maximum: 1024 };

export interface Argon2idOptions {
  readonly password: SecretBytes;
  /** 8 to 1,024 bytes; RFC 9106 section 3.1 recommends 16 random ones. */
  readonly salt: Uint8Array;
  readonly cost: Argon2idCost;
  /** 4 to 1,024 bytes. */
  readonly length: number;
}

/**
 * Argon2id version 1.3 (RFC 9106) by OpenSSL, on a thread of the pool.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`, `length-out-of-range`; `kdf-failed` where OpenSSL cannot
 *   do it, which is for lack of memory
 */
export async function argon2id(o: Argon2idOptions): Promise<SecretBytes> {
  checkArgon2idCost(o.cost);
  checkLength('salt', o.salt.length, SALT_LENGTH);
  checkLength('output', o.length, OUTPUT_LENGTH);
  // A copy of our own: the caller may dispose the password while the thread still reads it.
  using password = o.password.clone();
  const output = await password.expose(
    (message) =>
      new Promise<Buffer>((resolve, reject) => {
        const cost = { memory: o.cost.memoryKiB, passes: o.cost.passes, parallelism: o.cost.parallelism };
        argon2('argon2id', { message, nonce: o.salt, tagLength: o.length, ...cost }, (error, derived) => {
          if (error === null) resolve(derived);
          else reject(new CryptoError('kdf-failed', 'argon2id could not be computed', { cause: error }));
        });
      }),
  );
  return SecretBytes.takeFrom(output);
}

/**
 * Refuses a cost outside {@link ARGON2ID_MINIMUM} and {@link ARGON2ID_MAXIMUM}, each number on its own.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`
 */
export function checkArgon2idCost(cost: Argon2idCost): void {
  for (const name of ['memoryKiB', 'passes', 'parallelism'] as const) {
    const value = `${name} ${cost[name]}`;
    if (!Number.isInteger(cost[name]) || cost[name] < ARGON2ID_MINIMUM[name]) {
      throw new CryptoError('kdf-below-minimum', 'the cost of argon2id is too low', {
        value,
        limit: `at least ${ARGON2ID_MINIMUM[name]}`,
      });
    }
    if (cost[name] > ARGON2ID_MAXIMUM[name]) {
      throw new CryptoError('kdf-above-maximum', 'the cost of argon2id is too high', {
        value,
        limit: `at most ${ARGON2ID_MAXIMUM[name]}`,
      });
    }
  }
}

function checkLength(what: string, length: number, range: { minimum: number; maximum: number }): void {
  if (!Number.isInteger(length) || length < range.minimum || length > range.maximum) {
    throw new CryptoError('length-out-of-range', `argon2id takes no ${what} of that length`, {
      value: String(length),
      limit: `${range.minimum} to ${range.maximum} bytes`,
    });
  }
}
