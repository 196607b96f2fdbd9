// Run by the campaign as a process of its own, whose files fail: asks a witness over the store of a folder for one size after
// the other, and prints each answer before it asks again. Its standard input names one job a line; it ends with its input, or
// is killed.
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isLogError } from '@bitcoin-enterprise/audit';
import { openWitnessStore, type WitnessStoreFile } from '@bitcoin-enterprise/audit/witness';
import { POWER_OFF } from '@bitcoin-enterprise/tools/services';
import { requestOf } from './history.ts';
import type { SaidOfWitness, WitnessJob } from './job.ts';
import { LAST_SIZE, storeIn, witnessOver } from './workload.ts';

function say(said: SaidOfWitness): void {
  // Synchronous, so that it is said before anything else is done.
  writeSync(1, `${JSON.stringify(said)}\n`);
}

/** Asks for every size, from what the witness was last known to have; where it says otherwise, from that. */
async function ask(store: WitnessStoreFile, { history, known }: WitnessJob): Promise<void> {
  const witness = witnessOver(store);
  let from = known;
  for (let size = known + 1; size <= LAST_SIZE; size += 1) {
    let answer = await witness.addCheckpoint(requestOf(history, from, size));
    if (answer.contentType === 'text/x.tlog.size') {
      from = Number(answer.body);
      answer = await witness.addCheckpoint(requestOf(history, from, size));
    }
    say({ what: 'answer', size, status: answer.status, body: answer.body });
    if (answer.status === 200) from = size;
  }
}

async function run(job: WitnessJob): Promise<void> {
  let store: WitnessStoreFile | undefined;
  try {
    store = await openWitnessStore(storeIn(job.folder));
    say({ what: 'open' });
  } catch (error) {
    if (!isLogError(error)) throw error;
    say({ what: 'open', code: error.code });
  }
  if (store !== undefined) {
    await ask(store, job);
    if (job.powerOff) openSync(join(job.folder, POWER_OFF), 'r');
    await store.close();
    say({ what: 'close' });
  }
  say({ what: 'end' });
}

say({ what: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== '') await run(JSON.parse(line) as WitnessJob);
}
