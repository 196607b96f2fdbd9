import type { SecretBytes } from '../secret/secret-bytes.ts';
import { type EnvelopeKey, expandKey, type FindEnvelopeKey, keyNamed } from './envelope-key.ts';
import { parseEnvelope } from './header.ts';
import { checkKeyId } from './key-id.ts';
import { MESSAGE_SECRETS_LENGTH } from './message-secrets.ts';
import { refusedEnvelope } from './refused-envelope.ts';
import {
  infoToOpen,
  type MessageOptions,
  messageToSeal,
  openedMessage,
  type OpenOptions,
  sealedMessage,
} from './sealed-message.ts';

/**
 * {@link seal} under a key that need not be in memory. The envelope is the same as if it were.
 *
 * @param plaintext at most 64 MiB; not to be changed before the promise is settled
 * @throws CryptoError `key-id-malformed`, `context-malformed`, `plaintext-too-long`, `suite-unknown`,
 *   `suite-forbidden`, `length-mismatch` where the key gives too much or too little, and whatever the key throws
 */
export async function sealWith(
  key: EnvelopeKey,
  plaintext: Uint8Array | SecretBytes,
  o: MessageOptions,
): Promise<Uint8Array> {
  checkKeyId(key.keyId);
  const message = messageToSeal(plaintext.length, key.keyId, o);
  using output = await expandKey(key, message.info, MESSAGE_SECRETS_LENGTH);
  return sealedMessage(message, output, plaintext);
}

/**
 * {@link open} under a key that need not be in memory, or under the one of several that the header names. A key of
 * another id than the header's is not asked.
 *
 * @param envelope not to be changed before the promise is settled: it would be refused
 * @throws CryptoError `envelope-refused`, `envelope-malformed`, `context-malformed`, `length-mismatch`, and whatever the
 *   key or the look-up throws
 */
export async function openWith(
  key: EnvelopeKey | FindEnvelopeKey,
  envelope: Uint8Array,
  o: OpenOptions,
): Promise<SecretBytes> {
  const parsed = parseEnvelope(envelope);
  const info = infoToOpen(parsed, o);
  if (info === undefined) throw refusedEnvelope();
  using output = await expandKey(await keyNamed(key, parsed.keyId), info, MESSAGE_SECRETS_LENGTH);
  const plaintext = openedMessage(parsed, output);
  if (plaintext === undefined) throw refusedEnvelope();
  return plaintext;
}
