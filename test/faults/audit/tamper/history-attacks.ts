import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { type LogOptions, openFilePin, openLog } from '@bitcoin-enterprise/audit';
import { type Attack, codeAs, findInLog, type Finding } from './attack.ts';
import {
  appendTo,
  ENTRIES,
  eventNumber,
  type LogFiles,
  OLDER_SIZES,
  ORIGIN,
  OTHER_ORIGIN,
  OTHER_SIGNER,
  SIGNER,
  type Stage,
  START_MS,
  withLog,
} from './stage.ts';
import { positionOf, runSql } from './stored-rows.ts';

const DAY_MS = 86_400_000;

/** Changes the copy of a log, and gives options that it is opened with then. */
type Tamper = (files: LogFiles, stage: Stage) => Options | Promise<Options>;
type Options = Partial<LogOptions> | undefined;

/** Other logs, how their owners open them, and what their checkpoints and files are refused with. */
const OTHERS = [
  {
    where: 'another origin',
    log: 'otherOrigin',
    options: { origin: OTHER_ORIGIN },
    code: 'log-wrong-origin',
  },
  { where: 'another key', log: 'otherKey', options: { signer: OTHER_SIGNER }, code: 'log-wrong-key' },
  { where: 'another history', log: 'otherHistory', options: {}, code: 'log-rolled-back' },
] as const;

/** Puts another history in the place of the log: older, forked, cut or of somebody else. */
export function historyAttacks(): Attack[] {
  return [...rollbacks(), ...standbys(), ...forks(), ...cuts(), ...swaps(), ...pins(), ...clocks()];
}

function rollbacks(): Attack[] {
  return OLDER_SIZES.flatMap((size) => [
    atOpening('rolled back to an older copy', `${size} entries`, 'log-rolled-back', (files, stage) => {
      copyFileSync(stage.olderLog(size), files.log);
      return undefined;
    }),
    atOpening(
      'rolled back, a checkpoint was kept',
      `${size} entries`,
      'log-rolled-back',
      async (files, stage) => {
        copyFileSync(stage.olderLog(size), files.log);
        rmSync(files.pin);
        return { pinnedCheckpoint: await withLog(stage.genuine, (log) => log.checkpoint()) };
      },
    ),
    // Rows cut off at the end of a commit leave a seal that holds.
    atOpening('cut at the end of a commit', `${size} entries`, 'log-rolled-back', (files) => {
      runSql(files.log, 'DELETE FROM entry WHERE position >= ?', positionOf(size));
      return undefined;
    }),
  ]);
}

/** A second process waits with its pin open, while the first one goes on; then the log is rolled back under both. */
function standbys(): Attack[] {
  return OLDER_SIZES.map((size) => ({
    kind: 'rolled back under a standby',
    where: `${size} entries`,
    by: 'openLog',
    names: ['log-rolled-back'],
    find: async (stage) => {
      using copy = stage.copy();
      const older = stage.olderLog(size);
      copyFileSync(older, copy.log);
      rmSync(copy.pin);
      await withLog(copy, (log) => log.checkpoint());
      await using pin = await openFilePin(copy.pin);
      await appendTo(copy, size, 10, 'first');
      copyFileSync(older, copy.log);
      return await codeAs('openLog', async () => {
        const log = await openLog(copy.log, { origin: ORIGIN, signer: SIGNER, pin });
        await log.close();
        return undefined;
      });
    },
  }));
}

/** The same beginning, continued with the real key: as long as the log that was pinned, or longer. */
function forks(): Attack[] {
  return OLDER_SIZES.flatMap((size) =>
    [ENTRIES, ENTRIES + 40].map((length) =>
      atOpening(
        'forked with the real key',
        `${size} of ${length}`,
        'log-rolled-back',
        async (files, stage) => {
          const pin = readFileSync(files.pin);
          copyFileSync(stage.olderLog(size), files.log);
          rmSync(files.pin);
          await appendTo(files, size, length - size, 'forked');
          writeFileSync(files.pin, pin);
          return undefined;
        },
      ),
    ),
  );
}

