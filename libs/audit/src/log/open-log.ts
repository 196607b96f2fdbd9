import { resolve } from 'node:path';
import { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { Checkpoint } from '../checkpoint/checkpoint-text.ts';
import { isName, MAX_NAME_LENGTH } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import { EMPTY_ROOT } from '../merkle/tree-hash.ts';
import { isKeyName } from '../note/signed-note.ts';
import { harmless } from '../metrics/log-observation.ts';
import { latestPinned } from '../pin/pin-with.ts';
import type { LogStore } from '../store/log-store.ts';
import { sqliteFileExists } from '../store/sqlite-file.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../store/sqlite-store.ts';
import type { Log, LogOptions } from './log.ts';
import { continueInPin } from './continue-in-pin.ts';
import { recover } from './recovery.ts';
import { Sequencer } from './sequencer.ts';
import { StoredLog } from './stored-log.ts';

/**
 * Opens a log: the one in the file at a path, which is this log's alone until it is closed or the process ends, or one of
 * the logs of a store, which stays the caller's to close. Makes the log when there is none.
 *
 * @throws LogError `option-malformed`, `log-locked`, `log-cannot-open`, `log-format`, `log-corrupt`,
 * `log-wrong-origin`, `log-wrong-key`, `log-rolled-back`, `log-full`, `log-io`, `note-malformed`, `signer-failed`,
 * `pin-failed`, `pin-needed`.
 */
export function openLog(path: string, options: LogOptions & SqliteStoreOptions): Promise<Log>;
export function openLog(store: LogStore, options: LogOptions): Promise<Log>;
export async function openLog(
  place: string | LogStore,
  options: LogOptions & SqliteStoreOptions,
): Promise<Log> {
  refuseMalformed(options);
  const { origin, signer, coSigners, clock } = options;
  const issuer = await CheckpointIssuer.of(origin, signer, coSigners, clock);
  const inPin = await latestPinned(options.pin);
  const known: Known = {
    issuer,
    ofPin: inPin === undefined ? undefined : issuer.open(inPin),
    ofCaller: options.pinnedCheckpoint === undefined ? undefined : issuer.open(options.pinnedCheckpoint),
  };
  const firstCheckpoint = (): Promise<string> => issueFirst(known);
  if (typeof place !== 'string') return openIn(place, options, known, firstCheckpoint);
  // Before the file is made: what is refused leaves nothing behind.
  const first = isFile(place) ? undefined : await firstCheckpoint();
  const store = openSqliteStore(place, options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes });
  try {
    refuseOtherLogs(await store.origins(), options.origin);
    const release = async (): Promise<void> => {
      await store.close();
    };
    return await openIn(store, options, known, () => first ?? firstCheckpoint(), release);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What is known of a log before it is looked at. */
interface Known {
  readonly issuer: CheckpointIssuer;
  readonly ofPin: Checkpoint | undefined;
  readonly ofCaller: Checkpoint | undefined;
}

async function openIn(
  store: LogStore,
  options: LogOptions,
  { issuer, ofCaller }: Known,
  firstCheckpoint: () => string | Promise<string>,
  release?: () => Promise<void>,
): Promise<Log> {
  const start = performance.now();
  const records = await store.open(options.origin, firstCheckpoint);
  try {
    // Asked again now that nobody else writes: who held the log until now may have pinned since.
    const inPin = await latestPinned(options.pin);
    const ofPin = inPin === undefined ? undefined : issuer.open(inPin);
    const stored = await recover(records, issuer, options.origin);
    for (const note of [stored.checkpoint, inPin]) if (note !== undefined) issuer.continueAfter(note);
    const keeper = options.pin?.keeper;
    const isStated = ofCaller !== undefined;
    const { origin } = options;
    const { state, trailing } = await continueInPin({ origin, issuer, records, stored, keeper, isStated });
    // The sequencer grows the tree.
    const restored = state.tree.size - stored.tree.size;
    const places = { records: trailing ?? records, pin: options.pin, trailing };
    const sequencer = new Sequencer(options, issuer, places, state);
    const log = new StoredLog(options, issuer, places.records, sequencer, async () => {
      await records.close();
      await release?.();
    });
    await log.resume(ofPin, ofCaller);
    const { size, signedSize } = sequencer;
    const milliseconds = performance.now() - start;
    harmless(options.observe)({ kind: 'opened', size, signedSize, restored, milliseconds });
    return log;
  } catch (error) {
    await records.close();
    throw error;
  }
}

/** The checkpoint of a new log, unless the pin says that there was one, which then is gone. */
async function issueFirst({ issuer, ofPin, ofCaller }: Known): Promise<string> {
  const size = Math.max(ofPin?.size ?? 0, ofCaller?.size ?? 0);
  if (size > 0) {
    throw new LogError('log-rolled-back', 'there is no log, and a checkpoint of one is pinned', {
      value: 'no log',
      limit: `a checkpoint of ${size} entries`,
    });
  }
  const note = await issuer.issue(0, EMPTY_ROOT);
  try {
    issuer.open(note);
  } catch (cause) {
    throw new LogError('signer-failed', 'the signatures do not verify under the public key', { cause });
  }
  return note;
}

/** A path opens the one log of a file: another origin there is another log, and not a second one to be made. */
function refuseOtherLogs(origins: readonly string[], origin: string): void {
  const [other] = origins;
  if (other === undefined || origins.includes(origin)) return;
  throw new LogError('log-wrong-origin', `the file holds the log ${JSON.stringify(other)}`, {
    value: other,
    limit: origin,
  });
}

function isFile(path: unknown): boolean {
  return typeof path !== 'string' || path === '' || path.includes('\0') || sqliteFileExists(resolve(path));
}

function refuseMalformed({ origin, signer }: LogOptions): void {
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
}
