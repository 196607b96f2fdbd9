import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LogError } from '../log-error.ts';
import { syncFolder } from '../store/sync-folder.ts';
import { readCheckpoint } from '../verify/checkpoint-text.ts';
import { readNote } from '../verify/signed-note.ts';

/**
 * The checkpoint in a file, cosignatures and all; `undefined` where there is no file.
 *
 * @throws LogError `pin-failed` where it cannot be read; `pin-corrupt` where it is no checkpoint
 */
export function readNoteFile(path: string): string | undefined {
  let note: string;
  try {
    note = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw failed(path, error);
  }
  if (readCheckpoint(readNote(note)?.text ?? '') !== undefined) return note;
  throw new LogError('pin-corrupt', 'the file holds no checkpoint', { value: path });
}

/**
 * Puts a checkpoint in the place of what the file held, durably, whole or not at all.
 *
 * @throws LogError `pin-failed`
 */
export function writeNoteFile(path: string, note: string): void {
  const draft = `${path}.new`;
  try {
    const file = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(file, note);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(draft, { force: true });
    throw failed(path, error);
  }
}

function failed(value: string, cause: unknown): LogError {
  return new LogError('pin-failed', 'the cosigned checkpoint cannot be read or written', { value, cause });
}
