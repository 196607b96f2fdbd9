import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWitnessStore } from '../src/witness.ts';
import { writeAddCheckpoint } from '../src/witness/add-checkpoint-request.ts';
import { codeOf, ORIGIN, temporaryFolder } from './temporary-log.ts';
import { tell, type History } from './witness-history.ts';
import { testStore } from './witness-setting.ts';

const PROGRAM = join(import.meta.dirname, 'witness-process.ts');
const ROOT = new Uint8Array(32).fill(1);
const TREE = { size: 3, rootHash: ROOT, checkpoint: 'a note\n' };

interface RunningWitness {
  readonly process: ChildProcess;
  readonly url: string;
}

async function startWitness(path: string): Promise<RunningWitness> {
  const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', PROGRAM, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdout.setEncoding('utf8');
  const [port] = (await once(child.stdout, 'data')) as [string];
  return { process: child, url: `http://127.0.0.1:${port.trim()}` };
}

async function kill({ process: child }: RunningWitness): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

/** One answer of 200, and when it was asked for and given, in steps of the test. */
interface Cosigned {
  readonly size: number;
  readonly root: string;
  readonly asked: number;
  readonly given: number;
}

let step = 0;

/** Pushes one history on a witness as fast as it goes, from whatever size it says; ends when the witness is gone. */
async function push(
  url: string,
  history: History,
  sizes: readonly number[],
  log: Cosigned[],
  onCosigned: () => void = () => undefined,
): Promise<void> {
  let oldSize = 0;
  for (const size of sizes) {
    for (let attempt = 0; attempt < 3 && oldSize <= size; attempt += 1) {
      const asked = (step += 1);
      const body = writeAddCheckpoint({
        oldSize,
        proof: await history.prove(oldSize, size),
        checkpoint: history.checkpoints[size] ?? '',
      });
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
        text = await answer.text();
      } catch {
        return;
      }
      if (answer.status === 200) {
        log.push({ size, root: toHex(history.roots[size] ?? ROOT), asked, given: (step += 1) });
        onCosigned();
        oldSize = size;
        break;
      }
      if (answer.headers.get('content-type') === 'text/x.tlog.size') oldSize = Number(text);
      else break;
    }
  }
}

