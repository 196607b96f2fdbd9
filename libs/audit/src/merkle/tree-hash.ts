import { hash } from 'node:crypto';

/** SHA-256 of nothing: the root of a tree without leaves (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** Bytes of one hash. */
export const HASH_BYTES = 32;

/**
 * Leaf hash, SHA-256(0x00 ‖ data), in hexadecimal, of data that already stands behind a zero byte: so it is not copied.
 */
export function framedLeafHash(framed: Uint8Array): string {
  return hash('sha256', framed, 'hex');
}

/** Leaf hash of an entry's bytes: SHA-256(0x00 ‖ data) (RFC 6962, section 2.1). */
export function leafHash(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(1 + data.length);
  framed.set(data, 1);
  return sha256(framed);
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  NODE.set(left, 1);
  NODE.set(right, RIGHT);
  return sha256(NODE);
}

/** Hash of the nodes over `right` and each of these to the left of it, from the last to the first. */
export function nodeHashUnder(lefts: readonly Uint8Array[], right: Uint8Array): Uint8Array {
  NODE.set(right, RIGHT);
  for (let place = lefts.length - 1; place >= 0; place -= 1) {
    NODE.set(lefts[place] ?? EMPTY_ROOT, 1);
    NODE.write(hash('sha256', NODE, 'binary'), RIGHT, 'latin1');
  }
  return Uint8Array.from(NODE.subarray(RIGHT));
}

const RIGHT = 1 + HASH_BYTES;
const NODE = Buffer.alloc(RIGHT + HASH_BYTES).fill(1, 0, 1);

function sha256(data: Uint8Array): Uint8Array {
  // By way of a Latin-1 string, which carries bytes unchanged: asking OpenSSL's binding for a Buffer allocates
  // a backing store of its own and takes twice as long for inputs of this size.
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
