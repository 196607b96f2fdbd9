import { hkdfSync } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** RFC 5869 section 2.3: at most 255 blocks of SHA-256. */
const MAX_OUTPUT_LENGTH = 255 * 32;
/** What `node:crypto` takes. */
const MAX_INFO_LENGTH = 1024;

export interface HkdfOptions {
  /** Input keying material with high entropy; a passphrase needs {@link argon2id}. */
  readonly ikm: SecretBytes;
  /** Any length; empty counts as 32 zero bytes. */
  readonly salt: Uint8Array;
  /** What the output is for: at most 1,024 bytes. */
  readonly info: Uint8Array;
  /** 1 to 8,160 bytes. */
  readonly length: number;
}

/**
 * HKDF-SHA-256 (RFC 5869), extract then expand, by OpenSSL.
 *
 * @throws CryptoError `length-out-of-range`
 */
export function hkdfSha256(o: HkdfOptions): SecretBytes {
  if (!Number.isInteger(o.length) || o.length < 1 || o.length > MAX_OUTPUT_LENGTH) {
    throw new CryptoError('length-out-of-range', 'HKDF-SHA-256 gives no output of that length', {
      value: String(o.length),
      limit: `1 to ${MAX_OUTPUT_LENGTH} bytes`,
    });
  }
  if (o.info.length > MAX_INFO_LENGTH) {
    throw new CryptoError('length-out-of-range', 'the info of HKDF is too long', {
      value: `${o.info.length} bytes`,
      limit: `${MAX_INFO_LENGTH} bytes`,
    });
  }
  const output = o.ikm.expose((ikm) => hkdfSync('sha256', ikm, o.salt, o.info, o.length));
  return SecretBytes.takeFrom(new Uint8Array(output));
}
