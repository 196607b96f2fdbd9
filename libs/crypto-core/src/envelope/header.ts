import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { type EnvelopeSuite, SUITES } from './suite.ts';

/** The first bytes of every envelope, `BESE`. */
const MAGIC = Uint8Array.of(0x42, 0x45, 0x53, 0x45);
const VERSION = 1;
export const SALT_LENGTH = 32;
export const COMMITMENT_LENGTH = 32;
/** Magic, version, suite and the length of the key id. */
const FIXED_LENGTH = MAGIC.length + 3;
const KEY_ID = /^[A-Za-z0-9._:-]{1,64}$/;

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
  readonly ciphertext: Uint8Array;
}

/**
 * Refuses a key id that is not 1 to 64 of `A-Z a-z 0-9 . _ : -`.
 *
 * @throws CryptoError `key-id-malformed`
 */
export function checkKeyId(keyId: string): void {
  if (!KEY_ID.test(keyId)) {
    throw new CryptoError('key-id-malformed', 'the key id is malformed', {
      value: `${keyId.length} characters`,
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    });
  }
}

/** `magic(4) version(1) suite(1) keyIdLength(1) keyId salt(32) commitment(32)` */
export function encodeHeader(header: EnvelopeHeader): Uint8Array {
  const keyId = utf8(header.keyId);
  const fixed = [...MAGIC, VERSION, header.suite.id, keyId.length];
  return Buffer.concat([Uint8Array.from(fixed), keyId, header.salt, header.commitment]);
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
  const suite = SUITES.get(suiteId);
  if (suite === undefined)
    throw malformed('its suite is not known', String(suiteId), [...SUITES.keys()].join(', '));

  const saltStart = FIXED_LENGTH + keyIdLength;
  const commitmentStart = saltStart + SALT_LENGTH;
  const ciphertextStart = commitmentStart + COMMITMENT_LENGTH;
  const plaintextLength = envelope.length - ciphertextStart - suite.overhead;
  if (plaintextLength < 0) {
    throw malformed(
      'it is too short',
      `${envelope.length} bytes`,
      `${ciphertextStart + suite.overhead} bytes or more`,
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
  if (!KEY_ID.test(keyId))
    throw malformed('its key id is malformed', `${keyIdLength} bytes`, '1 to 64 of A-Z a-z 0-9 . _ : -');
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
