import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';
import { mutantsOf } from '../stryker.ts';

const manifest = JSON.stringify({
  name: '@bitcoin-enterprise/toy',
  type: 'module',
  exports: { '.': { '@bitcoin-enterprise/source': './src/toy.ts' } },
});
const source = `
  export function clamp(value: number, limit: number): number {
    return value > limit ? limit : value;
  }
  export function unused(): string {
    return 'nobody calls this';
  }`;

/** A library of its own, tested by its name and by its path. */
function toy(assertions: string): string {
  const folder = temporaryFolder({
    'toy/package.json': manifest,
    'toy/src/toy.ts': source,
    'toy/test/toy.test.ts': `
      import { expect, it } from 'vitest';
      import { clamp as named } from '@bitcoin-enterprise/toy';
      import { clamp } from '../src/toy.ts';
      it('clamps', () => { ${assertions} });`,
  });
  return join(folder, 'toy');
}

const set = { sources: ['src/**/*.ts'], tests: ['test/*.test.ts'], goal: 85 };

describe('mutating a library', { timeout: 240_000 }, () => {
  it('tells which mutants its tests notice, by the name of the library as well as by its path', async () => {
    const temporary = temporaryFolder({});
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const library = toy('expect(named(5, 3)).toBe(3); expect(clamp(2, 3)).toBe(2);');
    const mutants = await mutantsOf(library, set);
    const found = mutants.map(({ status, place, mutator }) => `${status} ${place} ${mutator}`);
    expect(found).toContain('Killed src/toy.ts:3:12 ConditionalExpression');
    expect(found).toContain('Survived src/toy.ts:3:12 EqualityOperator');
    expect(found).toContain('NoCoverage src/toy.ts:6:12 StringLiteral');
    expect(readdirSync(temporary).filter((name) => name.startsWith('suite-mutation-'))).toEqual([]);
    expect(readdirSync(library).sort()).toEqual(['package.json', 'src', 'test']);
  });

  it('fails where the tests fail without any mutant', async () => {
    await expect(mutantsOf(toy('expect(clamp(5, 3)).toBe(5);'), set)).rejects.toThrow(
      /Stryker ended with 1/u,
    );
  });
});
