import { DatabaseSync } from 'node:sqlite';
import { isLogError } from '../src/index.ts';
import { eventsNumbered, openTestLog, temporaryPath } from './temporary-log.ts';

/** A closed log of so many entries. */
export async function writtenLog(entries: number): Promise<string> {
  const path = temporaryPath();
  const log = await openTestLog(path, { clock: () => 1_700_000_000_000 });
  await log.append(eventsNumbered(entries).map((event, at) => ({ ...event, idempotencyKey: `key ${at}` })));
  await log.close();
  return path;
}

/** Changes a closed log by SQL. */
export async function tamperedLog(sql: string, entries = 300): Promise<string> {
  const path = await writtenLog(entries);
  using database = new DatabaseSync(path);
  database.exec(sql);
  return path;
}

/** Opens and checks a log: the codes or the failed checks, or `unharmed`. */
export async function verdictOn(path: string): Promise<string> {
  try {
    const log = await openTestLog(path);
    const { ok, problems } = await log.check();
    await log.close();
    return ok ? 'unharmed' : [...new Set(problems.map((problem) => problem.check))].join();
  } catch (error) {
    if (isLogError(error)) return error.code;
    throw error;
  }
}
