import { hash } from 'node:crypto';
import { verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';

/** Signs with an Ed25519 key (RFC 8032); `Ed25519SigningKey` of crypto-core is one. */
export interface CheckpointSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over `message`; the same for the same message, as RFC 8032 has it. */
  sign(message: Uint8Array): Uint8Array;
}

/** Signature type byte of Ed25519 in a key id (C2SP signed-note, "Signature types"). */
const ED25519 = 0x01;

const MAX_SIGNATURES = 16;
const MAX_NOTE_LENGTH = 65_536;

/** A note taken apart, its signatures not yet verified. */
export interface SignedNote {
  /** The signed text, with its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly keyName: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/**
 * Whether a text can name a key: not empty, no Unicode spaces, no plus sign, no control characters
 * (C2SP signed-note, "Format").
 */
export function isKeyName(text: string): boolean {
  return text !== '' && text.isWellFormed() && !NOT_IN_KEY_NAME.test(text);
}

const NOT_IN_KEY_NAME = /[\s\x00-\x1f\x7f\u0085+]/u;

/** SHA-256(name ‖ newline ‖ type ‖ public key), its first four bytes (C2SP signed-note, "Signatures"). */
export function keyIdOf(keyName: string, publicKey: Uint8Array): number {
  const named = Buffer.concat([Buffer.from(`${keyName}\n`), Uint8Array.of(ED25519), publicKey]);
  return hash('sha256', named, 'buffer').readUInt32BE(0);
}

/** @throws LogError `signer-failed`. */
export function signWith(signer: CheckpointSigner, message: Uint8Array): Uint8Array {
  let signature: Uint8Array;
  try {
    signature = signer.sign(message);
  } catch (cause) {
    throw new LogError('signer-failed', 'the signer refused to sign', { cause });
  }
  if (signature.length === 64) return signature;
  throw new LogError('signer-failed', 'an Ed25519 signature has 64 bytes', {
    value: `${signature.length} bytes`,
    limit: '64 bytes',
  });
}

/** The note of a text that ends in a newline, and of its signature of 64 bytes. */
export function signedNote(text: string, keyName: string, keyId: number, signature: Uint8Array): string {
  const line = Buffer.allocUnsafe(68);
  line.writeUInt32BE(keyId);
  line.set(signature, 4);
  return `${text}\n\u2014 ${keyName} ${line.toString('base64')}\n`;
}

/**
 * Takes a signed note apart, strictly.
 *
 * @throws LogError `note-malformed`.
 */
export function parseSignedNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_LENGTH || !note.isWellFormed() || /[\x00-\x09\x0b-\x1f]/.test(note)) {
    throw malformed(`text of at most ${MAX_NOTE_LENGTH} characters without control characters`);
  }
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw malformed('a text, an empty line, and signature lines');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`at most ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** Whether a note carries a signature of that key: `absent`, or named but `invalid`, or `valid`. */
export function verifyNote(
  note: SignedNote,
  keyName: string,
  publicKey: Uint8Array,
): 'valid' | 'invalid' | 'absent' {
  const keyId = keyIdOf(keyName, publicKey);
  const own = note.signatures.filter((line) => line.keyName === keyName && line.keyId === keyId);
  if (own.length === 0) return 'absent';
  const message = Buffer.from(note.text);
  return own.every((line) => verifyEd25519(line.signature, message, publicKey)) ? 'valid' : 'invalid';
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, keyName, base64, ...rest] = line.split(' ');
  if (dash !== '\u2014' || keyName === undefined || base64 === undefined || rest.length > 0) {
    throw malformed('lines of an em dash, a key name and a signature');
  }
  const bytes = Buffer.from(base64, 'base64');
  if (!isKeyName(keyName) || bytes.length < 5 || bytes.toString('base64') !== base64) {
    throw malformed('a key name, and base64 of a key id and a signature');
  }
  return { keyName, keyId: bytes.readUInt32BE(0), signature: new Uint8Array(bytes.subarray(4)) };
}

function malformed(limit: string): LogError {
  return new LogError('note-malformed', 'the text is not a signed note', { limit });
}
