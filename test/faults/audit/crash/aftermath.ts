import { readdirSync } from 'node:fs';
import {
  isLogError,
  type Log,
  type LogEntry,
  openFilePin,
  openNote,
  readCheckpoint,
  type Receipt,
} from '@bitcoin-enterprise/audit';
import type { FileFault } from '@bitcoin-enterprise/tools/services';
import type { AcknowledgedEntry, Said, SaidOfAppend } from './job.ts';
import { filesIn, openIn, type OpenedLog, ORIGIN, signer, type Workload } from './workload.ts';

/** What the log of a job was, and what its process said of it. */
export interface Aftermath {
  readonly folder: string;
  readonly workload: Workload;
  readonly said: readonly Said[];
  readonly wasKilled: boolean;
  readonly fault: FileFault | undefined;
  /** Of the log before the job. */
  readonly checkpoint: string;
}

/**
 * Opens a log whose process met a fault, now without one, and compares it with what was acknowledged.
 *
 * @returns what is wrong
 */
export async function problemsAfter(aftermath: Aftermath): Promise<string[]> {
  try {
    const pinned = await pinProblems(aftermath);
    await using opened = await openIn(aftermath.folder, aftermath.workload, aftermath.checkpoint);
    return [...pinned, ...(await logProblems(opened, aftermath))];
  } catch (error) {
    if (!isLogError(error)) throw error;
    return [`after the fault: ${error.code}: ${error.message} (${error.value ?? ''}; ${error.limit ?? ''})`];
  }
}

/** Whether the pin, before anything mends it, covers all that was acknowledged. */
async function pinProblems({ folder, workload, said }: Aftermath): Promise<string[]> {
  if (!workload.isPinned) return [];
  await using pin = await openFilePin(filesIn(folder).pin);
  const note = openNote((await pin.latest()) ?? '', ORIGIN, signer().publicKey);
  const pinnedSize = note.ok ? (readCheckpoint(note.text)?.size ?? 0) : 0;
  const last = acknowledgedOf(said).at(-1)?.index ?? -1;
  return last < pinnedSize
    ? []
    : [`entry ${String(last)} was acknowledged, and ${String(pinnedSize)} are pinned`];
}

async function logProblems({ log }: OpenedLog, aftermath: Aftermath): Promise<string[]> {
  const { fault, folder, workload, said, wasKilled } = aftermath;
  const check = await log.check();
  const entries = await Array.fromAsync(log.read());
  const problems = [
    ...check.problems.map(({ detail, index }) => `check: entry ${String(index)}: ${detail}`),
    ...acknowledgedOf(said).flatMap((acknowledged) => lossOf(acknowledged, entries)),
    ...orderProblems(entries, aftermath),
    ...(await retryProblems(log, entries, aftermath)),
  ];
  if (!wasKilled && fault?.kind !== 'name') problems.push(...draftsIn(folder));
  const again = entries.length < log.size ? await log.check() : check;
  if (!again.ok) problems.push('check: fails after the keyed calls were repeated');
  if (workload.prefilled > entries.length) problems.push('entries from before are gone');
  return problems;
}

/** What is left of making a log, when nothing kept it from being removed. */
function draftsIn(folder: string): string[] {
  // What was removed keeps another name until its folder is synced, while losses of power are simulated.
  const drafts = readdirSync(folder).filter((name) => name.includes('.new-') && !name.includes('.unlinked-'));
  return drafts.map((name) => `left behind: ${name}`);
}

function lossOf(
  { index, leafHash, streamVersion }: AcknowledgedEntry,
  entries: readonly LogEntry[],
): string[] {
  const entry = entries[index];
  if (entry === undefined) return [`lost: entry ${String(index)} was acknowledged`];
  const isSame =
    Buffer.from(entry.leafHash).toString('hex') === leafHash && entry.streamVersion === streamVersion;
  return isSame ? [] : [`fork: entry ${String(index)} is another one than was acknowledged`];
}

/** Whether the entries are those of whole calls, in order, and only of calls that may be there. */
function orderProblems(entries: readonly LogEntry[], { workload, said }: Aftermath): string[] {
  const present = entries.slice(workload.prefilled).map(placeOf);
  const expected = workload.calls.flatMap((events, call) =>
    present.some((place) => place?.call === call) ? events.map((_, place) => ({ call, place })) : [],
  );
  const problems: string[] = [];
  if (JSON.stringify(present) !== JSON.stringify(expected)) {
    problems.push(`the entries are not those of whole calls in order: ${JSON.stringify(present)}`);
  }
  for (const call of new Set(expected.map(({ call: number }) => number))) {
    if (!mayBePresent(call, said)) problems.push(`call ${String(call)} is in the log, and was refused`);
  }
  return problems;
}

/** A call that was refused is in the log only when its outcome was unknown: no later call may have been served. */
function mayBePresent(call: number, said: readonly Said[]): boolean {
  const appends = said.filter(isAppend);
  const own = appends.find((line) => line.call === call);
  // It was under way when the process died.
  if (own === undefined) return call === appends.length;
  if (own.entries !== undefined) return true;
  return (
    own.code !== 'log-unusable' && !appends.some((line) => line.call > call && line.entries !== undefined)
  );
}

/** Whether repeating the calls that carry keys gives the entries that they made, and makes only those that are missing. */
async function retryProblems(
  log: Log,
  entries: readonly LogEntry[],
  { workload }: Aftermath,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [call, events] of workload.calls.entries()) {
    if (events[0]?.idempotencyKey === undefined) continue;
    const before = entries.filter((entry) => placeOf(entry)?.call === call);
    const size = log.size;
    const receipts = await log.append(events);
    const grown = log.size - size;
    const isRepeat = grown === 0 && before.every((entry, place) => isReceiptOf(receipts[place], entry));
    if (before.length > 0 ? !isRepeat : grown !== events.length) {
      problems.push(
        `call ${String(call)} was appended ${before.length > 0 ? 'twice' : 'not'} when it was repeated`,
      );
    }
  }
  return problems;
}

function isReceiptOf(receipt: Receipt | undefined, entry: LogEntry): boolean {
  return (
    receipt?.index === entry.index &&
    receipt.streamVersion === entry.streamVersion &&
    Buffer.compare(receipt.leafHash, entry.leafHash) === 0
  );
}

function placeOf({ body }: LogEntry): { call: number; place: number } | undefined {
  const { call, place } = body as { call?: number; place?: number };
  return call === undefined || place === undefined ? undefined : { call, place };
}

function acknowledgedOf(said: readonly Said[]): AcknowledgedEntry[] {
  return said.filter(isAppend).flatMap(({ entries }) => entries ?? []);
}

function isAppend(said: Said): said is SaidOfAppend {
  return said.what === 'append';
}
