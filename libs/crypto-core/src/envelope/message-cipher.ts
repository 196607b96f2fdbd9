import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  type KeyObject,
} from 'node:crypto';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** Of every suite: what an AEAD adds to its plaintext, in bytes. */
export const TAG_LENGTH = 16;
const TAG = { authTagLength: TAG_LENGTH };
/**
 * The number of a chunk fits the 32 bits of the nonce that it is mixed into. With the longest chunks, of 1 MiB, that is
 * 4 PiB: under what AES-GCM may encrypt under one key (C2SP chunked-encryption, "Security analysis").
 */
export const MAX_CHUNKS: number = 2 ** 32;

/** The key of one message or one stream, held by OpenSSL, which overwrites it when it is released. */
export interface MessageCipher {
  readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly key: KeyObject;
  /** 12 bytes: the nonce of chunk 0. */
  readonly nonce: Uint8Array;
}

/**
 * Encrypts one chunk. A chunk number is used once under a key.
 *
 * @param chunk 0 to 2^32 - 1; 0 for an envelope, which is one message
 * @param output where ciphertext and tag go: 16 bytes longer than the plaintext
 * @throws CryptoError `plaintext-too-long` for a chunk number that does not fit
 */
export function encryptChunk(
  cipher: MessageCipher,
  chunk: number,
  plaintext: Uint8Array,
  additionalData: Uint8Array | undefined,
  output: Uint8Array,
): void {
  if (chunk >= MAX_CHUNKS) {
    throw new CryptoError('plaintext-too-long', 'the plaintext does not fit one stream', {
      value: `more than ${MAX_CHUNKS} chunks`,
      limit: `${MAX_CHUNKS} chunks`,
    });
  }
  const nonce = nonceOf(cipher, chunk);
  // One call for each name, because the types of node:crypto tell them apart.
  const encryption: CipherGCM =
    cipher.algorithm === 'chacha20-poly1305'
      ? createCipheriv(cipher.algorithm, cipher.key, nonce, TAG)
      : createCipheriv(cipher.algorithm, cipher.key, nonce, TAG);
  if (additionalData !== undefined) encryption.setAAD(additionalData);
  const body = encryption.update(plaintext);
  output.set(body);
  release(body);
  encryption.final();
  output.set(encryption.getAuthTag(), plaintext.length);
}

/**
 * Decrypts one chunk.
 *
 * @param ciphertext with its tag
 * @returns the plaintext in an array of its own, or undefined where anything is not what was encrypted
 */
export function decryptChunk(
  cipher: MessageCipher,
  chunk: number,
  ciphertext: Uint8Array,
  additionalData?: Uint8Array,
): Uint8Array | undefined {
  if (chunk >= MAX_CHUNKS || ciphertext.length < TAG_LENGTH) return undefined;
  const nonce = nonceOf(cipher, chunk);
  const decryption: DecipherGCM =
    cipher.algorithm === 'chacha20-poly1305'
      ? createDecipheriv(cipher.algorithm, cipher.key, nonce, TAG)
      : createDecipheriv(cipher.algorithm, cipher.key, nonce, TAG);
  const body = ciphertext.subarray(0, ciphertext.length - TAG_LENGTH);
  if (additionalData !== undefined) decryption.setAAD(additionalData);
  decryption.setAuthTag(ciphertext.subarray(body.length));
  const plaintext = decryption.update(body);
  try {
    decryption.final();
  } catch {
    // What was decrypted without being authentic is nobody's to see.
    plaintext.fill(0);
    return undefined;
  }
  return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
}

/**
 * Decrypts one message that is a secret as a whole.
 *
 * @param ciphertext with its tag
 * @returns undefined where anything is not what was encrypted
 */
export function decryptMessage(
  cipher: MessageCipher,
  ciphertext: Uint8Array,
  additionalData: Uint8Array,
): SecretBytes | undefined {
  const plaintext = decryptChunk(cipher, 0, ciphertext, additionalData);
  if (plaintext === undefined) return undefined;
  const secret = SecretBytes.copyOf(plaintext);
  release(plaintext);
  return secret;
}

/**
 * Zeroes what OpenSSL gave and returns its memory at once, which the garbage collector would do after tens of megabytes:
 * the next result lies in the same place. The bytes cannot be used afterwards.
 */
export function release(bytes: Uint8Array): void {
  bytes.fill(0);
  const { buffer, byteLength } = bytes;
  // Where the array shares its buffer with others, there is nothing to return.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** The first nonce XOR the chunk number as a big-endian integer (C2SP chunked-encryption, "AEAD usage"; RFC 8446 section 5.3). */
function nonceOf({ nonce }: MessageCipher, chunk: number): Uint8Array {
  if (chunk === 0) return nonce;
  const own = Uint8Array.from(nonce);
  const view = new DataView(own.buffer, own.length - 4);
  view.setInt32(0, view.getInt32(0) ^ chunk);
  return own;
}
