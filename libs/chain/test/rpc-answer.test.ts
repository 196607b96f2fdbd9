import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  asArray,
  asBytes,
  asCount,
  asFlag,
  asHash,
  asObject,
  asSat,
  asText,
  coinsText,
} from '../src/rpc/answer.ts';
import { JsonDecimal, parseExactJson } from '../src/rpc/json.ts';
import { expectChainError } from './expect-chain-error.ts';

/** A value with every kept number as the double that plain JSON would have made of it. */
function rounded(value: unknown): unknown {
  if (value instanceof JsonDecimal) return Number(value.text);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, rounded(field)]));
}

describe('amounts', () => {
  it.each([
    ['0.00000001', 1n],
    ['1e-8', 1n],
    ['1E-08', 1n],
    ['0', 0n],
    ['0.0', 0n],
    ['50', 5_000_000_000n],
    ['50.00000000', 5_000_000_000n],
    ['0.1000000000', 10_000_000n],
    ['-0.00000141', -141n],
    ['20999999.9769', 2_099_999_997_690_000n],
    // Beyond what a double tells apart: 67,108,864.00000001 would come back as …000.
    ['67108864.00000001', 6_710_886_400_000_001n],
    ['84000000.00000000', 8_400_000_000_000_000n],
  ])('reads %s exactly', (json, sat) => {
    expect(asSat(parseExactJson(json), 'amount')).toBe(sat);
  });

  it.each(['0.000000001', '1e-9', '"1"', 'null', '{}', '[]', 'true', '1e400', '1e-400', '0.1e-8'])(
    'refuses %s',
    async (json) => {
      await expectChainError('rpc-malformed', () => asSat(parseExactJson(json), 'amount'));
    },
  );

  it('come back from the text that is sent to nodes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 8_400_000_000_000_000n }), (sat) => {
        expect(asSat(parseExactJson(coinsText(sat)), 'amount')).toBe(sat);
      }),
      { numRuns: 1_000 },
    );
    expect(coinsText(1_000n)).toBe('0.00001000');
  });
});

describe('JSON', () => {
  it('keeps whole numbers that a double holds, and the digits of all others', () => {
    expect(parseExactJson('{"a":[1,-2,9007199254740991],"b":9007199254740993,"c":1.5,"d":1.0}')).toEqual({
      a: [1, -2, Number.MAX_SAFE_INTEGER],
      b: new JsonDecimal('9007199254740993'),
      c: new JsonDecimal('1.5'),
      d: new JsonDecimal('1.0'),
    });
  });

  it('is JSON in everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(rounded(parseExactJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what is none, and does not repeat it', async () => {
    const error = await expectChainError('rpc-malformed', () => parseExactJson('{"password": hunter2}'));
    expect(error.message).not.toContain('hunter2');
  });
});

describe('fields of an answer', () => {
  const samples: readonly unknown[] = [
    null,
    undefined,
    true,
    1,
    -1,
    'x',
    'AB',
    [],
    {},
    new JsonDecimal('1.5'),
  ];
  it.each([
    ['an object', asObject, [{}]],
    ['an array', asArray, [[]]],
    ['a text', asText, ['x', 'AB']],
    ['a flag', asFlag, [true]],
    ['a count', asCount, [1]],
    ['a hash', asHash, []],
    ['bytes', asBytes, []],
  ] as const)('are %s, or refused', async (_name, parse, valid) => {
    for (const sample of samples) {
      const fits = valid.some(
        (value) => JSON.stringify(value) === JSON.stringify(sample) && !(sample instanceof JsonDecimal),
      );
      if (fits) expect(() => parse(sample, 'field')).not.toThrow();
      else await expectChainError('rpc-malformed', () => parse(sample, 'field'));
    }
  });

  it('are hashes and bytes in lower-case hex', () => {
    expect(asHash('ab'.repeat(32), 'hash')).toBe('ab'.repeat(32));
    expect(asBytes('00ff', 'bytes')).toEqual(Uint8Array.of(0, 255));
  });

  it('are described, not repeated, when refused', async () => {
    const error = await expectChainError('rpc-malformed', () => asHash('z'.repeat(5_000), 'hash'));
    expect(error.value).toBe('a text of 5000 characters');
  });
});
