import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';

/** Bytes of a block that SHA-256 takes in and of a digest that it gives. */
const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 32;

const MAX_TAG_LENGTH = 255;
/** The counter of blocks is one byte. */
const MAX_LENGTH = 255 * DIGEST_LENGTH;

const OVERSIZE_TAG_PREFIX = utf8('H2C-OVERSIZE-DST-');

/**
 * `expand_message_xmd` of RFC 9380 section 5.3.1 with SHA-256: uniform bytes of any message.
 *
 * @param message any length
 * @param domainSeparationTag what the output is for, named and versioned. RFC 9380 section 3.1 asks for 16 bytes or more;
 *   one of more than 255 bytes is replaced by its hash as section 5.3.3 says
 * @param length 1 to 8,160 bytes
 * @throws CryptoError `dst-empty`, `length-out-of-range`
 */
export function expandMessageXmd(
  message: Uint8Array,
  domainSeparationTag: Uint8Array,
  length: number,
): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
    throw new CryptoError('length-out-of-range', 'a message is not expanded to that length', {
      value: String(length),
      limit: `1 to ${MAX_LENGTH} bytes`,
    });
  }
  const tag = delimited(domainSeparationTag);
  const outputLength = Uint8Array.of(length >>> 8, length & 0xff, 0);
  const first = sha256(new Uint8Array(BLOCK_LENGTH), message, outputLength, tag);
  const output = new Uint8Array(Math.ceil(length / DIGEST_LENGTH) * DIGEST_LENGTH);
  let previous: Uint8Array = new Uint8Array(DIGEST_LENGTH);
  for (let offset = 0, block = 1; offset < length; offset += DIGEST_LENGTH, block += 1) {
    previous = sha256(exclusiveOr(first, previous), Uint8Array.of(block), tag);
    output.set(previous, offset);
  }
  return output.slice(0, length);
}

/** The tag with its length behind it, so that no two tags can be parts of one another. */
function delimited(tag: Uint8Array): Uint8Array {
  if (tag.length === 0) {
    throw new CryptoError('dst-empty', 'a domain separation tag must not be empty', {
      value: '0 bytes',
      limit: 'at least 1 byte; 16 or more are recommended',
    });
  }
  const short = tag.length > MAX_TAG_LENGTH ? sha256(OVERSIZE_TAG_PREFIX, tag) : tag;
  return Uint8Array.of(...short, short.length);
}

function exclusiveOr(a: Uint8Array, b: Uint8Array): Uint8Array {
  const right = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return a.map((byte, index) => byte ^ right.getUint8(index));
}
