import { createHmac } from 'node:crypto';
import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { hkdfExpand } from '../kdf/hkdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { secretKeyObject } from '../secret/secret-key-object.ts';

/**
 * HMAC-SHA-256 of the header under a key of its own, which follows from the file key and the context. It keeps whoever
 * has not got the file key from adding or dropping a recipient, and it commits to the file key: stanzas that hold
 * different keys cannot all open.
 *
 * @param fileKey 32 bytes
 * @returns 32 bytes
 */
export function headerMac(fileKey: SecretBytes, macInput: Uint8Array, context: string): Uint8Array {
  const info = domainSeparated('recipients-header/v1', encodeContext(context));
  using key = hkdfExpand({ prk: fileKey, info, length: 32 });
  return new Uint8Array(createHmac('sha256', secretKeyObject(key)).update(macInput).digest());
}
