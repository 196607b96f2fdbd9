import { decodeBase64 } from './base64.ts';

/** A signed note taken apart (C2SP signed-note), nothing verified. */
export interface ReadNote {
  /** The signed text, with its last newline. */
  readonly text: string;
  readonly signatures: readonly SignatureLine[];
}

/** One signature line of a note. */
export interface SignatureLine {
  readonly keyName: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** What stands behind the key id; its form depends on the type of the key. */
  readonly signature: Uint8Array;
  /** The line as it stands in the note, without its newline. */
  readonly line: string;
}

/** Sixteen signatures, as every verifier must accept, of up to 5 kB each, as post-quantum ones are. */
const MAX_NOTE_LENGTH = 131_072;
const MAX_SIGNATURES = 16;

/** Takes a note apart, strictly; `undefined` when it is none. */
export function readNote(note: string): ReadNote | undefined {
  if (note.length > MAX_NOTE_LENGTH || !note.isWellFormed() || hasControlCharacters(note)) return undefined;
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) return undefined;
  const signatures = readSignatureLines(note.slice(split + 2));
  return signatures === undefined ? undefined : { text: note.slice(0, split + 1), signatures };
}

/** Takes signature lines apart, each with its newline; `undefined` when they are none, or too many. */
export function readSignatureLines(text: string): readonly SignatureLine[] | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures = lines.map(readSignatureLine).filter((line) => line !== undefined);
  return signatures.length === lines.length ? signatures : undefined;
}

/** Whether a text can name a key: not empty, no Unicode spaces, no plus sign, no control characters. */
export function isKeyName(text: string): boolean {
  return text.isWellFormed() && /^[^\s\u0085+\x00-\x1f\x7f]+$/u.test(text);
}

function readSignatureLine(line: string): SignatureLine | undefined {
  const [dash, keyName = '', base64 = '', ...rest] = line.split(' ');
  const bytes = decodeBase64(base64);
  if (dash !== '\u2014' || !isKeyName(keyName) || rest.length > 0) return undefined;
  if (bytes === undefined || bytes.length < 5) return undefined;
  return { keyName, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4), line };
}

function hasControlCharacters(note: string): boolean {
  return /[\x00-\x09\x0b-\x1f]/.test(note);
}
