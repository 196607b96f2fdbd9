import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOf, openTestLog, temporaryPath } from './temporary-log.ts';

const PROGRAM = join(import.meta.dirname, 'appending-process.ts');

interface Appender {
  readonly process: ChildProcess;
  /** Lines printed so far. */
  readonly lines: string[];
  /** Resolves when that many lines were printed, or the process ended. */
  printed(lines: number): Promise<void>;
  readonly ended: Promise<unknown>;
}

function startAppender(path: string, mode: string): Appender {
  const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', PROGRAM, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdin.end(mode);
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    // What stands behind the last newline may be half a number.
    rest = parts.pop() ?? '';
    lines.push(...parts);
    child.emit('lines');
  });
  const ended = once(child, 'close');
  return {
    process: child,
    lines,
    ended,
    async printed(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, 'lines'), ended]);
      }
    },
  };
}

/** Numerical Recipes' generator: the same kill points in every run. */
function* seededNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

describe('a killed process', () => {
  it(
    'has lost no acknowledged entry and left no half list, wherever it was killed',
    { timeout: 120_000 },
    async () => {
      const path = temporaryPath();
      const random = seededNumbers(42);
      const acknowledged = new Set<number>();
      for (let kill = 0; kill < 12; kill += 1) {
        const appender = startAppender(path, 'until-killed');
        await appender.printed(1 + (random.next().value % 400));
        appender.process.kill('SIGKILL');
        await appender.ended;
        for (const line of appender.lines) if (/^\d+$/.test(line)) acknowledged.add(Number(line));
        const log = await openTestLog(path);
        const entries = await Array.fromAsync(log.read());
        const present = new Set(entries.map((entry) => entry.index));
        expect([...acknowledged].filter((index) => !present.has(index))).toEqual([]);
        expect(await log.check()).toEqual({ ok: true, entries: log.size, problems: [] });
        const last = entries.at(-1)?.body as { position: number; of: number } | undefined;
        const ofLast = entries.filter((entry) => {
          const body = entry.body as { position: number };
          return entry.stream === entries.at(-1)?.stream && body.position === last?.position;
        });
        expect(ofLast).toHaveLength(last?.of ?? 0);
        await log.close();
      }
      expect(acknowledged.size).toBeGreaterThan(500);
    },
  );
});

describe('a second writer', () => {
  it('is refused while the first holds the log, and admitted once that one is dead', async () => {
    const path = temporaryPath();
    const appender = startAppender(path, 'until-killed');
    await appender.printed(2);
    expect(await codeOf(() => openTestLog(path))).toBe('log-locked');
    appender.process.kill('SIGKILL');
    await appender.ended;
    expect((await openTestLog(path)).size).toBeGreaterThan(0);
  });

  it('is refused in another process and in the same one', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    expect(await codeOf(() => openTestLog(path))).toBe('log-locked');
    const second = startAppender(path, 'open-only');
    await second.ended;
    expect(second.lines).toEqual(['log-locked']);
    await log.close();
    const third = startAppender(path, 'open-only');
    await third.ended;
    expect(third.lines).toEqual(['open']);
  });
});
