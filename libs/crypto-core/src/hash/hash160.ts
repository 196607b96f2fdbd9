import { createHash } from 'node:crypto';
import { sha256 } from './sha256.ts';

/** RIPEMD-160(SHA-256(bytes)): 20 bytes, what BIP32 calls the identifier of a public key. */
export function hash160(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('ripemd160').update(sha256(bytes)).digest());
}
