import { createCipheriv } from 'node:crypto';

/** The reduction of GF(2^128) as GCM writes it, most significant bit first: x^128 = x^7 + x^2 + x + 1. */
const REDUCTION = 0xe1n << 120n;
const BLOCK = 16;

/** A key of AES-256-GCM and the data that it authenticates beside the ciphertext. */
export interface GcmSide {
  readonly key: Uint8Array;
  readonly additionalData: Uint8Array;
}

/**
 * One ciphertext with one tag that AES-256-GCM opens under two keys: the text under the first, and under the second as
 * well something that begins with its text, if given (NIST SP 800-38D; the attack of Dodis, Grubbs, Ristenpart and
 * Woodage, "Fast Message Franking", section 3). Its last block is what makes the two tags equal: a linear equation in
 * GF(2^128).
 *
 * @param texts of a multiple of 16 bytes each: the first is read by the first key, the second by the second
 */
export function twoKeyCiphertext(
  sides: readonly [GcmSide, GcmSide],
  nonce: Uint8Array,
  texts: readonly [Uint8Array, Uint8Array],
): Uint8Array {
  const [first, second] = texts;
  const own = xor(first, keystream(sides[0].key, nonce, 0, first.length));
  const other = xor(second, keystream(sides[1].key, nonce, first.length, second.length));
  const chosen = Buffer.concat([own, other]);
  const length = chosen.length + BLOCK;
  const blanks = new Uint8Array(BLOCK);
  const [a, b] = sides.map((side) => {
    const h = toField(encryptBlock(side.key, new Uint8Array(BLOCK)));
    const mask = toField(encryptBlock(side.key, counterBlock(nonce, 1)));
    // The tag with zeros in the place of the last block, and how that block enters it: times H^2.
    return {
      mask: mask ^ ghash(h, side.additionalData, Buffer.concat([chosen, blanks])),
      weight: multiply(h, h),
    };
  });
  if (a === undefined || b === undefined) throw new Error('two sides');
  const block = multiply(a.mask ^ b.mask, inverse(a.weight ^ b.weight));
  const tag = a.mask ^ multiply(block, a.weight);
  const ciphertext = Buffer.concat([chosen, fromField(block), fromField(tag)]);
  if (ciphertext.length !== length + BLOCK) throw new Error('the length of the ciphertext');
  return new Uint8Array(ciphertext);
}

function ghash(h: bigint, additionalData: Uint8Array, ciphertext: Uint8Array): bigint {
  const lengths = Buffer.alloc(BLOCK);
  lengths.writeBigUInt64BE(BigInt(8 * additionalData.length), 0);
  lengths.writeBigUInt64BE(BigInt(8 * ciphertext.length), 8);
  let hash = 0n;
  for (const part of [additionalData, ciphertext, lengths]) {
    for (let offset = 0; offset < part.length; offset += BLOCK) {
      const block = new Uint8Array(BLOCK);
      block.set(part.subarray(offset, offset + BLOCK));
      hash = multiply(hash ^ toField(block), h);
    }
  }
  return hash;
}

/** NIST SP 800-38D section 6.3. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if (((x >> bit) & 1n) === 1n) product ^= v;
    v = (v & 1n) === 1n ? (v >> 1n) ^ REDUCTION : v >> 1n;
  }
  return product;
}

/** x^(2^128 - 2). */
function inverse(x: bigint): bigint {
  let result = 1n << 127n;
  let power = x;
  for (let bit = 1; bit < 128; bit += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function keystream(key: Uint8Array, nonce: Uint8Array, start: number, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset < length; offset += BLOCK) {
    blocks.push(encryptBlock(key, counterBlock(nonce, 2 + (start + offset) / BLOCK)));
  }
  return Buffer.concat(blocks);
}

function counterBlock(nonce: Uint8Array, counter: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.set(nonce);
  block.writeUInt32BE(counter, nonce.length);
  return block;
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null);
  return cipher.setAutoPadding(false).update(block);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}

function toField(block: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(block).toString('hex')}`);
}

function fromField(element: bigint): Uint8Array {
  return Buffer.from(element.toString(16).padStart(2 * BLOCK, '0'), 'hex');
}
