import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { isKeyId, KEY_ID_LIMIT } from './key-id.ts';
import { TAG_LENGTH } from './message-cipher.ts';
import { COMMITMENT_LENGTH, SALT_LENGTH } from './message-secrets.ts';
import { type EnvelopeSuite, knownSuiteIds, suiteById } from './suite.ts';

/** The first bytes of every envelope, `BESE`. */
const MAGIC = Uint8Array.of(0x42, 0x45, 0x53, 0x45);
/** The version of the format that this library writes, and the only one so far that it reads. */
const VERSION = 1;
/** Magic, version, suite and the length of the key id. */
const FIXED_LENGTH = MAGIC.length + 3;

/** The longest plaintext of one envelope: 64 MiB. It is opened as a whole, in memory. */
export const MAX_PLAINTEXT_LENGTH: number = 64 * 1024 * 1024;

export interface EnvelopeHeader {
  readonly suite: EnvelopeSuite;
  readonly keyId: string;
  /** 32 random bytes, fresh for every message. */
  readonly salt: Uint8Array;
  /** 32 bytes that no other key, key id or context gives. */
  readonly commitment: Uint8Array;
}

export interface ParsedEnvelope extends EnvelopeHeader {
  readonly version: number;
  /** Everything in front of the ciphertext, as it stands: the additional data of the cipher. */
  readonly headerBytes: Uint8Array;
  /** With its tag. */
  readonly ciphertext: Uint8Array;
}

/**
 * An envelope with its header in place and room for the ciphertext:
 * `magic(4) version(1) suite(1) keyIdLength(1) keyId salt(32) commitment(32) ciphertext tag(16)`.
 */
export function startEnvelope(
  header: EnvelopeHeader,
  plaintextLength: number,
): { readonly envelope: Uint8Array; readonly headerBytes: Uint8Array; readonly ciphertext: Uint8Array } {
  const keyId = utf8(header.keyId);
  const saltStart = FIXED_LENGTH + keyId.length;
  const headerLength = saltStart + SALT_LENGTH + COMMITMENT_LENGTH;
  // Every byte is written before the envelope is given away, so that the memory need not be cleared first.
  const memory = Buffer.allocUnsafeSlow(headerLength + plaintextLength + TAG_LENGTH);
  const envelope = new Uint8Array(memory.buffer);
  envelope.set(MAGIC);
  envelope.set([VERSION, header.suite.id, keyId.length], MAGIC.length);
  envelope.set(keyId, FIXED_LENGTH);
  envelope.set(header.salt, saltStart);
  envelope.set(header.commitment, saltStart + SALT_LENGTH);
  return {
    envelope,
    headerBytes: envelope.subarray(0, headerLength),
    ciphertext: envelope.subarray(headerLength),
  };
}

/**
 * Takes an envelope apart. Nothing in it is authenticated yet.
 *
 * @throws CryptoError `envelope-malformed`, which tells only what everybody who has the envelope can see
 */
export function parseEnvelope(envelope: Uint8Array): ParsedEnvelope {
  const [version, suiteId, keyIdLength] = envelope.subarray(MAGIC.length, FIXED_LENGTH);
  if (version === undefined || suiteId === undefined || keyIdLength === undefined) {
    throw malformed('it is too short', `${envelope.length} bytes`, `at least ${FIXED_LENGTH} bytes`);
  }
  if (!MAGIC.every((byte, index) => envelope[index] === byte)) throw malformed('it does not start with BESE');
  if (version !== VERSION) throw malformed('its version is not known', String(version), String(VERSION));
  const suite = suiteById(suiteId);
  if (suite === undefined) throw malformed('its suite is not known', String(suiteId), knownSuiteIds());

  const saltStart = FIXED_LENGTH + keyIdLength;
  const commitmentStart = saltStart + SALT_LENGTH;
  const ciphertextStart = commitmentStart + COMMITMENT_LENGTH;
  const plaintextLength = envelope.length - ciphertextStart - TAG_LENGTH;
  if (plaintextLength < 0) {
    throw malformed(
      'it is too short',
      `${envelope.length} bytes`,
      `${ciphertextStart + TAG_LENGTH} bytes or more`,
    );
  }
  if (plaintextLength > MAX_PLAINTEXT_LENGTH) {
    throw malformed(
      'it is too long',
      `${plaintextLength} bytes of plaintext`,
      `${MAX_PLAINTEXT_LENGTH} bytes`,
    );
  }
  const keyId = Buffer.from(envelope.subarray(FIXED_LENGTH, saltStart)).toString('latin1');
  if (!isKeyId(keyId)) throw malformed('its key id is malformed', `${keyIdLength} bytes`, KEY_ID_LIMIT);
  return {
    version,
    suite,
    keyId,
    salt: envelope.subarray(saltStart, commitmentStart),
    commitment: envelope.subarray(commitmentStart, ciphertextStart),
    headerBytes: envelope.subarray(0, ciphertextStart),
    ciphertext: envelope.subarray(ciphertextStart),
  };
}

function malformed(why: string, value?: string, limit?: string): CryptoError {
  return new CryptoError('envelope-malformed', `this is no envelope: ${why}`, { value, limit });
}
