import { CryptoError } from '../error.ts';
import type { EnvelopeKey, FindEnvelopeKey } from './envelope-key.ts';
import { decryptChunk, type MessageCipher, release, TAG_LENGTH } from './message-cipher.ts';
import { refusedEnvelope } from './refused-envelope.ts';
import type { OpenOptions } from './sealed-message.ts';
import { FIXED_LENGTH, parseStreamHeader, streamHeaderLength } from './stream-header.ts';
import { committedStreamCipher } from './stream-secrets.ts';

/** Bytes that can be read at any place, such as a file. */
export interface RandomAccessSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `offset` on; never asked beyond `size`. What is shorter than asked for is refused as truncated. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A stream whose length is authentic and whose ranges are authenticated as they are read. */
export interface StreamReader {
  /** Of the whole plaintext, in bytes. */
  readonly length: number;
  readonly keyId: string;
  /**
   * The plaintext from `start` up to and without `end`, in an array of the caller's own. Reads and decrypts the chunks
   * that the range touches, one at a time.
   *
   * @throws CryptoError `length-out-of-range` for a range that is not within the plaintext; `envelope-refused`; and
   *   whatever the source throws
   */
  read(start: number, end: number): Promise<Uint8Array>;
}

/**
 * Opens what {@link sealStream} made for reading at any place. The last chunk is opened first: its place and its being
 * short authenticate the length of the whole (C2SP chunked-encryption, "Implementation notes").
 *
 * A range that was read is authentic by itself; chunks that nobody reads are not looked at.
 *
 * @throws CryptoError `envelope-refused`, `envelope-malformed`, `context-malformed`, `length-mismatch`, and whatever the
 *   key, the look-up or the source throws
 */
export async function openStreamAt(
  key: EnvelopeKey | FindEnvelopeKey,
  source: RandomAccessSource,
  o: OpenOptions,
): Promise<StreamReader> {
  const fixed = await source.read(0, Math.min(source.size, FIXED_LENGTH));
  const headerBytes = await source.read(0, Math.min(source.size, streamHeaderLength(fixed)));
  const header = parseStreamHeader(headerBytes);
  const cipher = await committedStreamCipher(key, header, o);
  const { chunkLength, headerLength, keyId } = header;
  const fullLength = chunkLength + TAG_LENGTH;
  const body = source.size - headerLength;
  const last = Math.floor(body / fullLength);
  const lastLength = body - last * fullLength - TAG_LENGTH;
  if (lastLength < 0) throw refusedEnvelope();

  const chunks: ChunkSource = {
    length: last * chunkLength + lastLength,
    chunkLength,
    async plaintextOf(chunk) {
      const length = chunk === last ? lastLength + TAG_LENGTH : fullLength;
      const ciphertext = await source.read(headerLength + chunk * fullLength, length);
      return authentic(cipher, chunk, ciphertext, length);
    },
  };
  release(await chunks.plaintextOf(last));
  return { length: chunks.length, keyId, read: (start, end) => readRange(chunks, start, end) };
}

interface ChunkSource {
  readonly length: number;
  readonly chunkLength: number;
  plaintextOf(chunk: number): Promise<Uint8Array>;
}

function authentic(cipher: MessageCipher, chunk: number, ciphertext: Uint8Array, length: number): Uint8Array {
  const plaintext = ciphertext.length === length ? decryptChunk(cipher, chunk, ciphertext) : undefined;
  if (plaintext === undefined) throw refusedEnvelope();
  return plaintext;
}

async function readRange(source: ChunkSource, start: number, end: number): Promise<Uint8Array> {
  const { length, chunkLength } = source;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > length) {
    throw new CryptoError('length-out-of-range', 'that range is not within the stream', {
      value: `${start} to ${end}`,
      limit: `0 to ${length}`,
    });
  }
  const range = new Uint8Array(end - start);
  let offset = start;
  while (offset < end) {
    const chunk = Math.floor(offset / chunkLength);
    const chunkStart = chunk * chunkLength;
    const plaintext = await source.plaintextOf(chunk);
    range.set(plaintext.subarray(offset - chunkStart, end - chunkStart), offset - start);
    release(plaintext);
    offset = chunkStart + chunkLength;
  }
  return range;
}
