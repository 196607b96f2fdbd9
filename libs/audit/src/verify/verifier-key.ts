import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { hex } from './hex.ts';
import { sha256 } from './sha256.ts';
import { isKeyName } from './signed-note.ts';

/**
 * What a key signs with, and over which message (C2SP signed-note, "Signature types"; C2SP tlog-cosignature):
 *
 * - `ed25519`: over the text of the note, for logs.
 * - `ed25519-cosignature`: over a time and the text of a checkpoint, for witnesses (`cosignature/v1`).
 * - `ml-dsa-44-cosignature`: over key name, time, origin, size and root hash of a checkpoint, for logs and witnesses.
 */
export type SignatureType = 'ed25519' | 'ed25519-cosignature' | 'ml-dsa-44-cosignature';

/** A public key, and what it is trusted for. */
export interface VerifierKey {
  readonly name: string;
  readonly type: SignatureType;
  /** 32 bytes for Ed25519, 1,312 for ML-DSA-44. */
  readonly publicKey: Uint8Array;
  /** 4 bytes. With the name it says which signature lines are this key's. */
  readonly keyId: Uint8Array;
}

const TYPE_BYTES: Readonly<Record<SignatureType, number>> = {
  ed25519: 0x01,
  'ed25519-cosignature': 0x04,
  'ml-dsa-44-cosignature': 0x06,
};

const PUBLIC_KEY_BYTES: Readonly<Record<SignatureType, number>> = {
  ed25519: 32,
  'ed25519-cosignature': 32,
  'ml-dsa-44-cosignature': 1312,
};

const SIGNATURE_TYPES: readonly SignatureType[] = ['ed25519', 'ed25519-cosignature', 'ml-dsa-44-cosignature'];

/** The longest name that the message of an ML-DSA-44 cosignature has room for, in bytes of UTF-8. */
export const MAX_COSIGNER_NAME_BYTES = 255;

/** The key of those parts; `undefined` for a name that cannot be one, and a public key of another length. */
export function verifierKey(
  name: string,
  type: SignatureType,
  publicKey: Uint8Array,
): VerifierKey | undefined {
  if (!isKeyName(name) || publicKey.length !== PUBLIC_KEY_BYTES[type]) return undefined;
  const nameBytes = new TextEncoder().encode(name);
  if (type === 'ml-dsa-44-cosignature' && nameBytes.length > MAX_COSIGNER_NAME_BYTES) return undefined;
  const named = concatBytes(nameBytes, Uint8Array.of(0x0a, TYPE_BYTES[type]), publicKey);
  return { name, type, publicKey: publicKey.slice(), keyId: sha256(named).slice(0, 4) };
}

/**
 * Reads the text form of a key, `<name>+<key id in hexadecimal>+<base64 of type and public key>`; `undefined` when it is
 * none, has a key id of another key, or is of a type that is not known here.
 */
export function readVerifierKey(text: string): VerifierKey | undefined {
  // The name has no plus sign; base64 may.
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const material = decodeBase64(match?.[3] ?? '');
  const type = SIGNATURE_TYPES.find((known) => TYPE_BYTES[known] === material?.[0]);
  if (material === undefined || type === undefined) return undefined;
  const key = verifierKey(match?.[1] ?? '', type, material.subarray(1));
  return key !== undefined && hex(key.keyId) === match?.[2] ? key : undefined;
}

/** The text form of a key. */
export function writeVerifierKey({ name, type, publicKey, keyId }: VerifierKey): string {
  return `${name}+${hex(keyId)}+${encodeBase64(concatBytes(Uint8Array.of(TYPE_BYTES[type]), publicKey))}`;
}
