import { createHash } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { labelPrefix, uint16 } from './labeled-hkdf.ts';

/** An extendable-output function of FIPS 202, as OpenSSL names it. */
export type ShakeName = 'shake128' | 'shake256';

/**
 * LabeledDerive (draft-ietf-hpke-hpke): SHAKE of the keying material and of everything that it is bound to.
 *
 * @param ikm its length follows from the suite, or stands in it
 * @param length 1 to 65,535 bytes, which the callers check
 */
export function labeledDerive(
  shake: ShakeName,
  o: {
    readonly suiteId: Uint8Array;
    readonly ikm: readonly SecretBytes[];
    readonly label: string;
    readonly context: Uint8Array;
    readonly length: number;
  },
): SecretBytes {
  const hash = createHash(shake, { outputLength: o.length });
  for (const part of o.ikm) part.expose((bytes) => hash.update(bytes));
  hash.update(labelPrefix(o.suiteId)).update(lengthPrefixed(utf8(o.label)));
  hash.update(uint16(o.length)).update(o.context);
  return SecretBytes.takeFrom(hash.digest());
}

/** The bytes, at most 65,535, behind their length in two bytes. */
export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([uint16(bytes.length), bytes]);
}
