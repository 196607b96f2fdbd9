import { randomBytes } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { isAccepted, type PolicyDecision, suiteToSeal } from '../policy/decision.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { MAX_PLAINTEXT_LENGTH, type ParsedEnvelope, startEnvelope } from './header.ts';
import { decryptMessage, encryptChunk } from './message-cipher.ts';
import {
  committedCipher,
  type MessageBinding,
  messageInfo,
  messageSecrets,
  SALT_LENGTH,
} from './message-secrets.ts';
import { type SuiteName, suiteByName } from './suite.ts';

/** What sealing is told beside the key. */
export interface MessageOptions {
  /** What the plaintext is for, such as `customer-pii`: 1 to 255 bytes of UTF-8, not stored, needed to open. */
  readonly context: string;
  /** The cipher; the policy's, or AES-256-GCM, unless given. */
  readonly suite?: SuiteName;
  /** What a policy decided: it chooses the suite and forbids others. */
  readonly policy?: PolicyDecision;
}

/** What opening is told beside the key. */
export interface OpenOptions {
  /** The context that was sealed for. */
  readonly context: string;
  /** What a policy decided: nothing below its floor opens. Without one, every suite of this library does. */
  readonly policy?: PolicyDecision;
}

/** One message before its key was asked, with the info to ask it for. */
export interface MessageToSeal extends MessageBinding {
  readonly info: Uint8Array;
}

/**
 * Checks everything about a message but its key, and gives it a fresh salt.
 *
 * @throws CryptoError `plaintext-too-long`, `context-malformed`, `suite-unknown`, `suite-forbidden`
 */
export function messageToSeal(plaintextLength: number, keyId: string, o: MessageOptions): MessageToSeal {
  if (plaintextLength > MAX_PLAINTEXT_LENGTH) {
    throw new CryptoError('plaintext-too-long', 'the plaintext does not fit one envelope', {
      value: `${plaintextLength} bytes`,
      limit: `${MAX_PLAINTEXT_LENGTH} bytes`,
    });
  }
  const suite = suiteByName(suiteToSeal(o.suite, o.policy));
  const binding = { suite, keyId, salt: randomBytes(SALT_LENGTH) };
  return { ...binding, info: messageInfo(binding, o.context) };
}

/** The envelope of a message, by what its key gave for `message.info`. */
export function sealedMessage(
  message: MessageToSeal,
  output: SecretBytes,
  plaintext: Uint8Array | SecretBytes,
): Uint8Array {
  const { cipher, commitment } = messageSecrets(output, message.suite);
  const { envelope, headerBytes, ciphertext } = startEnvelope({ ...message, commitment }, plaintext.length);
  const encrypt = (clear: Uint8Array): void => {
    encryptChunk(cipher, 0, clear, headerBytes, ciphertext);
  };
  if (plaintext instanceof SecretBytes) plaintext.expose(encrypt);
  else encrypt(plaintext);
  return envelope;
}

/**
 * The info to ask the key of an envelope for, or undefined where the policy does not let it be opened.
 *
 * @throws CryptoError `context-malformed`
 */
export function infoToOpen(parsed: ParsedEnvelope, o: OpenOptions): Uint8Array | undefined {
  const info = messageInfo(parsed, o.context);
  return isAccepted(parsed.version, parsed.suite.name, o.policy) ? info : undefined;
}

/** The plaintext, or undefined where commitment, header or ciphertext is not what was sealed. */
export function openedMessage(parsed: ParsedEnvelope, output: SecretBytes): SecretBytes | undefined {
  const cipher = committedCipher(output, parsed.suite, parsed.commitment);
  if (cipher === undefined) return undefined;
  return decryptMessage(cipher, parsed.ciphertext, parsed.headerBytes);
}
