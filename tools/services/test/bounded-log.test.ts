import { describe, expect, it } from 'vitest';
import { BoundedLog } from '../bounded-log.ts';

describe('a bounded log', () => {
  it('keeps everything while there is little', () => {
    const log = new BoundedLog(100);
    log.append('one\ntw');
    log.append('o\n');
    expect(log.toString()).toBe('one\ntwo\n');
    expect(log.lastLines(1)).toBe('two');
  });

  it('keeps the end, from the start of a line, when there is much', () => {
    const log = new BoundedLog(100);
    for (let line = 0; line < 1000; line++) log.append(`line ${line}\n`);
    const kept = log.toString();
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept).toMatch(/^line \d+\n/);
    expect(kept.endsWith('line 998\nline 999\n')).toBe(true);
    expect(log.lastLines(2)).toBe('line 998\nline 999');
  });
});
