import { domainSeparated } from '../encoding/domain.ts';
import { fromHex, toHex } from '../encoding/hex.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { type Argon2idCost, checkArgon2idCost } from '../kdf/argon2id.ts';

const FORMAT = 'bitcoin-enterprise/keystore';
const VERSION = 1;
const KDF = 'argon2id';
/** Room for every context a key store can hold; a longer file is not read. */
export const MAX_FILE_LENGTH: number = 1024 * 1024;
export const KDF_SALT_LENGTH = 16;

/** How the passphrase becomes the key of the file. */
export interface KeystoreHeader {
  readonly cost: Argon2idCost;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

export interface KeystoreFile {
  readonly header: KeystoreHeader;
  /** The envelope of the payload. */
  readonly sealed: Uint8Array;
}

/** The one text of a key store file: JSON with two spaces, ASCII, a line feed at the end. */
export function encodeKeystoreFile(file: KeystoreFile): string {
  return `${JSON.stringify({ ...headerFields(file.header), sealed: toHex(file.sealed) }, null, 2)}\n`;
}

/**
 * Reads the one text that {@link encodeKeystoreFile} writes; another order, case or space is refused.
 *
 * @throws CryptoError `keystore-malformed`
 */
export function parseKeystoreFile(text: string): KeystoreFile {
  const file = readFields(text);
  if (file === undefined || encodeKeystoreFile(file) !== text) {
    throw malformed(`${text.length} bytes`, `the JSON of ${FORMAT}, version ${VERSION}, as it was written`);
  }
  try {
    checkArgon2idCost(file.header.cost);
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    throw malformed(error.value, error.limit);
  }
  return file;
}

/** The context of the sealed payload: it binds format, version, cost and salt, so that none can be changed in the file. */
export function payloadContext(header: KeystoreHeader): string {
  return `keystore-file/v1 ${toHex(sha256(domainSeparated('keystore-file/v1', JSON.stringify(headerFields(header)))))}`;
}

function headerFields({ cost, salt }: KeystoreHeader): object {
  const { memoryKiB, passes, parallelism } = cost;
  return {
    format: FORMAT,
    version: VERSION,
    kdf: { name: KDF, memoryKiB, passes, parallelism, salt: toHex(salt) },
  };
}

/** Format, version, names and order are compared by the caller, on the text as a whole. */
function readFields(text: string): KeystoreFile | undefined {
  try {
    const { kdf, sealed } = JSON.parse(text) as { kdf: Record<string, unknown>; sealed: unknown };
    const { memoryKiB, passes, parallelism, salt } = kdf;
    if (typeof memoryKiB !== 'number' || typeof passes !== 'number' || typeof parallelism !== 'number')
      return undefined;
    if (typeof salt !== 'string' || typeof sealed !== 'string') return undefined;
    if (salt.length !== KDF_SALT_LENGTH * 2) return undefined;
    return {
      header: { cost: { memoryKiB, passes, parallelism }, salt: fromHex(salt) },
      sealed: fromHex(sealed),
    };
  } catch {
    return undefined;
  }
}

function malformed(value: string | undefined, limit: string | undefined): CryptoError {
  return new CryptoError('keystore-malformed', 'the key store file is malformed', { value, limit });
}
