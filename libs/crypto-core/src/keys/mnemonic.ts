import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** BIP39, "From mnemonic to seed". */
const SEED_ITERATIONS = 2048;
const SEED_LENGTH = 64;
const SALT_PREFIX = 'mnemonic';
/** BIP39, "Generating the mnemonic": 128 to 256 bits in steps of 32. */
const ENTROPY_LENGTHS: readonly number[] = [16, 20, 24, 28, 32];
/** 24 words of at most 8 letters and 23 spaces. */
const MAX_MNEMONIC_LENGTH = 24 * 8 + 23;

const pbkdf2Async = promisify(pbkdf2);

/**
 * A new BIP39 mnemonic of English words, as UTF-8 with single spaces.
 *
 * @param strengthBits 256 gives 24 words, 128 gives 12
 */
export function generateMnemonic(strengthBits: 128 | 256 = 256): SecretBytes {
  using entropy = SecretBytes.random(strengthBits / 8);
  return mnemonicFromEntropy(entropy);
}

/**
 * The English words of 16, 20, 24, 28 or 32 bytes of entropy (BIP39).
 *
 * @throws CryptoError `entropy-length`
 */
export function mnemonicFromEntropy(entropy: SecretBytes): SecretBytes {
  if (!ENTROPY_LENGTHS.includes(entropy.length)) {
    throw new CryptoError('entropy-length', 'a mnemonic is made from entropy of another length', {
      value: `${entropy.length} bytes`,
      limit: `${ENTROPY_LENGTHS.join(', ')} bytes`,
    });
  }
  return SecretBytes.fromUtf8(entropy.expose((bytes) => entropyToMnemonic(bytes, wordlist)));
}

/**
 * The entropy that the words stand for (BIP39).
 *
 * @param mnemonic 12, 15, 18, 21 or 24 English words, lower case, single spaces between them
 * @throws CryptoError `mnemonic-invalid`: the number of words, a word or the checksum is wrong; it never says which word
 */
export function entropyFromMnemonic(mnemonic: SecretBytes): SecretBytes {
  const decoded = mnemonic.length <= MAX_MNEMONIC_LENGTH ? mnemonic.expose(decodeWords) : undefined;
  if (decoded === undefined) throw invalidMnemonic();
  const entropy = SecretBytes.takeFrom(decoded);
  using canonical = mnemonicFromEntropy(entropy);
  // The library normalises what it is given, and would read a no-break space as a space: the words would be right, and the
  // seed, which is made from the bytes, another than every other wallet derives.
  if (canonical.equals(mnemonic)) return entropy;
  entropy[Symbol.dispose]();
  throw invalidMnemonic();
}

/**
 * Refuses a mnemonic that BIP39 does not allow.
 *
 * @throws CryptoError `mnemonic-invalid`
 */
export function validateMnemonic(mnemonic: SecretBytes): void {
  entropyFromMnemonic(mnemonic)[Symbol.dispose]();
}

/**
 * The 64-byte seed of BIP39: PBKDF2-HMAC-SHA-512 with 2,048 iterations, by OpenSSL on a thread of the pool.
 *
 * @param passphrase BIP39's optional extra word as UTF-8; normalised to NFKD. Every passphrase gives a valid seed.
 * @throws CryptoError `mnemonic-invalid`, `text-malformed` for a passphrase that is not UTF-8
 */
export async function seedFromMnemonic(
  mnemonic: SecretBytes,
  passphrase?: SecretBytes,
): Promise<SecretBytes> {
  validateMnemonic(mnemonic);
  // English words are ASCII, which NFKD leaves as it is. A copy: the caller may dispose its own meanwhile.
  using words = mnemonic.clone();
  using salt = passphrase === undefined ? SecretBytes.fromUtf8(SALT_PREFIX) : passphrase.expose(saltOf);
  const seed = await words.expose((password) =>
    salt.expose((bytes) => pbkdf2Async(password, bytes, SEED_ITERATIONS, SEED_LENGTH, 'sha512')),
  );
  return SecretBytes.takeFrom(seed);
}

function invalidMnemonic(): CryptoError {
  return new CryptoError('mnemonic-invalid', 'the mnemonic is not valid', {
    limit: '12, 15, 18, 21 or 24 lower-case English words of BIP39 with a right checksum and single spaces',
  });
}

function decodeWords(bytes: Uint8Array): Uint8Array | undefined {
  try {
    // The library's own message holds the unknown word, so that neither it nor its error may leave this function.
    return mnemonicToEntropy(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
      wordlist,
    );
  } catch {
    return undefined;
  }
}

function saltOf(passphrase: Uint8Array): SecretBytes {
  const text = decodeUtf8(passphrase).normalize('NFKD');
  return SecretBytes.fromUtf8(SALT_PREFIX + text);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CryptoError('text-malformed', 'the passphrase is not UTF-8', {
      value: `${bytes.length} bytes`,
    });
  }
}
