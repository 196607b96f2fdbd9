import { createHmac, hkdfSync } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { secretKeyObject } from '../secret/secret-key-object.ts';

/** Of SHA-256, in bytes: RFC 5869 calls it HashLen. */
const HASH_LENGTH = 32;
/** RFC 5869 section 2.3: at most 255 blocks of SHA-256. */
const MAX_OUTPUT_LENGTH = 255 * HASH_LENGTH;
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
  checkOutputLength(o.length);
  if (o.info.length > MAX_INFO_LENGTH) {
    throw new CryptoError('length-out-of-range', 'the info of HKDF is too long', {
      value: `${o.info.length} bytes`,
      limit: `${MAX_INFO_LENGTH} bytes`,
    });
  }
  const output = o.ikm.expose((ikm) => hkdfSync('sha256', ikm, o.salt, o.info, o.length));
  return SecretBytes.takeFrom(new Uint8Array(output));
}

export interface HkdfExpandOptions {
  /** The pseudorandom key: at least 32 bytes with full entropy, such as a random key. */
  readonly prk: SecretBytes;
  /** What the output is for and everything that it is bound to. */
  readonly info: Uint8Array;
  /** 1 to 8,160 bytes. */
  readonly length: number;
}

/**
 * The second step of HKDF-SHA-256 alone (RFC 5869 section 2.3), for a key that is uniformly random already: T(1) is
 * HMAC(PRK, info || 01) and T(n) is HMAC(PRK, T(n-1) || info || n). A token that offers HMAC-SHA-256 computes the same
 * and keeps the key.
 *
 * @throws CryptoError `length-out-of-range`
 */
export function hkdfExpand(o: HkdfExpandOptions): SecretBytes {
  checkOutputLength(o.length);
  if (o.prk.length < HASH_LENGTH) {
    throw new CryptoError('length-out-of-range', 'the pseudorandom key of HKDF-Expand is too short', {
      value: `${o.prk.length} bytes`,
      limit: `${HASH_LENGTH} bytes or more`,
    });
  }
  // OpenSSL takes a key object several times faster than the bytes of a key, and wipes it.
  const key = secretKeyObject(o.prk);
  const blocks = Math.ceil(o.length / HASH_LENGTH);
  const output = new Uint8Array(new ArrayBuffer(blocks * HASH_LENGTH));
  const input = new Uint8Array(new ArrayBuffer(HASH_LENGTH + o.info.length + 1));
  input.set(o.info, HASH_LENGTH);
  for (let block = 0; block < blocks; block += 1) {
    input[input.length - 1] = block + 1;
    const hmac = createHmac('sha256', key);
    const digest = hmac.update(block === 0 ? input.subarray(HASH_LENGTH) : input).digest();
    output.set(digest, block * HASH_LENGTH);
    input.set(digest);
    digest.fill(0);
  }
  input.fill(0);
  const secret = SecretBytes.takeFrom(output.subarray(0, o.length));
  output.fill(0);
  return secret;
}

function checkOutputLength(length: number): void {
  if (!Number.isInteger(length) || length < 1 || length > MAX_OUTPUT_LENGTH) {
    throw new CryptoError('length-out-of-range', 'HKDF-SHA-256 gives no output of that length', {
      value: String(length),
      limit: `1 to ${MAX_OUTPUT_LENGTH} bytes`,
    });
  }
}
