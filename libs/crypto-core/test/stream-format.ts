import { fromHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { expandByDescription, independentAead, infoByDescription, join } from './envelope-format.ts';

/** The parts of a stream of version 1, as the README lays them out. */
export interface StreamParts {
  readonly key: Uint8Array;
  /** The byte in the header: 1, 2 or 3; 1 unless given. */
  readonly suite?: number;
  /** The byte in the header: the logarithm of the chunk length. */
  readonly chunkBits: number;
  readonly keyId: string;
  readonly context: string;
  readonly salt: Uint8Array;
}

/** A stream made with others' ciphers from the description of the format alone: the header, then each chunk. */
export async function sealStreamByDescription(
  parts: StreamParts,
  plaintext: Uint8Array,
): Promise<readonly Uint8Array[]> {
  const { streamKey, firstNonce, commitment } = await streamSecretsByDescription(parts);
  const aead = independentAead(parts.suite ?? 1);
  const pieces = [streamHeaderByDescription(parts, commitment)];
  const chunkLength = 2 ** parts.chunkBits;
  for (let chunk = 0; chunk <= Math.floor(plaintext.length / chunkLength); chunk += 1) {
    const clear = plaintext.subarray(chunk * chunkLength, (chunk + 1) * chunkLength);
    pieces.push(await aead.seal(streamKey, nonceOfChunk(firstNonce, chunk), clear, new Uint8Array()));
  }
  return pieces;
}

export function streamHeaderByDescription(parts: StreamParts, commitment: Uint8Array): Uint8Array {
  const keyId = utf8(parts.keyId);
  const fixed = Uint8Array.of(parts.suite ?? 1, parts.chunkBits, keyId.length);
  return join([fromHex('4245535301'), fixed, keyId, parts.salt, commitment]);
}

export async function streamSecretsByDescription(
  parts: StreamParts,
): Promise<{ streamKey: Uint8Array; firstNonce: Uint8Array; commitment: Uint8Array }> {
  const { nonceLength } = independentAead(parts.suite ?? 1);
  const info = infoByDescription([
    utf8('bitcoin-enterprise/crypto-core/stream/v1'),
    Uint8Array.of(parts.suite ?? 1, parts.chunkBits),
    utf8(parts.keyId),
    utf8(parts.context),
    parts.salt,
  ]);
  const output = await expandByDescription(parts.key, info, 64 + nonceLength);
  return {
    streamKey: output.slice(0, 32),
    firstNonce: output.slice(32, 32 + nonceLength),
    commitment: output.slice(32 + nonceLength),
  };
}

/** The first nonce XOR the number of the chunk, as big-endian integers of one width. */
function nonceOfChunk(firstNonce: Uint8Array, chunk: number): Uint8Array {
  const sum = BigInt(`0x${Buffer.from(firstNonce).toString('hex')}`) ^ BigInt(chunk);
  return fromHex(sum.toString(16).padStart(2 * firstNonce.length, '0'));
}
