import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { isAccepted } from '../policy/decision.ts';
import { constantTimeEqual } from '../secret/constant-time.ts';
import { type EnvelopeKey, expandKey, type FindEnvelopeKey, keyNamed } from './envelope-key.ts';
import type { MessageCipher } from './message-cipher.ts';
import { COMMITMENT_LENGTH, type MessageSecrets } from './message-secrets.ts';
import { refusedEnvelope } from './refused-envelope.ts';
import type { OpenOptions } from './sealed-message.ts';
import { chunkBits, type ParsedStreamHeader, type StreamHeader } from './stream-header.ts';
import { MESSAGE_KEY_LENGTH } from './suite.ts';

/**
 * The info of HKDF-Expand for one stream. Everything in the header but its fixed bytes and the commitment is in it, so
 * that chunks need no additional data (C2SP chunked-encryption, "Key derivation" and "AEAD usage").
 *
 * @throws CryptoError `context-malformed`
 */
export function streamInfo({ suite, chunkLength, keyId, salt }: StreamHeader, context: string): Uint8Array {
  const parameters = Uint8Array.of(suite.id, chunkBits(chunkLength));
  return domainSeparated('stream/v1', parameters, keyId, encodeContext(context), salt);
}

/**
 * The cipher of a stream and its commitment. As in C2SP chunked-encryption the key gives, in this order, the stream's
 * key, the nonce of its first chunk and the commitment.
 *
 * @throws CryptoError `length-mismatch`, and whatever the key throws
 */
export async function streamSecrets(
  key: EnvelopeKey,
  header: StreamHeader,
  info: Uint8Array,
): Promise<MessageSecrets> {
  const { suite } = header;
  const nonceEnd = MESSAGE_KEY_LENGTH + suite.nonceLength;
  using output = await expandKey(key, info, nonceEnd + COMMITMENT_LENGTH);
  return output.expose((bytes) => ({
    cipher: suite.cipher(bytes.subarray(0, MESSAGE_KEY_LENGTH), bytes.slice(MESSAGE_KEY_LENGTH, nonceEnd)),
    commitment: bytes.slice(nonceEnd),
  }));
}

/**
 * The cipher of a stream whose header has the commitment that its key gives.
 *
 * @throws CryptoError `envelope-refused` where it has not, or where the policy does not accept it, or no key has its id;
 *   and whatever the key throws
 */
export async function committedStreamCipher(
  key: EnvelopeKey | FindEnvelopeKey,
  header: ParsedStreamHeader,
  o: OpenOptions,
): Promise<MessageCipher> {
  const info = streamInfo(header, o.context);
  if (!isAccepted(header.version, header.suite.name, o.policy)) throw refusedEnvelope();
  const secrets = await streamSecrets(await keyNamed(key, header.keyId), header, info);
  if (!constantTimeEqual(secrets.commitment, header.commitment)) throw refusedEnvelope();
  return secrets.cipher;
}
