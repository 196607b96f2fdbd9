import { describe, expect, it } from 'vitest';
import { takeFuzzOptions } from '../options.ts';

describe('the options of the fuzzer', () => {
  it('default to one seed and a bounded time', () => {
    expect(takeFuzzOptions(['crypto-core'], {})).toEqual({
      options: { seed: 1, limits: { seconds: 8 } },
      rest: ['crypto-core'],
    });
    expect(takeFuzzOptions([], { FUZZ_SECONDS: '2' }).options.limits).toEqual({ seconds: 2 });
  });

  it('are taken out of the arguments, and the rest is left', () => {
    const argv = [
      '--list',
      '--seconds',
      '0.5',
      'crypto-core/hex',
      '--seed=42',
      '--input',
      '00fF',
      '--execs=10',
    ];
    expect(takeFuzzOptions(argv, { FUZZ_SECONDS: '2' })).toEqual({
      options: { seed: 42, limits: { seconds: 0.5, executions: 10 }, inputHex: '00fF' },
      rest: ['--list', 'crypto-core/hex'],
    });
  });

  it('bound a run by its executions alone where only those are given', () => {
    expect(takeFuzzOptions(['--execs', '1000'], {}).options.limits).toEqual({ executions: 1000 });
  });

  it('take an empty input', () => {
    expect(takeFuzzOptions(['--input', ''], {}).options.inputHex).toBe('');
  });

  it.each([
    [['--seconds', 'soon'], '--seconds takes a number, not "soon"'],
    [['--seed'], '--seed takes a number, not ""'],
    [['--execs', '-1'], '--execs takes a number, not "-1"'],
    [['--input', '0'], '--input takes hexadecimal digits, not "0"'],
  ])('refuse %j', (argv, message) => {
    expect(() => takeFuzzOptions(argv, {})).toThrow(message);
  });
});
