import { scrypt as scryptWithCallback, type ScryptOptions as OpenSslOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { checkCost, checkLengths } from './kdf-limits.ts';

/** What one guess costs, in the parameters of RFC 7914 section 2. One guess fills 128 · N · r bytes. */
export interface ScryptCost {
  /** The binary logarithm of N, which RFC 7914 wants to be a power of two. */
  readonly log2N: number;
  /** r */
  readonly blockSize: number;
  /** p: how often the work is done, in the same memory. */
  readonly parallelization: number;
}

/** The floor of OWASP's Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which is 128 MiB. */
export const SCRYPT_MINIMUM: ScryptCost = Object.freeze({ log2N: 17, blockSize: 8, parallelization: 1 });

/** As {@link SCRYPT_MINIMUM}. */
export const SCRYPT_DEFAULT: ScryptCost = Object.freeze({ ...SCRYPT_MINIMUM });

/** What a file from outside may ask of this machine: N = 2^20, r = 16, p = 16, which is 2 GiB, filled sixteen times. */
export const SCRYPT_MAXIMUM: ScryptCost = Object.freeze({ log2N: 20, blockSize: 16, parallelization: 16 });

const scryptOfOpenSsl: (
  password: Uint8Array,
  salt: Uint8Array,
  length: number,
  options: OpenSslOptions,
) => Promise<Buffer> = promisify(scryptWithCallback);

export interface ScryptOptions {
  readonly password: SecretBytes;
  /** 8 to 1,024 bytes. */
  readonly salt: Uint8Array;
  readonly cost: ScryptCost;
  /** 4 to 1,024 bytes. */
  readonly length: number;
}

/**
 * scrypt (RFC 7914) by OpenSSL, on a thread of the pool.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`, `length-out-of-range`; `kdf-failed` where OpenSSL cannot
 *   do it, which is for lack of memory
 */
export async function scrypt(o: ScryptOptions): Promise<SecretBytes> {
  checkScryptCost(o.cost);
  checkLengths('scrypt', o.salt, o.length);
  return await scryptOfAnyCost(o);
}

/** {@link scrypt} without its limits, for published figures that were computed with less. */
export async function scryptOfAnyCost(o: ScryptOptions): Promise<SecretBytes> {
  const { blockSize, parallelization } = o.cost;
  const cost = 2 ** o.cost.log2N;
  // What OpenSSL counts (RFC 7914 section 6: B, V, and two blocks to work in), so that it refuses nothing.
  const maxmem = 128 * blockSize * (cost + parallelization + 2);
  // A copy of our own: the caller may dispose the password while the thread still reads it.
  using password = o.password.clone();
  const options = { cost, blockSize, parallelization, maxmem };
  try {
    const output = await password.expose((bytes) => scryptOfOpenSsl(bytes, o.salt, o.length, options));
    return SecretBytes.takeFrom(output);
  } catch (cause) {
    throw new CryptoError('kdf-failed', 'scrypt could not be computed', { cause });
  }
}

/**
 * Refuses a cost outside {@link SCRYPT_MINIMUM} and {@link SCRYPT_MAXIMUM}, each number on its own.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`
 */
export function checkScryptCost(cost: ScryptCost): void {
  checkCost('scrypt', cost, { minimum: SCRYPT_MINIMUM, maximum: SCRYPT_MAXIMUM });
}
