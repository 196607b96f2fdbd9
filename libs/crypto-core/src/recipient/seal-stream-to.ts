import { envelopeKey } from '../envelope/envelope-key.ts';
import { openStream } from '../envelope/open-stream.ts';
import { PieceReader } from '../envelope/piece-reader.ts';
import { type ByteSource, sealStream, type SealStreamOptions } from '../envelope/seal-stream.ts';
import type { OpenOptions } from '../envelope/sealed-message.ts';
import { FIXED_LENGTH, parseRecipientHeader, recipientHeaderLength } from './recipient-header.ts';
import type { RecipientKey } from './recipient-key.ts';
import type { RecipientPublicKey } from './recipient-public-key.ts';
import { bodyError } from './refused-recipients.ts';
import { BODY_KEY_ID, newFileKey, openHeader, sealHeader } from './sealed-header.ts';

/** How much of a body is handed on at a time, in bytes. */
const PIECE_LENGTH = 65_536;

/**
 * {@link sealTo} for what does not fit memory: the same header, then a stream of {@link sealStream} under the file key.
 *
 * @throws CryptoError while it runs: `recipient-count`, `context-malformed`, `length-out-of-range`, `suite-unknown`,
 *   `suite-forbidden`, `plaintext-too-long`, and whatever the source throws
 */
export async function* sealStreamTo(
  recipients: readonly RecipientPublicKey[],
  source: ByteSource,
  o: SealStreamOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  using fileKey = newFileKey();
  const body = sealStream(envelopeKey(fileKey, BODY_KEY_ID), source, o);
  yield new Uint8Array(sealHeader(fileKey, recipients, { body: 'stream', context: o.context }));
  yield* body;
}

/**
 * Opens what {@link sealStreamTo} made, as one of its recipients, chunk by chunk. Whether the stream is whole is known
 * only when the iteration ends without an error; see {@link openStream}.
 *
 * @throws CryptoError while it runs: `recipients-refused`, one and the same for every reason; `recipients-malformed` for
 *   what anybody can see was not sealed to recipients; `context-malformed`, and whatever the source throws
 */
export async function* openStreamAs(
  key: RecipientKey,
  source: ByteSource,
  o: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using pieces = new PieceReader(source);
  const fixed = Uint8Array.from(await pieces.take(FIXED_LENGTH));
  const rest = await pieces.take(recipientHeaderLength(fixed) - fixed.length);
  const header = parseRecipientHeader(Buffer.concat([fixed, rest]));
  using fileKey = openHeader(key, header, { body: 'stream', context: o.context });
  try {
    yield* openStream(envelopeKey(fileKey, BODY_KEY_ID), restOf(pieces), o);
  } catch (error) {
    throw bodyError(error);
  }
}

async function* restOf(pieces: PieceReader): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const piece = await pieces.take(PIECE_LENGTH);
    if (piece.length === 0) return;
    yield piece;
  }
}
