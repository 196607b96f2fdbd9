import { pbkdf2 as pbkdf2WithCallback } from 'node:crypto';
import { promisify } from 'node:util';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { checkCost, checkLengths } from './kdf-limits.ts';

/** What one guess costs. It fills no memory: where argon2id or scrypt may be used, they resist special hardware better. */
export interface Pbkdf2Cost {
  readonly iterations: number;
}

/** The floor of OWASP's Password Storage Cheat Sheet for PBKDF2-HMAC-SHA256: 600,000 iterations. */
export const PBKDF2_MINIMUM: Pbkdf2Cost = Object.freeze({ iterations: 600_000 });

/** As {@link PBKDF2_MINIMUM}. */
export const PBKDF2_DEFAULT: Pbkdf2Cost = Object.freeze({ ...PBKDF2_MINIMUM });

/** What a file from outside may ask of this machine: ten million iterations, some seconds. */
export const PBKDF2_MAXIMUM: Pbkdf2Cost = Object.freeze({ iterations: 10_000_000 });

const pbkdf2OfOpenSsl = promisify(pbkdf2WithCallback);

export interface Pbkdf2Options {
  readonly password: SecretBytes;
  /** 8 to 1,024 bytes. */
  readonly salt: Uint8Array;
  readonly cost: Pbkdf2Cost;
  /** 4 to 1,024 bytes; each 32 cost the iterations once more (RFC 8018 section 5.2). */
  readonly length: number;
}

/**
 * PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2) by OpenSSL, on a thread of the pool.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`, `length-out-of-range`, `kdf-failed`
 */
export async function pbkdf2(o: Pbkdf2Options): Promise<SecretBytes> {
  checkPbkdf2Cost(o.cost);
  checkLengths('PBKDF2', o.salt, o.length);
  return await pbkdf2OfAnyCost(o);
}

/** {@link pbkdf2} without its limits, for published figures that were computed with less. */
export async function pbkdf2OfAnyCost(o: Pbkdf2Options): Promise<SecretBytes> {
  // A copy of our own: the caller may dispose the password while the thread still reads it.
  using password = o.password.clone();
  try {
    const output = await password.expose((bytes) =>
      pbkdf2OfOpenSsl(bytes, o.salt, o.cost.iterations, o.length, 'sha256'),
    );
    return SecretBytes.takeFrom(output);
  } catch (cause) {
    throw new CryptoError('kdf-failed', 'PBKDF2 could not be computed', { cause });
  }
}

/**
 * Refuses a number of iterations outside {@link PBKDF2_MINIMUM} and {@link PBKDF2_MAXIMUM}.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`
 */
export function checkPbkdf2Cost(cost: Pbkdf2Cost): void {
  checkCost('PBKDF2', cost, { minimum: PBKDF2_MINIMUM, maximum: PBKDF2_MAXIMUM });
}
