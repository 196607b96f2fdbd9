import { verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import { keyIdOf } from './signature-type.ts';

const MAX_SIGNATURES = 16;

/** Sixteen signatures, as every verifier must accept, of up to 5 kB each, as post-quantum ones are. */
const MAX_NOTE_LENGTH = 131_072;

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

/** One signature line, with its newline. */
export function signatureLine({ keyName, keyId, signature }: NoteSignature): string {
  const bytes = Buffer.allocUnsafe(4 + signature.length);
  bytes.writeUInt32BE(keyId);
  bytes.set(signature, 4);
  return `\u2014 ${keyName} ${bytes.toString('base64')}\n`;
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

/** Whether a note carries a signature of that Ed25519 key: `absent`, or named but `invalid`, or `valid`. */
export function verifyNote(
  note: SignedNote,
  keyName: string,
  publicKey: Uint8Array,
): 'valid' | 'invalid' | 'absent' {
  const keyId = keyIdOf('ed25519', keyName, publicKey);
  const own = note.signatures.filter((line) => line.keyName === keyName && line.keyId === keyId);
  const [line] = own;
  if (line === undefined) return 'absent';
  // A checkpoint has one line of a key (C2SP tlog-checkpoint, "Signatures").
  const isSingle = own.length === 1;
  return isSingle && verifyEd25519(line.signature, Buffer.from(note.text), publicKey) ? 'valid' : 'invalid';
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
