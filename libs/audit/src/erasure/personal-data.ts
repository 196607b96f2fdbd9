import { createHash, randomBytes } from 'node:crypto';
import { isCryptoError, open, seal, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { canonicalJson } from '../event/canonical-json.ts';
import type { EventValue } from '../event/event-value.ts';
import { parseCanonicalJson } from '../event/parse-canonical-json.ts';
import { LogError } from '../log-error.ts';
import type { SubjectKey } from './subject-keys.ts';

const COMMITMENT_TEXT = 'bitcoin-enterprise/audit/personal-data/v1';
const SEAL_CONTEXT = 'bitcoin-enterprise/audit/sealed-personal-data/v1';

/** Of the salt, in bytes: as long as the hash, so that a commitment tells nothing about data that can be guessed. */
export const SALT_BYTES = 32;

/** Personal data that is revealed, with what its commitment is recomputed from. */
export interface RevealedPersonalData {
  readonly value: EventValue;
  /**
   * Salt and canonical JSON of the data: handed to somebody with the proof of the entry, it shows what was committed to;
   * see `verifyPersonalData`. The salt is hidden with the data, so that nobody guesses it from the commitment.
   */
  readonly disclosure: Uint8Array;
}

/** What goes into the leaf of an entry, and what is stored beside it. */
export interface ProtectedPersonalData {
  /** 32 bytes. */
  readonly commitment: Uint8Array;
  readonly sealed: Uint8Array;
}

/**
 * SHA-256 over the name of this format, the canonical JSON of `[origin, subject]`, and salt and canonical JSON of the
 * data, each of the first two behind a newline. Canonical JSON has no newline and the salt has 32 bytes, so that nothing
 * else has the same input.
 */
function personalCommitment(
  origin: string,
  subject: string,
  salt: Uint8Array,
  json: Uint8Array | string,
): Uint8Array {
  const hash = createHash('sha256').update(`${COMMITMENT_TEXT}\n${canonicalJson([origin, subject])}\n`);
  return hash.update(salt).update(json).digest();
}

/**
 * Commits to personal data and seals it under the key of its subject.
 *
 * @param json canonical
 */
export function protectPersonalData(
  origin: string,
  subject: string,
  json: string,
  { id, key }: SubjectKey,
): ProtectedPersonalData {
  const salt = randomBytes(SALT_BYTES);
  using content = SecretBytes.takeFrom(Buffer.concat([salt, Buffer.from(json)]));
  return {
    commitment: personalCommitment(origin, subject, salt, json),
    sealed: seal(key, content, { keyId: id, context: SEAL_CONTEXT }),
  };
}

/**
 * Opens sealed personal data and compares it with the commitment in the entry. `undefined` where it is sealed under
 * another key than the subject's present one: what a key opened that was erased.
 *
 * @throws LogError `log-corrupt` where it opens to something else than was committed to, or was damaged
 */
export function revealPersonalData(
  origin: string,
  subject: string,
  commitment: Uint8Array,
  { sealed, keyId }: { readonly sealed: Uint8Array; readonly keyId: string },
  { id, key }: SubjectKey,
): RevealedPersonalData | undefined {
  if (keyId !== id) return undefined;
  let content: SecretBytes;
  try {
    content = open(key, sealed, { context: SEAL_CONTEXT });
  } catch (cause) {
    if (!isCryptoError(cause)) throw cause;
    throw new LogError('log-corrupt', 'sealed personal data does not open under the key that it names', {
      cause,
    });
  }
  using opened = content;
  return opened.expose((bytes) => {
    const [salt, json] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES)];
    if (Buffer.compare(personalCommitment(origin, subject, salt, json), commitment) !== 0) {
      throw new LogError('log-corrupt', 'the personal data is not what the entry committed to');
    }
    return { value: parseCanonicalJson(json), disclosure: Uint8Array.from(bytes) };
  });
}
