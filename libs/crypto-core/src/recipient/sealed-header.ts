import { CryptoError } from '../error.ts';
import { constantTimeEqual } from '../secret/constant-time.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { headerMac } from './header-mac.ts';
import {
  encodeMacInput,
  MAX_RECIPIENTS,
  type ParsedRecipientHeader,
  type RecipientsBody,
} from './recipient-header.ts';
import type { RecipientKey } from './recipient-key.ts';
import type { RecipientPublicKey } from './recipient-public-key.ts';
import { refusedRecipients } from './refused-recipients.ts';
import { FILE_KEY_LENGTH, openFileKey, sealFileKey } from './stanza.ts';

/** The key id of a body: each has a key of its own, which needs no name. */
export const BODY_KEY_ID = 'file-key';

/** A key for one header and its body. */
export function newFileKey(): SecretBytes {
  return SecretBytes.random(FILE_KEY_LENGTH);
}

/**
 * The header that gives the file key to every recipient.
 *
 * @throws CryptoError `recipient-count` for none, too many or the same one twice; `context-malformed`
 */
export function sealHeader(
  fileKey: SecretBytes,
  recipients: readonly RecipientPublicKey[],
  o: { readonly body: RecipientsBody; readonly context: string },
): Uint8Array {
  checkRecipients(recipients);
  const stanzas = recipients.map((recipient) => sealFileKey(recipient, fileKey, o.context));
  const macInput = encodeMacInput(o.body, stanzas);
  return Buffer.concat([macInput, headerMac(fileKey, macInput, o.context)]);
}

/**
 * The file key of a header, for one of its recipients.
 *
 * @throws CryptoError `recipients-refused`, `context-malformed`
 */
export function openHeader(
  key: RecipientKey,
  header: ParsedRecipientHeader,
  o: { readonly body: RecipientsBody; readonly context: string },
): SecretBytes {
  const fileKey = openFileKey(key, header.stanzas, o.context);
  if (fileKey === undefined) throw refusedRecipients();
  const mac = headerMac(fileKey, header.macInput, o.context);
  if (constantTimeEqual(mac, header.mac) && header.body === o.body) return fileKey;
  fileKey[Symbol.dispose]();
  throw refusedRecipients();
}

function checkRecipients(recipients: readonly RecipientPublicKey[]): void {
  const different = new Set(recipients.map(({ type, keyId }) => `${type} ${keyId}`)).size;
  if (recipients.length < 1 || recipients.length > MAX_RECIPIENTS || different !== recipients.length) {
    throw new CryptoError('recipient-count', 'that list of recipients cannot be sealed to', {
      value: `${recipients.length} recipients, ${different} of them different`,
      limit: `1 to ${MAX_RECIPIENTS}, all different`,
    });
  }
}
