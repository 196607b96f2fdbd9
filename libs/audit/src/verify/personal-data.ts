import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { hex } from './hex.ts';
import { sha256 } from './sha256.ts';

const COMMITMENT_TEXT = 'bitcoin-enterprise/audit/personal-data/v1';
/** Of the salt in front of revealed data. */
export const SALT_BYTES = 32;

/** Personal data that somebody reveals of an entry. */
export interface PersonalDataClaim {
  /** Of the log and of the entry, as a verified bundle or proof says them. */
  readonly origin: string;
  readonly subject: string;
  /** From the entry, 32 bytes in hexadecimal. */
  readonly commitment: string;
  /** 32 bytes of salt, and the canonical JSON of the data: what `Subjects.personalData` gives as `disclosure`. */
  readonly disclosure: Uint8Array;
}

/**
 * The canonical JSON of revealed personal data, when it is what the entry committed to; `undefined` when it is not. Never
 * throws.
 */
export function verifyPersonalData({
  origin,
  subject,
  commitment,
  disclosure,
}: PersonalDataClaim): string | undefined {
  if (disclosure.length < SALT_BYTES || !origin.isWellFormed() || !subject.isWellFormed()) return undefined;
  const prefix = utf8ToBytes(`${COMMITMENT_TEXT}\n${JSON.stringify([origin, subject])}\n`);
  if (hex(sha256(concatBytes(prefix, disclosure))) !== commitment) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(disclosure.subarray(SALT_BYTES));
  } catch {
    return undefined;
  }
}
