import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A process that appends to a log in PostgreSQL. */
export interface PostgresAppender {
  readonly pid: number;
  /** Lines printed so far: indexes of acknowledged entries, and codes of errors. */
  readonly lines: string[];
  /** Resolves when that many lines were printed, or the process ended. */
  printed(lines: number): Promise<void>;
  readonly ended: Promise<unknown>;
  kill(): void;
}

/** @param mode `append` until it is refused, or `fight` */
export function startAppender(url: string, schema: string, mode: 'append' | 'fight'): PostgresAppender {
  const program = join(import.meta.dirname, 'postgres-appending-process.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@bitcoin-enterprise/source', program, url, schema, mode],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  onTestFinished(kill);
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
    pid: child.pid ?? 0,
    lines,
    ended,
    kill,
    async printed(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, 'lines'), ended]);
      }
    },
  };
}

/** The entries that a process was told of. */
export function acknowledged({ lines }: PostgresAppender): number[] {
  return lines.filter((line) => /^\d+$/.test(line)).map(Number);
}
