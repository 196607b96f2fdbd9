import { hash } from 'node:crypto';

/** Signature type bytes (C2SP signed-note, "Signature types"). */
export const SIGNATURE_TYPE_BYTES = {
  ed25519: 0x01,
  'ed25519-cosignature': 0x04,
  'ml-dsa-44-cosignature': 0x06,
} as const;

/** What a line is signed with, and over which message. */
export type NoteSignatureType = keyof typeof SIGNATURE_TYPE_BYTES;

/** SHA-256(name ‖ newline ‖ type ‖ public key), its first four bytes (C2SP signed-note, "Signatures"). */
export function keyIdOf(type: NoteSignatureType, keyName: string, publicKey: Uint8Array): number {
  const named = Buffer.concat([Buffer.from(`${keyName}\n`), typed(type, publicKey)]);
  return hash('sha256', named, 'buffer').readUInt32BE(0);
}

/** A public key as verifiers are given it: `<name>+<key id in hexadecimal>+<base64 of type and public key>`. */
export function verifierKeyText(type: NoteSignatureType, keyName: string, publicKey: Uint8Array): string {
  const keyId = keyIdOf(type, keyName, publicKey).toString(16).padStart(8, '0');
  return `${keyName}+${keyId}+${typed(type, publicKey).toString('base64')}`;
}

function typed(type: NoteSignatureType, publicKey: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(SIGNATURE_TYPE_BYTES[type]), publicKey]);
}
