import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

const HASH_LENGTH = 32;
/** RFC 5869 section 2.3. */
const MAX_LENGTH = 255 * HASH_LENGTH;

/**
 * HKDF-Expand with SHA-256 (RFC 5869 section 2.3) by what can only compute HMAC-SHA-256 with the pseudorandom key.
 *
 * @param hmac gives 32 bytes, which are wiped
 * @throws CryptoError `length-out-of-range`; `provider-failed` where `hmac` gives another length
 */
export function expandByHmac(
  hmac: (message: Buffer) => Buffer,
  info: Uint8Array,
  length: number,
): SecretBytes {
  if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
    throw new CryptoError('length-out-of-range', 'HKDF-SHA-256 gives no output of that length', {
      value: String(length),
      limit: `1 to ${MAX_LENGTH} bytes`,
    });
  }
  const output = Buffer.alloc(Math.ceil(length / HASH_LENGTH) * HASH_LENGTH);
  try {
    for (let start = 0; start < length; start += HASH_LENGTH) {
      const previous = output.subarray(Math.max(0, start - HASH_LENGTH), start);
      const message = Buffer.concat([previous, info, Uint8Array.of(start / HASH_LENGTH + 1)]);
      const block = hmac(message);
      message.fill(0);
      if (block.length !== HASH_LENGTH) throw wrongLength(block.length);
      output.set(block, start);
      block.fill(0);
    }
    return SecretBytes.copyOf(output.subarray(0, length));
  } finally {
    output.fill(0);
  }
}

function wrongLength(length: number): CryptoError {
  return new CryptoError('provider-failed', 'the token gave no HMAC-SHA-256', {
    value: `${length} bytes`,
    limit: `${HASH_LENGTH} bytes`,
  });
}
