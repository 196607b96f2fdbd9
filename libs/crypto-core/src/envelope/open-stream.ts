import type { EnvelopeKey, FindEnvelopeKey } from './envelope-key.ts';
import { decryptChunk, release, TAG_LENGTH } from './message-cipher.ts';
import { PieceReader } from './piece-reader.ts';
import { refusedEnvelope } from './refused-envelope.ts';
import type { ByteSource } from './seal-stream.ts';
import type { OpenOptions } from './sealed-message.ts';
import {
  FIXED_LENGTH,
  type ParsedStreamHeader,
  parseStreamHeader,
  streamHeaderLength,
} from './stream-header.ts';
import { committedStreamCipher } from './stream-secrets.ts';

export interface OpenStreamOptions extends OpenOptions {
  /**
   * Whether all pieces lie in one array, which the next piece overwrites and the end zeroes. For plaintext that is not to
   * linger and memory that does not grow with the garbage collector's leisure. The consumer must be done with a piece
   * when it asks for the next one: `for await` with awaited work is; `pipeline` and web streams, which read ahead, are
   * not. False unless given.
   */
  readonly reuse?: boolean;
}

/**
 * Opens what {@link sealStream} made, chunk by chunk. Every piece that comes out is authentic and in its place, but
 * whether the stream is whole is known only when the iteration ends without an error: do not act on a part of it as if
 * it were all. A stream that was cut, extended, reordered or put together from several throws at the first chunk that is
 * not in its place.
 *
 * Unless `reuse` is asked for, each piece is an array of the caller's own, who may keep it, and wipes it where it is
 * secret. Memory stays within two chunks, the piece of the source at hand, and the pieces that the garbage collector
 * has yet to release.
 *
 * @throws CryptoError while it runs: `envelope-refused`, one and the same for every reason; `envelope-malformed` for what
 *   anybody can see is no stream; `context-malformed`, `length-mismatch`, and whatever the key, the look-up or the source
 *   throws
 */
export async function* openStream(
  key: EnvelopeKey | FindEnvelopeKey,
  source: ByteSource,
  o: OpenStreamOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using pieces = new PieceReader(source);
  const header = await takeHeader(pieces);
  const cipher = await committedStreamCipher(key, header, o);
  const fullLength = header.chunkLength + TAG_LENGTH;
  const shared = new Uint8Array(o.reuse === true ? header.chunkLength : 0);
  try {
    for (let chunk = 0; ; chunk += 1) {
      const ciphertext = await pieces.take(fullLength);
      const plaintext = decryptChunk(cipher, chunk, ciphertext);
      if (plaintext === undefined) throw refusedEnvelope();
      // Only the last chunk is short, and it is short even where nothing is left for it.
      const isLast = ciphertext.length < fullLength;
      if (plaintext.length > 0) yield o.reuse === true ? moved(plaintext, shared) : plaintext;
      if (isLast) return;
    }
  } finally {
    shared.fill(0);
  }
}

/** The plaintext in the array that all share; its own memory is returned. */
function moved(plaintext: Uint8Array, shared: Uint8Array): Uint8Array {
  const { length } = plaintext;
  shared.set(plaintext);
  release(plaintext);
  return shared.subarray(0, length);
}

async function takeHeader(pieces: PieceReader): Promise<ParsedStreamHeader> {
  // A copy, also of a Buffer, whose own slice is a view: a source may use one array for all of its pieces.
  const fixed = Uint8Array.from(await pieces.take(FIXED_LENGTH));
  const rest = await pieces.take(streamHeaderLength(fixed) - fixed.length);
  return parseStreamHeader(new Uint8Array(Buffer.concat([fixed, rest])));
}
