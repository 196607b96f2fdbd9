import { checkSignature } from './note-signature.ts';

import { readNote } from './signed-note.ts';
import { verifierKey } from './verifier-key.ts';

/** A note whose text was signed by the key that was asked for. */
export type NoteResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly reason: 'malformed' | 'not signed by this key' | 'signature does not verify';
    };

/**
 * Opens a signed note for one Ed25519 key (C2SP signed-note). Lines of other keys are ignored, as the specification
 * demands; a line that names this key and does not verify refuses the note.
 *
 * @param publicKey 32 bytes
 */
export function openNote(note: string, keyName: string, publicKey: Uint8Array): NoteResult {
  const read = readNote(note);
  if (read === undefined) return { ok: false, reason: 'malformed' };
  const key = verifierKey(keyName, 'ed25519', publicKey);
  const verdict = key === undefined ? undefined : checkSignature(read, key);
  switch (verdict?.status) {
    case 'valid':
      return { ok: true, text: read.text };
    case 'invalid':
      return { ok: false, reason: 'signature does not verify' };
    case 'missing':
    case 'unverified':
    case undefined:
      return { ok: false, reason: 'not signed by this key' };
  }
}

/** The text of a note without regard to who signed it; `undefined` when it is none. */
export function noteText(note: string): string | undefined {
  return readNote(note)?.text;
}
