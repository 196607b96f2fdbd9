import { toHex } from '../encoding/hex.ts';
import { parseRecipientHeader, type RecipientsBody } from './recipient-header.ts';
import { recipientTypeOf, type RecipientType } from './recipient-type.ts';

/** What a header says of itself in clear. Not authenticated: only opening tells whether it is true. */
export interface RecipientsDescription {
  readonly version: number;
  readonly body: RecipientsBody;
  readonly recipients: readonly RecipientDescription[];
  /** Where the body starts, in bytes. */
  readonly headerLength: number;
}

export interface RecipientDescription {
  /** `unknown` for a type that this version of the library has not got. */
  readonly type: RecipientType | 'unknown';
  /** See `RecipientPublicKey.keyId`. */
  readonly keyId: string;
}

/**
 * To whom it was sealed, as the header says, to choose the key by.
 *
 * @param sealed the whole, or at least its header: 44 bytes and, for each recipient of a known type, at most 1,187
 * @throws CryptoError `recipients-malformed`
 */
export function describeRecipients(sealed: Uint8Array): RecipientsDescription {
  const { version, body, stanzas, length } = parseRecipientHeader(sealed);
  const recipients = stanzas.map(({ suiteId, keyId }) => ({
    type: recipientTypeOf(suiteId) ?? ('unknown' as const),
    keyId: toHex(keyId),
  }));
  return { version, body, recipients, headerLength: length };
}
