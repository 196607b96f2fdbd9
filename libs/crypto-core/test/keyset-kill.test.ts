import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  createKeyset,
  describeEnvelope,
  fromHex,
  isCryptoError,
  openKeyset,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { keysetPlace, reopened } from './keyset-place.ts';

const context = 'c';
const program = new URL('rotate-keyset-for-ever.ts', import.meta.url).pathname;

/** What a child said before it was killed, `delayMs` after a line that was its `count`th. */
async function rotateUntilKilled(
  arguments_: readonly string[],
  count: number,
  delayMs: number,
): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', program, ...arguments_], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  await gone;
  expect(child.signalCode).toBe('SIGKILL');
  return lines;
}

const said = (lines: readonly string[], word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

describe('a rotation that is killed', () => {
  it('has lost nothing that was sealed and nothing that was promised, wherever it was', async () => {
    const place = await keysetPlace();
    await createKeyset(place);
    const lines: string[] = [];
    for (const [round, count] of [1, 4, 7, 9, 12, 15, 18, 21].entries()) {
      lines.push(...(await rotateUntilKilled([place.keyPath, place.path, place.purpose], count, round % 4)));
      const keyset = await openKeyset({ ...place, provider: await reopened(place.keyPath) });
      expect(keyset.generations.filter(({ state }) => state === 'primary').length).toBe(1);
      const number = Number(said(lines, 'rotated').at(-1) ?? 1);
      expect(keyset.generations.length).toBeGreaterThanOrEqual(number);
    }

    const keyset = await openKeyset(place);
    const destroyed = new Set(said(lines, 'destroyed').map(Number));
    expect(destroyed.size).toBeGreaterThan(1);
    let opened = 0;
    for (const hex of said(lines, 'sealed')) {
      const envelope = fromHex(hex);
      const { keyId } = describeEnvelope(envelope);
      const generation = keyset.generations.find((candidate) => candidate.keyId === keyId);
      if (generation === undefined) throw new Error('a generation that sealed is lost');
      const outcome = await keyset.open(envelope, { context }).then(
        () => 'opened',
        (error: unknown) => (isCryptoError(error) ? error.code : 'another error'),
      );
      if (destroyed.has(generation.number)) expect(outcome).toBe('key-destroyed');
      else if (generation.number % 4 !== 2) expect(outcome).toBe('opened');
      opened += outcome === 'opened' ? 1 : 0;
    }
    expect(opened).toBeGreaterThan(10);

    // Of what was killed between making a key and naming it, one key a kill is left, which nothing uses.
    const named = new Set(keyset.generations.map(({ keyId }) => keyId));
    const unnamed = (await place.provider.list()).filter(({ id }) => !named.has(id));
    expect(unnamed.length).toBeLessThanOrEqual(1 + 8);
    expect(await keyset.rotate()).toBe(keyset.generations.length);
    const files = (await readdir(place.folder)).filter((name) => !name.endsWith('.tmp'));
    expect(files.sort()).toEqual(['keys.json', 'keys.json.lock', 'pii.keyset', 'pii.keyset.lock']);
  });
});
