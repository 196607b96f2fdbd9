import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { EnvelopeKey, FindEnvelopeKey } from './envelope-key.ts';
import { openWith, sealWith } from './envelope-with-key.ts';
import { open, seal, type SealOptions } from './envelope.ts';
import { openStream } from './open-stream.ts';
import { type ByteSource, sealStream, type SealStreamOptions } from './seal-stream.ts';
import type { MessageOptions, OpenOptions } from './sealed-message.ts';

/** How to open what there is, and how to seal it again. */
export interface ResealOptions<Sealing> {
  readonly from: OpenOptions;
  readonly to: Sealing;
}

/**
 * Opens an envelope and seals its plaintext again, under another key, suite, context or policy, without showing it.
 * The old envelope stays valid: it is the caller's to replace it, and nothing is lost where that fails in between.
 *
 * @throws CryptoError what {@link open} and {@link seal} throw
 */
export function reseal(
  oldKey: SecretBytes,
  newKey: SecretBytes,
  envelope: Uint8Array,
  o: ResealOptions<SealOptions>,
): Uint8Array {
  using plaintext = open(oldKey, envelope, o.from);
  return seal(newKey, plaintext, o.to);
}

/**
 * {@link reseal} under keys that need not be in memory.
 *
 * @throws CryptoError what {@link openWith} and {@link sealWith} throw
 */
export async function resealWith(
  oldKey: EnvelopeKey | FindEnvelopeKey,
  newKey: EnvelopeKey,
  envelope: Uint8Array,
  o: ResealOptions<MessageOptions>,
): Promise<Uint8Array> {
  using plaintext = await openWith(oldKey, envelope, o.from);
  return await sealWith(newKey, plaintext, o.to);
}

/**
 * Opens a stream and seals its plaintext again as it comes, in one array that is wiped at the end. Where the old stream
 * turns out altered or cut, the new one ends with that error and opens as truncated.
 *
 * @throws CryptoError what {@link openStream} and {@link sealStream} throw
 */
export function resealStream(
  oldKey: EnvelopeKey | FindEnvelopeKey,
  newKey: EnvelopeKey,
  source: ByteSource,
  o: ResealOptions<SealStreamOptions>,
): AsyncGenerator<Uint8Array, void, undefined> {
  return sealStream(newKey, openStream(oldKey, source, { ...o.from, reuse: true }), o.to);
}
