import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64 } from './base64.ts';
import { equal } from './merkle-proof.ts';

/** A note whose text was signed by the key that was asked for. */
export type NoteResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly reason: 'malformed' | 'not signed by this key' | 'signature does not verify';
    };

const MAX_NOTE_LENGTH = 65_536;
const MAX_SIGNATURES = 16;
const ED25519_TYPE = Uint8Array.of(0x01);

/**
 * Opens a signed note for one Ed25519 key (C2SP signed-note). Lines of other keys are ignored, as the specification
 * demands; a line that names this key and does not verify refuses the note.
 *
 * @param publicKey 32 bytes
 */
export function openNote(note: string, keyName: string, publicKey: Uint8Array): NoteResult {
  const parts = splitNote(note);
  if (parts === undefined) return { ok: false, reason: 'malformed' };
  const keyId = keyIdOf(keyName, publicKey);
  const own = parts.signatures.filter((line) => line.keyName === keyName && equal(line.keyId, keyId));
  if (own.length === 0) return { ok: false, reason: 'not signed by this key' };
  const message = new TextEncoder().encode(parts.text);
  return own.every((line) => verifies(line.signature, message, publicKey))
    ? { ok: true, text: parts.text }
    : { ok: false, reason: 'signature does not verify' };
}

/** The text of a note without regard to who signed it; `undefined` when it is none. */
export function noteText(note: string): string | undefined {
  return splitNote(note)?.text;
}

/** What a checkpoint states (C2SP tlog-checkpoint). */
export interface CheckpointStatement {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** Reads the text of a checkpoint; `undefined` when it is none. Extension lines are ignored. */
export function readCheckpoint(text: string): CheckpointStatement | undefined {
  const lines = text.split('\n');
  const [origin, size, root] = lines;
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) return undefined;
  if (origin === undefined || size === undefined || !/^(?:0|[1-9][0-9]{0,15})$/.test(size)) return undefined;
  const rootHash = decodeBase64(root ?? '');
  if (rootHash?.length !== 32 || !Number.isSafeInteger(Number(size))) return undefined;
  return { origin, size: Number(size), rootHash };
}

interface SignatureLine {
  readonly keyName: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

function splitNote(note: string): { text: string; signatures: readonly SignatureLine[] } | undefined {
  if (note.length > MAX_NOTE_LENGTH || !note.isWellFormed() || hasControlCharacters(note)) return undefined;
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(split + 2, -1).split('\n');
  const signatures = lines.map(readSignatureLine).filter((line) => line !== undefined);
  if (signatures.length !== lines.length || lines.length > MAX_SIGNATURES) return undefined;
  return { text: note.slice(0, split + 1), signatures };
}

function readSignatureLine(line: string): SignatureLine | undefined {
  const match = /^\u2014 ([^\s\u0085+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  const bytes = decodeBase64(match?.[2] ?? '');
  if (match?.[1] === undefined || bytes === undefined || bytes.length < 5) return undefined;
  return { keyName: match[1], keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function keyIdOf(keyName: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concatBytes(new TextEncoder().encode(`${keyName}\n`), ED25519_TYPE, publicKey)).subarray(
    0,
    4,
  );
}

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    // RFC 8032, and not the looser ZIP 215, so that this agrees with OpenSSL about odd encodings.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function hasControlCharacters(note: string): boolean {
  return /[\x00-\x09\x0b-\x1f]/.test(note);
}
