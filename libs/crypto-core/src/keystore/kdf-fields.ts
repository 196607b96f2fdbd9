import type { PassphraseKdf } from '../kdf/passphrase-kdf.ts';

/** What a file says of its derivation: the function by its full name, then its numbers. */
export function kdfFields(derivation: PassphraseKdf): Readonly<Record<string, string | number>> {
  switch (derivation.kdf) {
    case 'argon2id': {
      const { memoryKiB, passes, parallelism } = derivation.cost;
      return { name: 'argon2id', memoryKiB, passes, parallelism };
    }
    case 'scrypt': {
      const { log2N, blockSize, parallelization } = derivation.cost;
      return { name: 'scrypt', log2N, blockSize, parallelization };
    }
    case 'pbkdf2':
      return { name: 'pbkdf2-hmac-sha256', iterations: derivation.cost.iterations };
  }
}

/** The derivation that such fields tell; undefined where they tell none. The numbers may be out of every range. */
export function readKdfFields(fields: Readonly<Record<string, unknown>>): PassphraseKdf | undefined {
  const { memoryKiB, passes, parallelism, log2N, blockSize, parallelization, iterations } = fields;
  switch (fields.name) {
    case 'argon2id':
      if (!isNumber(memoryKiB) || !isNumber(passes) || !isNumber(parallelism)) return undefined;
      return { kdf: 'argon2id', cost: { memoryKiB, passes, parallelism } };
    case 'scrypt':
      if (!isNumber(log2N) || !isNumber(blockSize) || !isNumber(parallelization)) return undefined;
      return { kdf: 'scrypt', cost: { log2N, blockSize, parallelization } };
    case 'pbkdf2-hmac-sha256':
      return isNumber(iterations) ? { kdf: 'pbkdf2', cost: { iterations } } : undefined;
    default:
      return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
