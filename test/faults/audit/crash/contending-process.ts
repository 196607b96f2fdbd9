// Run by the campaign as one of several processes that share one log, which one of them has at a time: opens it as soon as
// it can, appends some hundred events, prints their receipts, closes it, and begins again.
import { setTimeout as sleep } from 'node:timers/promises';
import { writeSync } from 'node:fs';
import {
  type FilePin,
  isLogError,
  type Log,
  type NewEvent,
  openFilePin,
  openLog,
  type Receipt,
} from '@bitcoin-enterprise/audit';
import { CONTENDED_ORIGIN, type Session } from './contention.ts';
import { signer } from './workload.ts';

/** Appends of a session that wait for the one before; the others are made at once and share commits. */
const ONE_BY_ONE = 12;

const [, , path = '', process_ = '', appends = '', session = ''] = process.argv;
const own = Number(process_);

function eventNumber(number: number): NewEvent {
  return {
    stream: number % 2 === 0 ? 'shared' : `process/${own}`,
    type: 'appended',
    body: { process: own, number },
    ...(number % 4 === 0 ? { idempotencyKey: `${own}/${number}` } : {}),
  };
}

/** Every other process has the pin of the log, and what the others appended is pinned when one of these opens it. */
const pin: FilePin | undefined = own % 2 === 0 ? await openFilePin(`${path}.pin`) : undefined;

/** A process that was refused waits, longer each time, and not as long as the others. */
async function openContended(): Promise<[log: Log, refusals: number]> {
  const options = { origin: CONTENDED_ORIGIN, signer: signer(), ...(pin === undefined ? {} : { pin }) };
  for (let refusals = 0; ; refusals += 1) {
    try {
      return [await openLog(path, options), refusals];
    } catch (error) {
      if (!(isLogError(error) && error.code === 'log-locked')) throw error;
      await sleep(Math.min(5 * 1.5 ** refusals, 100) + own * 3);
    }
  }
}

for (let first = 0; first < Number(appends); first += Number(session)) {
  const [log, refusals] = await openContended();
  const last = Math.min(first + Number(session), Number(appends));
  const receipts: Receipt[] = [];
  for (let number = first; number < Math.min(first + ONE_BY_ONE, last); number += 1) {
    receipts.push(await log.append(eventNumber(number)));
  }
  const rest = Array.from({ length: last - first - receipts.length }, (_, place) =>
    log.append(eventNumber(first + receipts.length + place)),
  );
  receipts.push(...(await Promise.all(rest)));
  await log.close();
  const said: Session = {
    refusals,
    acknowledged: receipts.map(({ index, leafHash }, place) => [
      index,
      first + place,
      Buffer.from(leafHash).toString('hex'),
    ]),
  };
  for (let text = Buffer.from(`${JSON.stringify(said)}\n`); text.length > 0;) {
    text = text.subarray(writeSync(1, text));
  }
}
await pin?.close();
