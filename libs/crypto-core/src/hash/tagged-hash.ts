import { utf8 } from '../encoding/utf8.ts';
import { sha256 } from './sha256.ts';

/**
 * BIP340's tagged hash: SHA-256(SHA-256(tag) || SHA-256(tag) || parts): 32 bytes. The tag keeps a digest of one
 * purpose from being taken for a digest of another.
 */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const tagDigest = sha256(utf8(tag));
  return sha256(tagDigest, tagDigest, ...parts);
}