function cuts(): Attack[] {
  const lengths: readonly ((size: number) => number)[] = [
    ...[100, 512, 4_096, 8_192, 65_536].map((bytes) => () => bytes),
    ...[4_096, 8_192, 40_960].map((bytes) => (size: number) => size - bytes),
    () => 0,
  ];
  return [
    ...lengths.map((lengthOf, number) =>
      atOpening('file cut short', `${number}`, 'log-corrupt', ({ log }) => {
        truncateSync(log, lengthOf(statSync(log).size));
        return undefined;
      }),
    ),
    atOpening('file deleted', 'the log', 'log-rolled-back', ({ log }) => {
      rmSync(log);
      return undefined;
    }),
    atOpening('all entries deleted', 'the rows', 'log-rolled-back', ({ log }) => {
      runSql(log, 'DELETE FROM entry');
      return undefined;
    }),
  ];
}

function swaps(): Attack[] {
  return [
    ...OTHERS.map(({ where, log, code }) =>
      atOpening('another log in its place', where, code, (files, stage) => {
        copyFileSync(stage[log].log, files.log);
        return undefined;
      }),
    ),
    atOpening('wrong key', 'of the signer', 'log-wrong-key', (files) => {
      rmSync(files.pin);
      return { signer: OTHER_SIGNER };
    }),
    atOpening('stored checkpoint forged', 'by another key', 'log-wrong-key', async (files, stage) => {
      const note = await withLog(stage.otherKey, (log) => log.checkpoint(), { signer: OTHER_SIGNER });
      runSql(files.log, 'UPDATE entry SET checkpoint = ? WHERE position = ?', note, positionOf(ENTRIES - 1));
      return undefined;
    }),
  ];
}

function pins(): Attack[] {
  return [
    ...OTHERS.flatMap(({ where, log, options, code }) => [
      atOpening('pin of another log', where, code, (files, stage) => {
        copyFileSync(stage[log].pin, files.pin);
        return undefined;
      }),
      atOpening('kept checkpoint forged', where, code, async (_, stage) => ({
        pinnedCheckpoint: await withLog(stage[log], (opened) => opened.checkpoint(), options),
      })),
    ]),
    atOpening('pin overwritten', 'both slots', 'pin-corrupt', (files) => {
      writeFileSync(files.pin, Buffer.alloc(8_192, 0x5a));
      return undefined;
    }),
    ...['', 'no note', 'example.com/tampered/log\n2100\nAAAA\n'].map((pinnedCheckpoint, number) =>
      atOpening('kept checkpoint forged', `no note ${number}`, 'note-malformed', () => ({
        pinnedCheckpoint,
      })),
    ),
  ];
}

function clocks(): Attack[] {
  const last = START_MS + (ENTRIES - 100) * 1_000;
  const wrong: readonly (readonly [where: string, time: number, name: string])[] = [
    ['by two days', last - 2 * DAY_MS, 'clock-behind'],
    ['by a year', last - 365 * DAY_MS, 'clock-behind'],
    ['to 1970', 0, 'clock-behind'],
    ['before 1970', -1, 'clock-malformed'],
    ['to no number', Number.NaN, 'clock-malformed'],
    ['to a fraction', last + 0.5, 'clock-malformed'],
  ];
  return wrong.map(([where, time, name]) => ({
    kind: 'clock set back',
    where,
    by: 'append',
    names: [name],
    find: async (stage) => {
      using copy = stage.copy();
      const append = (): Promise<Finding | undefined> =>
        withLog(copy, (log) => log.append(eventNumber(ENTRIES)).then(() => undefined), { clock: () => time });
      return await codeAs('append', append);
    },
  }));
}

function atOpening(kind: string, where: string, name: string, tamper: Tamper): Attack {
  return {
    kind,
    where,
    by: 'openLog',
    names: [name],
    find: async (stage) => {
      using copy = stage.copy();
      return await findInLog(copy, await tamper(copy, stage));
    },
  };
}
