import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showProgress } from '../progress.ts';
import { resultLine } from '../result-line.ts';

describe('a result line', () => {
  it('gives the command, the subject, the fields in order and the verdict', () => {
    expect(resultLine('bench', 'audit/append', { ours: '1.2ms', ratio: '0.61', goal: 0.5 }, 'PASS')).toBe(
      'bench audit/append ours=1.2ms ratio=0.61 goal=0.5 PASS',
    );
  });

  it('ends after the fields where there is no verdict', () => {
    expect(resultLine('conformance', 'audit/tree', { passed: 3, source: 'RFC6962' })).toBe(
      'conformance audit/tree passed=3 source=RFC6962',
    );
  });

  it('quotes a value that would not split again', () => {
    expect(resultLine('x', 'y', { a: 'two words', b: '', c: 'say "so"' })).toBe(
      String.raw`x y a="two words" b="" c="say \"so\""`,
    );
  });

  it('keeps every value on its one line, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = resultLine('x', 'y', { value });
        expect(line).not.toMatch(/[\n\r]/u);
        const text = line.slice('x y value='.length);
        expect(text.startsWith('"') ? JSON.parse(text) : text).toBe(value);
      }),
    );
  });
});

describe('progress', () => {
  const record = (isTTY: boolean, columns?: number) => {
    const written: string[] = [];
    const stream = {
      write: (text: string) => written.push(text) > 0,
      isTTY,
      ...(columns === undefined ? {} : { columns }),
    };
    return { written, stream };
  };

  it('says about every tenth of the way where no terminal shows it', () => {
    const { written, stream } = record(false);
    const { progress, clear } = showProgress('faults a/b', stream);
    for (let done = 0; done <= 200; done += 1) progress(done, 200, 'killing');
    clear();
    expect(written).toHaveLength(11);
    expect(written[0]).toBe('faults a/b 0/200 killing\n');
    expect(written.at(-1)).toBe('faults a/b 200/200 killing\n');
  });

  it('rewrites one line on a terminal, no wider than it is, and takes it away again', () => {
    const { written, stream } = record(true, 20);
    const { progress, clear } = showProgress('faults a/b', stream);
    progress(1, 2, 'a note that is far too long for it');
    progress(2, 2, 'b');
    clear();
    expect(written).toEqual(['\r\u001b[Kfaults a/b 1/2 a no', '\r\u001b[Kfaults a/b 2/2 b', '\r\u001b[K']);
  });

  it('does not divide by a total of nothing', () => {
    const { written, stream } = record(false);
    showProgress('faults a/b', stream).progress(0, 0, 'none');
    expect(written).toEqual(['faults a/b 0/0 none\n']);
  });
});
