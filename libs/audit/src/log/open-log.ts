import { resolve } from 'node:path';
import { CheckpointIssuer, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { isKeyName } from '../checkpoint/signed-note.ts';
import { isName, MAX_NAME_LENGTH } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import { EMPTY_ROOT } from '../merkle/tree-hash.ts';
import type { LogStore } from '../store/log-store.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { Log, LogOptions } from './log.ts';
import { recover } from './recovery.ts';
import { Sequencer } from './sequencer.ts';
import { StoredLog } from './stored-log.ts';

/** Smallest `maxBytes`: an empty log and its indexes take some pages. */
const MIN_LOG_BYTES = 1_048_576;

/**
 * Opens the log in the file at `path`, and makes it when there is none. The file is this log's alone until it is
 * closed or the process ends.
 *
 * @throws LogError `option-malformed`, `log-locked`, `log-cannot-open`, `log-format`, `log-corrupt`,
 * `log-wrong-origin`, `log-wrong-key`, `log-rolled-back`, `log-full`, `log-io`, `note-malformed`, `signer-failed`,
 * `pin-failed`.
 */
export async function openLog(path: string, options: LogOptions): Promise<Log> {
  refuseMalformed(path, options);
  const issuer = new CheckpointIssuer(options.origin, options.signer);
  const pinned = [options.pinnedCheckpoint, await options.pin?.latest()].flatMap((note) =>
    note === undefined ? [] : [issuer.open(note)],
  );
  // Resolved, because SQLite gives names such as ":memory:" and "file:…" a meaning of their own.
  const store = SqliteStore.open(resolve(path), () => firstCheckpoint(issuer, pinned), options.maxBytes);
  try {
    const log = openStored(store, issuer, options, pinned);
    // What became durable just before a crash may not have been pinned any more.
    if (log.size > Math.max(0, ...pinned.map(({ size }) => size))) await options.pin?.pin(log.checkpoint());
    return log;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Opens the log that a store holds; the store is the log's from then on. */
export function openStored(
  store: LogStore,
  issuer: CheckpointIssuer,
  options: LogOptions,
  pinned: readonly Checkpoint[] = [],
): Log {
  const state = recover(store, issuer, options.origin);
  const sequencer = new Sequencer(options, issuer, store, state);
  const log = new StoredLog(options.origin, issuer, store, sequencer);
  for (const checkpoint of pinned) log.requireContains(checkpoint);
  return log;
}

/** The checkpoint of a new log, unless the pin says that there was one, which then is gone. */
function firstCheckpoint(issuer: CheckpointIssuer, pinned: readonly Checkpoint[]): string {
  const size = Math.max(0, ...pinned.map((checkpoint) => checkpoint.size));
  if (size > 0) {
    throw new LogError('log-rolled-back', 'there is no log, and a checkpoint of one is pinned', {
      value: 'no log',
      limit: `a checkpoint of ${size} entries`,
    });
  }
  const note = issuer.issue(0, EMPTY_ROOT);
  try {
    issuer.open(note);
  } catch (cause) {
    throw new LogError('signer-failed', 'the signatures do not verify under the public key', { cause });
  }
  return note;
}

function refuseMalformed(path: unknown, options: LogOptions): void {
  const { origin, signer, maxBytes } = options;
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new LogError('option-malformed', 'the path of a log is the name of a file', { value: typeof path });
  }
  if (!isName(origin) || !isKeyName(origin)) {
    throw new LogError('option-malformed', 'the origin cannot name a log', {
      value: JSON.stringify(origin).slice(0, 80),
      limit: `1 to ${MAX_NAME_LENGTH} characters without spaces, control characters and +`,
    });
  }
  if (signer.publicKey.length !== 32) {
    throw new LogError('option-malformed', 'an Ed25519 public key has 32 bytes', {
      value: `${signer.publicKey.length} bytes`,
      limit: '32 bytes',
    });
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= MIN_LOG_BYTES)) {
    throw new LogError('option-malformed', 'maxBytes is too small for a log', {
      value: String(maxBytes),
      limit: `at least ${MIN_LOG_BYTES} bytes`,
    });
  }
}