/** What a witness may never have done. */
function violations(log: readonly Cosigned[], histories: readonly History[]): string[] {
  const found: string[] = [];
  const roots = new Map<number, string>();
  for (const { size, root } of log) {
    if ((roots.get(size) ?? root) !== root) found.push(`two roots of ${size}`);
    roots.set(size, root);
  }
  const told = histories.filter((history) =>
    log.every(({ size, root }) => toHex(history.roots[size] ?? ROOT) === root),
  );
  if (told.length === 0) found.push('the cosigned trees are of no single history');
  const largest = Math.max(0, ...log.map(({ size }) => size));
  for (const { size, asked } of log) {
    const before = log.filter(({ given }) => given < asked).map((other) => other.size);
    if (Math.max(0, ...before) > size) found.push(`${size} after ${Math.max(...before)} of ${largest}`);
  }
  return found;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe('the store of a witness', () => {
  it('has what was put in, and puts a tree in the place of the one that was expected alone', async () => {
    const path = join(temporaryFolder(), 'witness.db');
    const store = await testStore(path);
    expect(await store.latest(ORIGIN)).toBeUndefined();
    expect(await store.advance(ORIGIN, { size: 0, rootHash: ROOT }, TREE)).toBeUndefined();
    expect(await store.latest(ORIGIN)).toBeUndefined();
    expect(await store.advance(ORIGIN, undefined, TREE)).toBeUndefined();
    expect(await store.latest(ORIGIN)).toEqual(TREE);
    const next = { ...TREE, size: 4 };
    for (const expected of [
      undefined,
      { size: 2, rootHash: ROOT },
      { size: 3, rootHash: new Uint8Array(32) },
    ]) {
      expect(await store.advance(ORIGIN, expected, next)).toEqual(TREE);
    }
    expect(await store.advance(ORIGIN, TREE, next)).toBeUndefined();
    await store.close();
    await store.close();
    expect(await codeOf(() => store.latest(ORIGIN))).toBe('log-closed');
    const again = await testStore(path);
    expect(await again.latest(ORIGIN)).toEqual(next);
    expect(await again.latest('example.com/other')).toBeUndefined();
    await again[Symbol.asyncDispose]();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is refused where it is none', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    for (const [code, prepare] of [
      ['option-malformed', () => ''],
      ['log-cannot-open', () => join(folder, 'none', 'file')],
      ['log-cannot-open', () => folder],
      ['log-corrupt', () => (writeFileSync(path, 'x'.repeat(4096)), path)],
    ] as const) {
      expect(await codeOf(() => openWitnessStore(prepare()))).toBe(code);
    }
    const other = join(folder, 'other.db');
    new DatabaseSync(other).exec('PRAGMA application_id = 5; CREATE TABLE witnessed (a)');
    expect(await codeOf(() => openWitnessStore(other))).toBe('log-format');
    const trapped = join(folder, 'trapped.db');
    await (await openWitnessStore(trapped)).close();
    using database = new DatabaseSync(trapped);
    database.exec('CREATE TRIGGER back AFTER UPDATE ON witnessed BEGIN SELECT 1; END');
    expect(await codeOf(() => openWitnessStore(trapped))).toBe('log-corrupt');
  });

  it('does not believe a row that is malformed', async () => {
    const path = join(temporaryFolder(), 'witness.db');
    const store = await testStore(path);
    await store.advance(ORIGIN, undefined, TREE);
    using database = new DatabaseSync(path);
    database.exec("UPDATE witnessed SET root_hash = x'00'");
    expect(await codeOf(() => store.latest(ORIGIN))).toBe('log-corrupt');
    expect(await codeOf(() => store.advance(ORIGIN, undefined, TREE))).toBe('log-corrupt');
  });

  it('says so when it cannot write', async () => {
    const path = join(temporaryFolder(), 'witness.db');
    const store = await testStore(path);
    await store.advance(ORIGIN, undefined, TREE);
    using blocking = new DatabaseSync(path);
    blocking.exec('DROP TABLE witnessed');
    expect(await codeOf(() => store.advance(ORIGIN, TREE, { ...TREE, size: 4 }))).toBe('log-io');
  });

  it('is made once where two processes make it at the same time', { timeout: 60_000 }, async () => {
    const path = join(temporaryFolder(), 'witness.db');
    const [one, two] = await Promise.all([startWitness(path), startWitness(path)]);
    const history = await tell('a', 3);
    const log: Cosigned[] = [];
    await push(one.url, history, [1], log);
    await push(two.url, history, [2], log);
    await push(one.url, history, [3], log);
    expect(log.map(({ size }) => size)).toEqual([1, 2, 3]);
  });
});

describe('two processes with one store', () => {
  it(
    'cosign one history of two, and never go back, while both are pushed on both',
    { timeout: 120_000 },
    async () => {
      const path = join(temporaryFolder(), 'witness.db');
      const running = await Promise.all([startWitness(path), startWitness(path)]);
      const histories = await Promise.all(['a', 'b'].map((name) => tell(name, 40, 5)));
      const log: Cosigned[] = [];
      await Promise.all(
        running.flatMap(({ url }) =>
          histories.flatMap((history) => [1, 2].map(() => push(url, history, range(40), log))),
        ),
      );
      expect(violations(log, histories)).toEqual([]);
      expect(log.length).toBeGreaterThan(40);
    },
  );
});

describe('a witness that is killed', () => {
  it('has forgotten nothing that it cosigned, wherever it was killed', { timeout: 120_000 }, async () => {
    const path = join(temporaryFolder(), 'witness.db');
    const histories = await Promise.all(['a', 'b'].map((name) => tell(name, 240, 10)));
    const log: Cosigned[] = [];
    for (let round = 0; round < 6; round += 1) {
      const witness = await startWitness(path);
      const largest = Math.max(0, ...log.map(({ size }) => size));
      // The answer after which it is killed is chosen; where the next requests are by then is not.
      const enough = log.length + 3 + ((round * 7) % 11);
      const { promise: reached, resolve: reach } = Promise.withResolvers<undefined>();
      const sizes = range(240).slice(Math.max(0, largest - 3));
      const pushing = Promise.all(
        histories.map((history) =>
          push(witness.url, history, sizes, log, () => {
            if (log.length === enough) reach(undefined);
          }),
        ),
      );
      await Promise.race([reached, pushing]);
      await kill(witness);
      await pushing;
    }
    expect(violations(log, histories)).toEqual([]);
    expect(log.length).toBeGreaterThan(40);
  });
});
