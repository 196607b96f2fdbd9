import { copyFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, openFilePin, openLog } from '@bitcoin-enterprise/audit';
import { copyLog, filesIn } from '../crash/workload.ts';
import { type Attack, codeAs, findInLog, type Finding } from './attack.ts';
import { eventNumber, type LogFiles, ORIGIN, SIGNER, type Stage, START_MS, withLog } from './stage.ts';
import { positionOf, runSql } from './stored-rows.ts';

/** Entries in the store, and those behind them that its pin alone has. */
const STORED = 40;
const KEPT = 6;

/** Changes the files of a log that a crash left; returns whether it is opened with its pin. */
type Tamper = (files: LogFiles, stage: Stage) => boolean | Promise<boolean>;

/** What somebody does to a log that was not closed, whose newest entries stand in its pin alone, and to that pin. */
export function unclosedAttacks(): Attack[] {
  return [...takenAway(), ...rewrittenPins(), ...rewrittenSeals(), rolledBack()];
}

function takenAway(): Attack[] {
  return [
    unclosed('pin of an unclosed log taken away', 'no pin', 'pin-needed', () => false),
    unclosed('pin of an unclosed log exchanged', 'a new pin', 'pin-needed', async ({ pin }, stage) => {
      const other = join(mkdtempSync(join(stage.folder, 'pin-')), 'pin');
      await (await openFilePin(other)).close();
      copyFileSync(other, pin);
      return true;
    }),
  ];
}

/** Whoever can write to the pin can make it whole again, as it is no secret how: the checkpoint must cover its entries. */
function rewrittenPins(): Attack[] {
  const places = [0, 2, KEPT - 1];
  const rewrite = (where: string, kind: string, change: (entries: Uint8Array[]) => Uint8Array[]): Attack =>
    unclosed(kind, where, 'log-rolled-back', async ({ pin: path }) => {
      await using pin = await openFilePin(path);
      const { checkpoint = '', entries = [] } = (await pin.keeper.latest()) ?? {};
      await pin.keeper.startOver({ checkpoint, entries: change([...entries]) });
      return true;
    });
  return [
    ...places.map((place) =>
      rewrite(`${place}`, 'pinned entry altered', (entries) =>
        entries.with(
          place,
          Buffer.from(
            Buffer.from(entries[place] ?? [])
              .toString()
              .replace('first', 'third'),
          ),
        ),
      ),
    ),
    ...places.map((place) =>
      rewrite(`${place}`, 'pinned entry deleted', (entries) => entries.toSpliced(place, 1)),
    ),
    // Before the first one it would be ignored: positions are counted from the last.
    ...places
      .slice(1)
      .map((place) =>
        rewrite(`${place}`, 'pinned entry repeated', (entries) =>
          entries.toSpliced(place, 0, entries[place] ?? new Uint8Array(0)),
        ),
      ),
    rewrite('the last two', 'pinned entries reordered', (entries) => [
      ...entries.slice(0, -2),
      ...entries.slice(-2).reverse(),
    ]),
    rewrite('all', 'pinned entries deleted', () => []),
  ];
}

function rewrittenSeals(): Attack[] {
  const last = positionOf(STORED - 1);
  return [
    unclosed('seal that names a pin cut', 'the name', 'log-corrupt', ({ log }) => {
      runSql(log, 'UPDATE entry SET seal = substr(seal, 1, 32) WHERE position = ?', last);
      return true;
    }),
    unclosed('seal that names a pin cut', 'the name, and the pin taken away', 'log-corrupt', ({ log }) => {
      runSql(log, 'UPDATE entry SET seal = substr(seal, 1, 32) WHERE position = ?', last);
      return false;
    }),
    unclosed('seal made to name another pin', 'zeros', 'log-corrupt', ({ log }) => {
      runSql(
        log,
        'UPDATE entry SET seal = CAST(substr(seal, 1, 32) || zeroblob(16) AS BLOB) WHERE position = ?',
        last,
      );
      return true;
    }),
  ];
}

function rolledBack(): Attack {
  return unclosed(
    'unclosed log cut at the end of a commit',
    'before its pin begins',
    'log-rolled-back',
    ({ log }) => {
      runSql(log, 'DELETE FROM entry WHERE position >= ?', positionOf(STORED / 2));
      return true;
    },
  );
}

function unclosed(kind: string, where: string, name: string, tamper: Tamper): Attack {
  return {
    kind,
    where,
    by: 'openLog',
    names: [name],
    find: async (stage) => {
      const files = await leaveUnclosed(stage);
      const isPinned = await tamper(files, stage);
      return await (isPinned ? findInLog(files) : findWithoutPin(files));
    },
  };
}

function findWithoutPin({ log: path }: LogFiles): Promise<Finding | undefined> {
  return codeAs('openLog', async () => {
    await using log = await openLog(path, { origin: ORIGIN, signer: SIGNER });
    await log.check();
    return undefined;
  });
}

/** The files of a log as a crash leaves them. */
async function leaveUnclosed(stage: Stage): Promise<LogFiles> {
  const running = mkdtempSync(join(stage.folder, 'running-'));
  const left = mkdtempSync(join(stage.folder, 'left-'));
  const write = async (log: Log): Promise<void> => {
    for (let size = 0; size < STORED; size += STORED / 2) {
      // More than the pin has room for.
      const events = Array.from({ length: STORED / 2 }, (_, place) => eventNumber(size + place));
      await log.append(events.map((event) => ({ ...event, body: 'x'.repeat(300) })));
    }
    for (let position = STORED; position < STORED + KEPT; position += 1) {
      await log.append(eventNumber(position));
    }
    // Before the log is idle, and stores them.
    copyLog(running, left);
  };
  await withLog(filesIn(running), write, { clock: () => START_MS });
  return filesIn(left);
}
