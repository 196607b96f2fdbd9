import { domainSeparated } from '../encoding/domain.ts';
import { fromHex, toHex } from '../encoding/hex.ts';
import { open, seal } from '../envelope/envelope.ts';
import { CryptoError, type CryptoErrorCode, isCryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { checkPassphraseKdf, type PassphraseKdf } from '../kdf/passphrase-kdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { kdfFields, readKdfFields } from './kdf-fields.ts';

const VERSION = 1;
export const KDF_SALT_LENGTH = 16;

/** One kind of file that a passphrase opens. */
export interface PassphraseFileFormat {
  /** The value of `format` in the file. */
  readonly name: string;
  /** What the sealed part is bound to, with its version; also the key id of its envelope, up to the slash. */
  readonly domain: string;
  /** What a file of another form is refused with. */
  readonly malformed: CryptoErrorCode;
}

/** How the passphrase becomes the key of the file. */
export interface PassphraseFileHeader {
  readonly derivation: PassphraseKdf;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

export interface PassphraseFile {
  readonly header: PassphraseFileHeader;
  /** The envelope of the content. */
  readonly sealed: Uint8Array;
}

/** The one text of such a file: JSON with two spaces, ASCII, a line feed at the end. */
export function encodePassphraseFile(format: PassphraseFileFormat, file: PassphraseFile): string {
  return `${JSON.stringify({ ...headerFields(format, file.header), sealed: toHex(file.sealed) }, null, 2)}\n`;
}

/**
 * Reads the one text that {@link encodePassphraseFile} writes; another order, case or space is refused.
 *
 * @throws CryptoError `malformed` of the format
 */
export function parsePassphraseFile(format: PassphraseFileFormat, text: string): PassphraseFile {
  const file = readFields(text);
  if (file === undefined || encodePassphraseFile(format, file) !== text) {
    const limit = `the JSON of ${format.name}, version ${VERSION}, as it was written`;
    throw malformed(format, `${text.length} bytes`, limit);
  }
  try {
    checkPassphraseKdf(file.header.derivation);
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    throw malformed(format, error.value, error.limit);
  }
  return file;
}

/** The text of a file with this content. */
export function sealPassphraseFile(
  format: PassphraseFileFormat,
  o: { readonly fileKey: SecretBytes; readonly header: PassphraseFileHeader; readonly content: SecretBytes },
): string {
  const context = contentContext(format, o.header);
  const sealed = seal(o.fileKey, o.content, { keyId: keyId(format), context });
  return encodePassphraseFile(format, { header: o.header, sealed });
}

/**
 * The content of a file; undefined where the key is not its key or its bytes were altered.
 *
 * @throws CryptoError `malformed` of the format
 */
export function unsealPassphraseFile(
  format: PassphraseFileFormat,
  fileKey: SecretBytes,
  file: PassphraseFile,
): SecretBytes | undefined {
  try {
    return open(fileKey, file.sealed, { context: contentContext(format, file.header) });
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    if (error.code === 'envelope-refused') return undefined;
    if (error.code !== 'envelope-malformed') throw error;
    throw malformed(format, error.value, error.limit);
  }
}

/** The context of the sealed part: it binds format, version, cost and salt, so that none can be changed in the file. */
export function contentContext(format: PassphraseFileFormat, header: PassphraseFileHeader): string {
  const { domain } = format;
  return `${domain} ${toHex(sha256(domainSeparated(domain, JSON.stringify(headerFields(format, header)))))}`;
}

function keyId(format: PassphraseFileFormat): string {
  return format.domain.replace(/\/.*/, '');
}

function headerFields(format: PassphraseFileFormat, { derivation, salt }: PassphraseFileHeader): object {
  return {
    format: format.name,
    version: VERSION,
    kdf: { ...kdfFields(derivation), salt: toHex(salt) },
  };
}

/** Format, version, names and order are compared by the caller, on the text as a whole. */
function readFields(text: string): PassphraseFile | undefined {
  try {
    const { kdf, sealed } = JSON.parse(text) as { kdf: Record<string, unknown>; sealed: unknown };
    const derivation = readKdfFields(kdf);
    const { salt } = kdf;
    if (derivation === undefined || typeof salt !== 'string' || typeof sealed !== 'string') return undefined;
    if (salt.length !== KDF_SALT_LENGTH * 2) return undefined;
    return { header: { derivation, salt: fromHex(salt) }, sealed: fromHex(sealed) };
  } catch {
    return undefined;
  }
}

function malformed(
  format: PassphraseFileFormat,
  value: string | undefined,
  limit: string | undefined,
): CryptoError {
  return new CryptoError(format.malformed, `the file is malformed as ${format.name}`, { value, limit });
}
