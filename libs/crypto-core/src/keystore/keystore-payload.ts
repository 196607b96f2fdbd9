import { CryptoError } from '../error.ts';
import { uint32 } from '../encoding/domain.ts';
import { utf8 } from '../encoding/utf8.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** What the sealed part of a key store file holds. */
export interface KeystorePayload {
  /** Of the BIP39 mnemonic. */
  readonly entropy: SecretBytes;
  /** The current generation of each context that was ever rotated; every other context is at 1. */
  readonly generations: ReadonlyMap<string, number>;
}

/** The most contexts that one key store rotates. */
export const MAX_CONTEXTS = 1024;
export const MAX_GENERATION: number = 2 ** 32 - 1;
const VERSION = 1;

/**
 * `version(1) entropyLength(1) entropy count(2) { contextLength(1) context generation(4) }`, numbers big-endian,
 * contexts in the order of their UTF-16 units, so that one content has one form.
 */
export function encodeKeystorePayload(payload: KeystorePayload): SecretBytes {
  const entries = [...payload.generations].sort(([a], [b]) => (a < b ? -1 : 1));
  const tail = entries.flatMap(([context, generation]) => {
    const bytes = utf8(context);
    return [Uint8Array.of(bytes.length), bytes, uint32(generation)];
  });
  const count = Uint8Array.of(entries.length >>> 8, entries.length & 0xff);
  return payload.entropy.expose((entropy) =>
    SecretBytes.takeFrom(Buffer.concat([Uint8Array.of(VERSION, entropy.length), entropy, count, ...tail])),
  );
}

/**
 * Reads the one form that {@link encodeKeystorePayload} writes.
 *
 * @throws CryptoError `keystore-malformed`
 */
export function decodeKeystorePayload(encoded: SecretBytes): KeystorePayload {
  const payload = encoded.expose(decode);
  using again = encodeKeystorePayload(payload);
  if (!again.equals(encoded)) {
    payload.entropy[Symbol.dispose]();
    throw new CryptoError('keystore-malformed', 'the content of the key store is malformed', {
      value: `${encoded.length} bytes`,
      limit: `version ${VERSION}`,
    });
  }
  return payload;
}

/** Takes what it finds; whether that was all and in its one form, the caller sees by encoding it again. */
function decode(bytes: Uint8Array): KeystorePayload {
  let position = 1;
  const take = (length: number): Uint8Array => {
    const part = bytes.subarray(position, position + length);
    position += length;
    return part;
  };
  const number = (length: number): number => take(length).reduce((sum, byte) => sum * 256 + byte, 0);

  const entropy = SecretBytes.copyOf(take(number(1)));
  const generations = new Map<string, number>();
  const text = new TextDecoder('utf-8', { ignoreBOM: true });
  // A count may lie: nothing is read behind the end of the bytes.
  for (let left = number(2); left > 0 && position < bytes.length; left -= 1) {
    const context = text.decode(take(number(1)));
    generations.set(context, number(4));
  }
  return { entropy, generations };
}
