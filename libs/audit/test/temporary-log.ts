import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { onTestFinished } from 'vitest';
import {
  openFilePin,
  openLog,
  openNote,
  openSqliteStore,
  readCheckpoint,
  type FilePin,
  type FilePinOptions,
  type Log,
  type LogEntry,
  type LogOptions,
  type LogStore,
  type NewEvent,
  type SqliteStoreOptions,
} from '../src/index.ts';

export const ORIGIN = 'example.com/desk/log';

/** A key that is the same in every run. */
export function signerOf(byte: number): Ed25519SigningKey {
  using seed = SecretBytes.copyOf(new Uint8Array(32).fill(byte));
  return Ed25519SigningKey.fromSeed(seed);
}

export const SIGNER = signerOf(7);

/** A folder of its own, gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function temporaryPath(): string {
  return join(temporaryFolder(), 'desk.log');
}

/** Opens a log that is closed when the test is over. */
export async function openTestLog(
  path: string,
  options: Partial<LogOptions & SqliteStoreOptions> = {},
): Promise<Log> {
  const log = await openLog(path, { origin: ORIGIN, signer: SIGNER, ...options });
  onTestFinished(() => log.close());
  return log;
}

/** Opens the pin in a file that is closed when the test is over, behind the logs that are opened later. */
export async function openTestPin(path: string, options?: FilePinOptions): Promise<FilePin> {
  const pin = await openFilePin(path, options);
  onTestFinished(() => pin.close());
  return pin;
}

/** Opens a file of several logs that is closed when the test is over. */
export function openTestStore(path: string): LogStore {
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

export function entriesOf(log: Log, ...selection: Parameters<Log['read']>): Promise<LogEntry[]> {
  return Array.fromAsync(log.read(...selection));
}

export function eventNumber(position: number): NewEvent {
  return {
    stream: `swap/${position % 3}`,
    type: 'step.taken',
    ...(position % 4 === 0 ? { subject: `customer:${position % 5}` } : {}),
    body: { position, amountSat: BigInt(position) * 1000n, hash: Uint8Array.of(position % 256) },
  };
}

export function eventsNumbered(count: number, first = 0): NewEvent[] {
  return Array.from({ length: count }, (_, offset) => eventNumber(first + offset));
}

/** How many entries a checkpoint of the log covers; `undefined` for what is none. */
export function sizeOf(checkpoint: string | undefined): number | undefined {
  const note = openNote(checkpoint ?? '', ORIGIN, SIGNER.publicKey);
  return note.ok ? readCheckpoint(note.text)?.size : undefined;
}

/** The code of the LogError that a call throws or rejects with. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
  return 'no error';
}
