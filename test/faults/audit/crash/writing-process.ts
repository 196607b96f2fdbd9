// Run by the campaign as a process of its own, whose files fail: appends what a workload says to the log of a folder, and
// prints what becomes of each call before it makes the next. Its standard input names one workload and folder a line; it
// ends with its input, or is killed.
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { POWER_OFF } from '@bitcoin-enterprise/tools/services';
import { isLogError, type Log } from '@bitcoin-enterprise/audit';
import type { Job, Said } from './job.ts';
import { openIn, WORKLOADS, type OpenedLog, type Workload } from './workload.ts';

function say(said: Said): void {
  // Synchronous, so that it is said before anything else is done.
  writeSync(1, `${JSON.stringify(said)}\n`);
}

async function sayCode(what: 'open' | 'close', act: () => Promise<unknown>): Promise<void> {
  let code: string | undefined;
  try {
    await act();
  } catch (error) {
    if (!isLogError(error)) throw error;
    code = error.code;
  }
  say({ what, ...(code === undefined ? {} : { code }) });
}

async function append(log: Log, { calls }: Workload): Promise<void> {
  for (const [call, events] of calls.entries()) {
    try {
      const [first] = events;
      const receipts =
        events.length === 1 && first !== undefined ? [await log.append(first)] : await log.append(events);
      const entries = receipts.map(({ index, leafHash, streamVersion }) => ({
        index,
        streamVersion,
        leafHash: Buffer.from(leafHash).toString('hex'),
      }));
      say({ what: 'append', call, entries });
    } catch (error) {
      if (!isLogError(error)) throw error;
      say({ what: 'append', call, code: error.code });
    }
  }
}

async function run({ folder, workload: name, powerOff }: Job): Promise<void> {
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (workload === undefined) throw new Error(`there is no workload ${name}`);
  let opened: OpenedLog | undefined;
  await sayCode('open', async () => {
    opened = await openIn(folder, workload);
  });
  if (opened !== undefined) {
    await append(opened.log, workload);
    if (powerOff) openSync(join(folder, POWER_OFF), 'r');
    const { [Symbol.asyncDispose]: close } = opened;
    await sayCode('close', async () => {
      await close();
    });
  }
  say({ what: 'end' });
}

say({ what: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== '') await run(JSON.parse(line) as Job);
}
