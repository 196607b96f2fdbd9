import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../score.ts';
import type { Mutant } from '../stryker.ts';

const mutants = (status: Mutant['status'], count: number): readonly Mutant[] =>
  Array.from({ length: count }, (_, index) => ({
    status,
    place: `src/a.ts:${String(index + 1)}:2`,
    mutator: 'EqualityOperator',
    replacement: 'a < b',
  }));

describe('the score of a set', () => {
  it('is the part of its mutants that were killed or ran out of time', () => {
    const all = [
      ...mutants('Killed', 16),
      ...mutants('Timeout', 1),
      ...mutants('Survived', 2),
      ...mutants('NoCoverage', 1),
    ];
    expect(outcomeOf('secret', 85, all, 1.26)).toEqual({
      name: 'secret',
      ok: true,
      fields: {
        killed: 16,
        survived: 2,
        timeout: 1,
        nocoverage: 1,
        score: '85.0%',
        goal: 85,
        seconds: '1.3',
      },
      verdict: 'PASS',
      details: [
        'survived src/a.ts:1:2 EqualityOperator: a < b',
        'survived src/a.ts:2:2 EqualityOperator: a < b',
        'not reached src/a.ts:1:2 EqualityOperator: a < b',
      ],
    });
  });

  it('does not count mutants that cannot run', () => {
    const all = [
      ...mutants('Killed', 1),
      ...mutants('CompileError', 5),
      ...mutants('RuntimeError', 5),
      ...mutants('Ignored', 5),
    ];
    expect(outcomeOf('secret', 100, all, 1)).toMatchObject({
      ok: true,
      fields: { score: '100.0%' },
      details: [],
    });
  });

  it('fails under its goal, however near, and where there is no mutant', () => {
    const all = [...mutants('Killed', 84_999), ...mutants('Survived', 15_001)];
    expect(outcomeOf('secret', 85, all, 1)).toMatchObject({ ok: false, verdict: 'FAIL' });
    expect(outcomeOf('secret', 85, [], 1)).toMatchObject({ ok: false, verdict: 'FAIL' });
  });

  it('shows the first of many', () => {
    const { details } = outcomeOf('secret', 85, mutants('Survived', 70), 1);
    expect(details).toHaveLength(61);
    expect(details?.at(-1)).toBe('and 10 more');
  });
});
