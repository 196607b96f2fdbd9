import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { openFilePin, openLog, type FilePin, type Log, type NewEvent } from '@bitcoin-enterprise/audit';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';

/** What a writing process does to a log, from opening it to closing it. */
export interface Workload {
  readonly name: string;
  /** Entries that the log has before. */
  readonly prefilled: number;
  /** Filler in each of them. */
  readonly prefilledCharacters: number;
  /** Whether the log is found as a process left it that was killed, and not closed. */
  readonly leftOpen: boolean;
  readonly isPinned: boolean;
  /** The appends, in order: single events, and lists that are kept or lost as a whole. */
  readonly calls: readonly (readonly NewEvent[])[];
}

export const ORIGIN = 'example.com/crash/log';
const TILE_WIDTH = 256;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'new',
    prefilled: 0,
    prefilledCharacters: 0,
    leftOpen: false,
    isPinned: true,
    calls: calls([1, 1, 3, 1, 2, 1, 1, 4]),
  },
  {
    // Crosses the end of a tile, where tiles and indexes are stored too.
    name: 'tile',
    prefilled: TILE_WIDTH - 6,
    prefilledCharacters: 40,
    leftOpen: false,
    isPinned: false,
    calls: calls([1, 3, 1, 5, 1, 40, 1, 2]),
  },
  {
    // Fills the write-ahead log: after 2,000 pages SQLite moves them to the database, between two commits.
    name: 'checkpoint',
    prefilled: 196,
    prefilledCharacters: 31_000,
    leftOpen: true,
    isPinned: true,
    calls: calls([1, 2, 1, 4, 1, 3, 2, 1], 9_000),
  },
  {
    name: 'left',
    prefilled: 40,
    prefilledCharacters: 40,
    leftOpen: true,
    isPinned: true,
    // More of them, with those from before, than the pin keeps.
    calls: calls([1, 1, 2, 1, 3, 1, ...Array.from({ length: 26 }, () => 1)]),
  },
];

/** Every other call carries keys, and goes to a stream of its own or to one that others write to. */
function calls(sizes: readonly number[], fillerCharacters = 40): Workload['calls'] {
  return sizes.map((size, call) =>
    Array.from({ length: size }, (_, place) => ({
      stream: call % 3 === 0 ? 'shared' : `call/${call}`,
      type: 'appended',
      subject: `subject:${place % 4}`,
      body: { call, place, of: size, filler: 'x'.repeat(fillerCharacters + ((call * 37 + place) % 50)) },
      ...(call % 2 === 0 ? { idempotencyKey: `call/${call}/${place}` } : {}),
    })),
  );
}

/** The files of one log: the log, its write-ahead log and its pin. */
export function filesIn(folder: string): { readonly log: string; readonly pin: string } {
  return { log: join(folder, 'desk.log'), pin: join(folder, 'desk.pin') };
}

/** A log that is open, and its pin. */
export interface OpenedLog extends AsyncDisposable {
  readonly log: Log;
  readonly pin: FilePin | undefined;
}

/** Opens the log of a workload in a folder. */
export async function openIn(
  folder: string,
  { isPinned }: Workload,
  pinnedCheckpoint?: string,
): Promise<OpenedLog> {
  const files = filesIn(folder);
  const pin = isPinned ? await openFilePin(files.pin) : undefined;
  try {
    const log = await openLog(files.log, {
      origin: ORIGIN,
      signer: signer(),
      ...(pin === undefined ? {} : { pin }),
      ...(pinnedCheckpoint === undefined ? {} : { pinnedCheckpoint }),
    });
    return {
      log,
      pin,
      [Symbol.asyncDispose]: async () => {
        try {
          await log.close();
        } finally {
          await pin?.close();
        }
      },
    };
  } catch (error) {
    await pin?.close();
    throw error;
  }
}

/** Of the log's key. */
export function signer(): Ed25519SigningKey {
  using seed = SecretBytes.copyOf(new Uint8Array(32).fill(29));
  return Ed25519SigningKey.fromSeed(seed);
}

/** Makes what the log of a workload is before the first point, and gives its checkpoint. */
export async function prefill(folder: string, left: string, workload: Workload): Promise<string> {
  await using opened = await openIn(folder, workload);
  const { log } = opened;
  const filler = 'x'.repeat(workload.prefilledCharacters);
  for (let index = 0; index < workload.prefilled; index += 1) {
    await log.append({
      stream: 'before',
      type: 'prefilled',
      subject: 'subject:0',
      body: { before: index, filler },
    });
  }
  const checkpoint = await log.checkpoint();
  // As the files are now, somebody who is killed leaves them.
  copyLog(folder, left);
  return checkpoint;
}

/** Copies the files of a log that no other process has open. */
export function copyLog(from: string, to: string): void {
  const [source, target] = [filesIn(from), filesIn(to)];
  for (const [path, copy] of [
    [source.log, target.log],
    [`${source.log}-wal`, `${target.log}-wal`],
    [source.pin, target.pin],
  ] as const) {
    if (existsSync(path)) copyFileSync(path, copy);
  }
}
