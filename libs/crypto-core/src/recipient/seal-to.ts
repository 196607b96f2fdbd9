import { open, seal } from '../envelope/envelope.ts';
import type { MessageOptions, OpenOptions } from '../envelope/sealed-message.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { parseRecipientHeader } from './recipient-header.ts';
import type { RecipientKey } from './recipient-key.ts';
import type { RecipientPublicKey } from './recipient-public-key.ts';
import { bodyError } from './refused-recipients.ts';
import { BODY_KEY_ID, newFileKey, openHeader, sealHeader } from './sealed-header.ts';

/**
 * Seals to several recipients, each of whom can open alone: a header with the file key sealed to each, and an envelope
 * under the file key.
 *
 * Layout: `"BESR" version(1) body(1) count(2) stanzasLength(4)`, for each recipient
 * `suite(1) keyId(16) payloadLength(2) encapsulatedKey fileKeyCiphertext(48)`, then `mac(32)` and the envelope.
 *
 * The key ids of the recipients are in clear. All recipients see the same list, to which nobody without the file key can
 * add and from which nobody without it can drop one; any of the recipients could make another list and another body. It
 * does not tell who sealed: sign what must have an author. What is sealed to several types of keys is as strong as the
 * weakest of them.
 *
 * @param recipients 1 to 256, all different
 * @param plaintext at most 64 MiB
 * @throws CryptoError `recipient-count`, `context-malformed`, `plaintext-too-long`, `suite-unknown`, `suite-forbidden`,
 *   `secret-disposed`
 */
export function sealTo(
  recipients: readonly RecipientPublicKey[],
  plaintext: Uint8Array | SecretBytes,
  o: MessageOptions,
): Uint8Array {
  using fileKey = newFileKey();
  const header = sealHeader(fileKey, recipients, { body: 'envelope', context: o.context });
  const body = seal(fileKey, plaintext, { ...o, keyId: BODY_KEY_ID });
  const sealed = new Uint8Array(header.length + body.length);
  sealed.set(header);
  sealed.set(body, header.length);
  return sealed;
}

/**
 * Opens what {@link sealTo} made, as one of its recipients. Entries of others are not looked at beyond their length:
 * one that nobody can open keeps nobody else out.
 *
 * @throws CryptoError `recipients-refused`, one and the same for a key that is no recipient, a wrong context, any altered
 *   byte and anything below the policy; `recipients-malformed` for what anybody can see was not sealed to recipients;
 *   `context-malformed`
 */
export function openAs(key: RecipientKey, sealed: Uint8Array, o: OpenOptions): SecretBytes {
  const header = parseRecipientHeader(sealed);
  using fileKey = openHeader(key, header, { body: 'envelope', context: o.context });
  try {
    return open(fileKey, sealed.subarray(header.length), o);
  } catch (error) {
    throw bodyError(error);
  }
}
