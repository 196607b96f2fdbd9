import { argon2 } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { checkCost, checkLengths } from './kdf-limits.ts';

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
  checkLengths('argon2id', o.salt, o.length);
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
  checkCost('argon2id', cost, { minimum: ARGON2ID_MINIMUM, maximum: ARGON2ID_MAXIMUM });
}
