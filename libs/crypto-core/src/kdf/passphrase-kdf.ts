import type { SecretBytes } from '../secret/secret-bytes.ts';
import { ARGON2ID_DEFAULT, argon2id, type Argon2idCost, checkArgon2idCost } from './argon2id.ts';
import { checkPbkdf2Cost, PBKDF2_DEFAULT, pbkdf2, type Pbkdf2Cost } from './pbkdf2.ts';
import { checkScryptCost, SCRYPT_DEFAULT, scrypt, type ScryptCost } from './scrypt.ts';

/** How a passphrase becomes a key, with all its numbers. */
export type PassphraseKdf =
  | { readonly kdf: 'argon2id'; readonly cost: Argon2idCost }
  | { readonly kdf: 'scrypt'; readonly cost: ScryptCost }
  | { readonly kdf: 'pbkdf2'; readonly cost: Pbkdf2Cost };

/** How a passphrase is to become a key: argon2id, and the default cost of what is chosen, unless given. */
export type PassphraseKdfOptions =
  | { readonly kdf?: 'argon2id'; readonly cost?: Argon2idCost }
  | { readonly kdf: 'scrypt'; readonly cost?: ScryptCost }
  | { readonly kdf: 'pbkdf2'; readonly cost?: Pbkdf2Cost };

/**
 * The choice with every default filled in.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`
 */
export function choosePassphraseKdf(o: PassphraseKdfOptions): PassphraseKdf {
  const chosen = withDefaults(o);
  checkPassphraseKdf(chosen);
  return chosen;
}

/** @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum` */
export function checkPassphraseKdf(o: PassphraseKdf): void {
  switch (o.kdf) {
    case 'argon2id':
      checkArgon2idCost(o.cost);
      break;
    case 'scrypt':
      checkScryptCost(o.cost);
      break;
    case 'pbkdf2':
      checkPbkdf2Cost(o.cost);
      break;
  }
}

/**
 * The 32-byte key that a passphrase gives with a salt.
 *
 * @throws CryptoError `kdf-below-minimum`, `kdf-above-maximum`, `kdf-failed`, `length-out-of-range`, `secret-disposed`
 */
export function keyFromPassphrase(
  password: SecretBytes,
  salt: Uint8Array,
  o: PassphraseKdf,
): Promise<SecretBytes> {
  switch (o.kdf) {
    case 'argon2id':
      return argon2id({ password, salt, cost: o.cost, length: 32 });
    case 'scrypt':
      return scrypt({ password, salt, cost: o.cost, length: 32 });
    case 'pbkdf2':
      return pbkdf2({ password, salt, cost: o.cost, length: 32 });
  }
}

function withDefaults(o: PassphraseKdfOptions): PassphraseKdf {
  if (o.kdf === 'scrypt') return { kdf: 'scrypt', cost: o.cost ?? SCRYPT_DEFAULT };
  if (o.kdf === 'pbkdf2') return { kdf: 'pbkdf2', cost: o.cost ?? PBKDF2_DEFAULT };
  return { kdf: 'argon2id', cost: o.cost ?? ARGON2ID_DEFAULT };
}
