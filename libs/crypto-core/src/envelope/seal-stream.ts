import { randomBytes } from 'node:crypto';
import { suiteToSeal } from '../policy/decision.ts';
import type { EnvelopeKey } from './envelope-key.ts';
import { checkKeyId } from './key-id.ts';
import { encryptChunk, type MessageCipher, TAG_LENGTH } from './message-cipher.ts';
import { SALT_LENGTH } from './message-secrets.ts';
import type { MessageOptions } from './sealed-message.ts';
import {
  checkChunkLength,
  DEFAULT_CHUNK_LENGTH,
  encodeStreamHeader,
  type StreamHeader,
} from './stream-header.ts';
import { streamInfo, streamSecrets } from './stream-secrets.ts';
import { suiteByName } from './suite.ts';

/** Bytes in pieces of any lengths: a web stream, a stream of Node, a generator, an array. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface SealStreamOptions extends MessageOptions {
  /** Bytes of plaintext a chunk, a power of two from 64 to 1,048,576; 65,536 unless given. */
  readonly chunkLength?: number;
}

/**
 * Seals what does not fit memory, under a key derived for this one stream, and commits to that key, the key id and the
 * context as {@link seal} does. Memory stays within two chunks and the piece at hand.
 *
 * Layout: `"BESS" version(1) suite(1) log2(chunkLength)(1) keyIdLength(1) keyId salt(32) commitment(32)`, then the
 * chunks, each with a tag of 16 bytes. The construction is that of C2SP chunked-encryption v1: HKDF-Expand gives key,
 * first nonce and commitment; a chunk's nonce is the first one XOR its number; all chunks but the last are full and the
 * last never is, which is how the end is known. Header and info are our own, so the bytes are not those of C2SP.
 *
 * The first piece of the output is the header; where the source fails, the output ends with its error and what was
 * written until then opens as truncated. Pieces of the source are neither kept nor wiped.
 *
 * @throws CryptoError at once: `key-id-malformed`, `context-malformed`, `length-out-of-range`, `suite-unknown`,
 *   `suite-forbidden`; while it runs: `plaintext-too-long` after 2^32 chunks, `length-mismatch`, and whatever the key or
 *   the source throws
 */
export function sealStream(
  key: EnvelopeKey,
  source: ByteSource,
  o: SealStreamOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  checkKeyId(key.keyId);
  const chunkLength = o.chunkLength ?? DEFAULT_CHUNK_LENGTH;
  checkChunkLength(chunkLength);
  const suite = suiteByName(suiteToSeal(o.suite, o.policy));
  const header = { suite, chunkLength, keyId: key.keyId, salt: randomBytes(SALT_LENGTH) };
  return sealedStream(key, header, streamInfo(header, o.context), source);
}

async function* sealedStream(
  key: EnvelopeKey,
  header: StreamHeader,
  info: Uint8Array,
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { cipher, commitment } = await streamSecrets(key, header, info);
  yield encodeStreamHeader(header, commitment);
  const { chunkLength } = header;
  const pending = new Uint8Array(new ArrayBuffer(chunkLength));
  let filled = 0;
  let chunk = 0;
  try {
    for await (const piece of source) {
      let rest = piece;
      while (filled + rest.length >= chunkLength) {
        const taken = chunkLength - filled;
        // A whole chunk in one piece is sealed where it lies.
        const whole = filled === 0 ? rest.subarray(0, taken) : pending;
        if (filled > 0) pending.set(rest.subarray(0, taken), filled);
        yield sealedChunk(cipher, chunk, whole);
        chunk += 1;
        filled = 0;
        rest = rest.subarray(taken);
      }
      pending.set(rest, filled);
      filled += rest.length;
    }
    yield sealedChunk(cipher, chunk, pending.subarray(0, filled));
  } finally {
    pending.fill(0);
  }
}

function sealedChunk(cipher: MessageCipher, chunk: number, plaintext: Uint8Array): Uint8Array {
  const memory = Buffer.allocUnsafeSlow(plaintext.length + TAG_LENGTH);
  const output = new Uint8Array(memory.buffer);
  encryptChunk(cipher, chunk, plaintext, undefined, output);
  return output;
}
