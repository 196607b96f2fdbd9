import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installOpponents } from '../../bench/opponents.ts';
import { temporaryFolder } from './temporary-folder.ts';

const manifest = { name: 'opponents', version: '1.0.0', private: true, dependencies: { peer: 'file:peer' } };
const lock = (changes: object = {}) =>
  JSON.stringify({
    ...manifest,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { ...manifest, ...changes },
      'node_modules/peer': { resolved: 'peer', link: true },
      peer: { version: '1.0.0' },
    },
  });
const files = {
  'package.json': JSON.stringify(manifest),
  'peer/package.json': JSON.stringify({ name: 'peer', version: '1.0.0' }),
};

it('installs the opponents once for a lockfile, and again when it changes', () => {
  const folder = temporaryFolder({ ...files, 'package-lock.json': lock() });
  const stamp = join(folder, 'node_modules', '.setup-stamp');
  // npm ci empties node_modules, so a file left in it tells whether npm ci ran.
  const mark = join(folder, 'node_modules', 'mark');

  installOpponents(folder);
  expect(existsSync(stamp)).toBe(true);
  writeFileSync(mark, '');
  installOpponents(folder);
  expect(existsSync(mark)).toBe(true);

  writeFileSync(join(folder, 'package-lock.json'), lock({ license: 'Apache-2.0' }));
  installOpponents(folder);
  expect(existsSync(mark)).toBe(false);
});

it('says that it failed, and does not take half an install for a whole one', () => {
  const folder = temporaryFolder({ ...files, 'package-lock.json': 'torn' });
  expect(() => {
    installOpponents(folder);
  }).toThrow(/npm ci of the opponents ended with status \d+/u);
  expect(existsSync(join(folder, 'node_modules', '.setup-stamp'))).toBe(false);
  rmSync(join(folder, 'package-lock.json'));
  expect(() => {
    installOpponents(folder);
  }).toThrow(/ENOENT/u);
});
