import { isLogError, verifySplitView } from '@bitcoin-enterprise/audit';
import { openWitnessStore, type Witness, type WitnessedTree } from '@bitcoin-enterprise/audit/witness';
import { verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import type { FileFault } from '@bitcoin-enterprise/tools/services';
import { codesOf } from '../injected/allowed-codes.ts';
import { HISTORY_SIZE, type History, requestOf, WITNESSED_ORIGIN } from './history.ts';
import type { SaidOfAnswer, SaidOfWitness } from './job.ts';
import { LAST_SIZE, storeIn, witnessedKey, witnessOver } from './workload.ts';

/** What the store of a job was, and what its process said. */
export interface WitnessAftermath {
  readonly folder: string;
  /** The size that the witness had cosigned before. */
  readonly known: number;
  readonly said: readonly SaidOfWitness[];
  readonly fault: FileFault | undefined;
  /** What the witness was asked to cosign, and what its log tells others. */
  readonly history: History;
  readonly fork: History;
}

/**
 * Opens a store whose process met a fault, now without one, and compares it with what was cosigned.
 *
 * @returns what is wrong
 */
export async function witnessProblemsAfter(aftermath: WitnessAftermath): Promise<string[]> {
  try {
    await using store = await openWitnessStore(storeIn(aftermath.folder));
    const latest = await store.latest(WITNESSED_ORIGIN);
    const reports: Uint8Array[] = [];
    const witness = witnessOver(store, (evidence) => reports.push(evidence));
    return [
      ...answerProblems(aftermath),
      ...memoryProblems(latest, aftermath),
      ...(await forkProblems(witness, reports, latest?.size ?? 0, aftermath)),
    ];
  } catch (error) {
    if (!isLogError(error)) throw error;
    return [`after the fault: ${error.code}: ${error.message} (${error.value ?? ''})`];
  }
}

/** Whether every request was cosigned, or refused with a code that names the fault. */
function answerProblems({ fault, said }: WitnessAftermath): string[] {
  // For a shared-memory file that cannot grow SQLite has one result, whatever the reason: SQLITE_IOERR_SHMSIZE.
  const allowed = fault === undefined ? [] : [...codesOf(fault), ...(isFull(fault) ? ['log-io'] : [])];
  return said.flatMap((line) => {
    if (line.what !== 'answer') {
      return line.code === undefined || allowed.includes(line.code) ? [] : [`${line.what} met ${line.code}`];
    }
    const isNamed = allowed.some((code) => line.body === `the witness failed: ${code}\n`);
    const isExpected = line.status === 200 ? line.body.startsWith('\u2014 ') : line.status === 500 && isNamed;
    return isExpected ? [] : [`size ${line.size} was answered ${line.status}: ${line.body.trim()}`];
  });
}

/** Whether the store has what was cosigned last, or something that was asked for after it. */
function memoryProblems(
  latest: WitnessedTree | undefined,
  { known: before, said, history }: WitnessAftermath,
): string[] {
  const cosigned = said.filter(isAnswer).filter(({ status }) => status === 200);
  const known = cosigned.at(-1)?.size ?? before;
  const size = latest?.size ?? 0;
  if (size < known) return [`forgotten: ${known} was cosigned, the store has ${size}`];
  if (size > LAST_SIZE) return [`size ${size} was never asked for`];
  const isTold = latest === undefined || latest.checkpoint === history.checkpoints[size];
  return isTold ? [] : [`the checkpoint of size ${size} is another one than was told`];
}

/** Whether a witness over the store refuses what contradicts it, reports it, and goes on with what continues it. */
async function forkProblems(
  witness: Witness,
  reports: readonly Uint8Array[],
  size: number,
  { history, fork }: WitnessAftermath,
): Promise<string[]> {
  const problems: string[] = [];
  const expect = async (what: string, request: Uint8Array, status: number): Promise<void> => {
    const answer = await witness.addCheckpoint(request);
    if (answer.status !== status) problems.push(`${what}: ${answer.status} ${answer.body.trim()}`);
  };
  // Before the first tree there is nothing to contradict.
  if (size > 0) {
    await expect('another tree of its size', requestOf(fork, size, size), 409);
    await expect('a tree that does not continue it', requestOf(fork, size, size + 1), 422);
    await expect('an older tree', requestOf(history, size - 1, size - 1), 409);
    const [evidence] = reports;
    const log = { origin: WITNESSED_ORIGIN, keys: [witnessedKey()], verifyEd25519 };
    if (evidence === undefined || !verifySplitView(evidence, log).proven)
      problems.push('no split view was reported');
  }
  await expect('what continues it', requestOf(history, size, HISTORY_SIZE), 200);
  return problems;
}

function isFull({ action }: FileFault): boolean {
  return action === 'enospc' || action === 'enospc-lasting';
}

function isAnswer(said: SaidOfWitness): said is SaidOfAnswer {
  return said.what === 'answer';
}
