import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discover } from '../discovery.ts';
import { candidates, parseFilter, select } from '../filter.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('discovery', () => {
  it('finds <library>/<name>.ts in order, and nothing above, below or beside', async () => {
    const folder = temporaryFolder({
      'run.ts': '',
      'chain/watch.ts': '',
      'audit/merkle.ts': '',
      'audit/append.ts': '',
      'audit/append/child-process.ts': '',
      'audit/append.d.ts': '',
      'audit/notes.md': '',
      'opponents/peer.ts': '',
      'test/run.ts': '',
      'node_modules/thing.ts': '',
      '.cache/thing.ts': '',
    });
    const found = await discover(folder);
    expect(found.map(({ library, name }) => `${library}/${name}`)).toEqual([
      'audit/append',
      'audit/merkle',
      'chain/watch',
    ]);
    expect(found[0]?.path).toBe(join(folder, 'audit', 'append.ts'));
  });

  it('finds nothing in a folder that does not exist', async () => {
    expect(await discover(join(temporaryFolder({}), 'absent'))).toEqual([]);
  });
});

describe('a filter', () => {
  const source = (library: string, name: string) => ({ library, name, path: `/${library}/${name}.ts` });
  const sources = [source('audit', 'append'), source('audit', 'append-many'), source('chain', 'append')];

  it('names a library, or a library and a name', () => {
    expect(parseFilter('audit')).toEqual({ library: 'audit' });
    expect(parseFilter('audit/append')).toEqual({ library: 'audit', name: 'append' });
  });

  it.each(['', '/', 'audit/', '/append', 'audit/append/more', 'audit append'])('refuses %j', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });

  it('takes the one file that is named so, and else every file of the library', () => {
    const of = (text: string) =>
      candidates(sources, parseFilter(text)).map(({ library, name }) => `${library}/${name}`);
    expect(candidates(sources, undefined)).toEqual(sources);
    expect(of('audit')).toEqual(['audit/append', 'audit/append-many']);
    expect(of('audit/append')).toEqual(['audit/append']);
    expect(of('audit/append-m')).toEqual(['audit/append', 'audit/append-many']);
    expect(of('threshold')).toEqual([]);
  });

  it('selects a named file whole, and else the names that begin so', () => {
    const names = ['append', 'append-batched', 'read'];
    const of = (text: string) => select(source('audit', 'append'), names, parseFilter(text));
    expect(select(source('audit', 'append'), names, undefined)).toEqual(names);
    expect(of('audit')).toEqual(names);
    expect(of('audit/append')).toEqual(names);
    expect(of('audit/append-')).toEqual(['append-batched']);
    expect(of('audit/rea')).toEqual(['read']);
    expect(of('audit/write')).toEqual([]);
  });

  it('never selects a name that is not there', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (names, text) => {
        const selected = select(source('audit', 'file'), names, { library: 'audit', name: text });
        expect(
          selected.every((name) => names.includes(name) && (name.startsWith(text) || text === 'file')),
        ).toBe(true);
      }),
    );
  });
});
