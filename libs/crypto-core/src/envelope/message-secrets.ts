import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { constantTimeEqual } from '../secret/constant-time.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { MessageCipher } from './message-cipher.ts';
import { type EnvelopeSuite, MESSAGE_KEY_LENGTH } from './suite.ts';

export const SALT_LENGTH = 32;
export const COMMITMENT_LENGTH = 32;

/** How much of {@link EnvelopeKey.expand} an envelope takes: the message key, then the commitment. */
export const MESSAGE_SECRETS_LENGTH: number = MESSAGE_KEY_LENGTH + COMMITMENT_LENGTH;

/** A message key encrypts one message, so that its nonce need not vary (NIST SP 800-38D section 8 asks for distinct pairs). */
const ZERO_NONCE = new Uint8Array(24);

/** What names one message for the derivation of its secrets. */
export interface MessageBinding {
  readonly suite: EnvelopeSuite;
  readonly keyId: string;
  readonly salt: Uint8Array;
}

/** The cipher of one message, and what commits to its key, key id and context. */
export interface MessageSecrets {
  readonly cipher: MessageCipher;
  /** Public once the message is made. */
  readonly commitment: Uint8Array;
}

/**
 * The info of HKDF-Expand for one envelope.
 *
 * @throws CryptoError `context-malformed`
 */
export function messageInfo({ suite, keyId, salt }: MessageBinding, context: string): Uint8Array {
  return domainSeparated('envelope/v1', Uint8Array.of(suite.id), keyId, encodeContext(context), salt);
}

/** Splits what the key gave for {@link messageInfo}, which the caller disposes of. */
export function messageSecrets(output: SecretBytes, suite: EnvelopeSuite): MessageSecrets {
  return output.expose((bytes) => ({
    cipher: suite.cipher(bytes.subarray(0, MESSAGE_KEY_LENGTH), ZERO_NONCE.subarray(0, suite.nonceLength)),
    commitment: bytes.slice(MESSAGE_KEY_LENGTH),
  }));
}

/** The cipher where the commitment is the one that the key gives, else undefined: nothing is decrypted then. */
export function committedCipher(
  output: SecretBytes,
  suite: EnvelopeSuite,
  commitment: Uint8Array,
): MessageCipher | undefined {
  const secrets = messageSecrets(output, suite);
  return constantTimeEqual(secrets.commitment, commitment) ? secrets.cipher : undefined;
}
