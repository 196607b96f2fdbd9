import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, fillFolder } from '../cache-folder.ts';
import { privateFolder } from './private-folder.ts';

describe('the cache folder', () => {
  it('is the own variable, then XDG_CACHE_HOME, then ~/.cache; empty variables count as none', () => {
    const tail = (path: string): string => path.replace(/-[0-9a-f]{16}$/, '');
    const asked = { suite: 'trixie' };
    expect(tail(cacheFolder('x', asked, { BITCOIN_ENTERPRISE_CACHE: '/a', XDG_CACHE_HOME: '/b' }))).toBe(
      '/a/services/x',
    );
    expect(tail(cacheFolder('x', asked, { BITCOIN_ENTERPRISE_CACHE: '', XDG_CACHE_HOME: '/b' }))).toBe(
      '/b/bitcoin-enterprise/services/x',
    );
    expect(tail(cacheFolder('x', asked, { XDG_CACHE_HOME: '' }))).toBe(
      join(homedir(), '.cache/bitcoin-enterprise/services/x'),
    );
  });

  it('is another one for another recipe', () => {
    const environment = { BITCOIN_ENTERPRISE_CACHE: '/a' };
    expect(cacheFolder('x', { suite: 'trixie' }, environment)).toBe(
      cacheFolder('x', { suite: 'trixie' }, environment),
    );
    expect(cacheFolder('x', { suite: 'trixie' }, environment)).not.toBe(
      cacheFolder('x', { suite: 'bookworm' }, environment),
    );
  });

  it('appears whole or not at all', async () => {
    await using parent = await privateFolder();
    const folder = join(parent.path, 'services', 'x');
    const filling = fillFolder(folder, async (partial) => {
      await writeFile(join(partial, 'half'), '');
      throw new Error('the network went away');
    });
    await expect(filling).rejects.toThrow('the network went away');
    expect(await readdir(join(parent.path, 'services'))).toEqual([]);
  });

  it('holds the content of one of two that fill it at once, whole, and both go on', async () => {
    await using parent = await privateFolder();
    const folder = join(parent.path, 'x');
    const meet = Promise.withResolvers<undefined>();
    let arrived = 0;
    const fill = (who: string) => async (partial: string) => {
      await writeFile(join(partial, 'first'), who);
      if (++arrived === 2) meet.resolve(undefined);
      await meet.promise;
      await writeFile(join(partial, 'second'), who);
    };
    await Promise.all([fillFolder(folder, fill('a')), fillFolder(folder, fill('b'))]);
    expect(await readFile(join(folder, 'first'), 'utf8')).toBe(
      await readFile(join(folder, 'second'), 'utf8'),
    );
    expect(await readdir(parent.path)).toEqual(['x']);
  });

  it('is cleared of what a killed process left an hour ago, and not of what one fills now', async () => {
    await using parent = await privateFolder();
    await mkdir(join(parent.path, '.partial-old'));
    await mkdir(join(parent.path, '.partial-new'));
    const longAgo = Date.now() / 1000 - 2 * 60 * 60;
    await utimes(join(parent.path, '.partial-old'), longAgo, longAgo);
    await fillFolder(join(parent.path, 'x'), async (partial) => {
      await writeFile(join(partial, 'file'), '');
    });
    expect((await readdir(parent.path)).sort()).toEqual(['.partial-new', 'x']);
  });
});
