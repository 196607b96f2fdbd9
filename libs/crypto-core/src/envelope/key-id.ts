import { CryptoError } from '../error.ts';

const KEY_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** What a key id may be, for an error message. */
export const KEY_ID_LIMIT = '1 to 64 of A-Z a-z 0-9 . _ : -';

/** Whether a text can be a key id: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/**
 * Refuses a key id that is not 1 to 64 of `A-Z a-z 0-9 . _ : -`.
 *
 * @throws CryptoError `key-id-malformed`
 */
export function checkKeyId(keyId: string): void {
  if (!isKeyId(keyId)) {
    throw new CryptoError('key-id-malformed', 'the key id is malformed', {
      value: `${keyId.length} characters`,
      limit: KEY_ID_LIMIT,
    });
  }
}
