import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  MAX_EVENT_BYTES,
  MAX_EVENT_DEPTH,
  parseCanonicalJson,
  type EventValue,
} from '../src/index.ts';
import { codeOf } from './temporary-log.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function double(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

/** RFC 8785, appendix B: IEEE 754 doubles and their canonical text. */
const NUMBERS: readonly (readonly [hex: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

/** RFC 8785, section 3.2.3: member names in their canonical order, with what they name. */
const SORTED = [
  ['\r', 'Carriage Return'],
  ['1', 'One'],
  ['\u0080', 'Control'],
  ['\u00f6', 'Latin Small Letter O With Diaeresis'],
  ['\u20ac', 'Euro Sign'],
  ['\ud83d\ude00', 'Emoji: Grinning Face'],
  ['\ufb33', 'Hebrew Letter Dalet With Dagesh'],
] as const;

describe('the canonical form', () => {
  it.each(NUMBERS)('writes the double %s as %s, as RFC 8785 appendix B does', (hex, text) => {
    expect(canonicalJson(double(hex))).toBe(text);
  });

  it('refuses the NaN and the Infinity of RFC 8785 appendix B', async () => {
    for (const hex of ['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000']) {
      expect(await codeOf(() => canonicalJson(double(hex)))).toBe('event-malformed');
    }
  });

  it('sorts names by UTF-16 units, as RFC 8785 section 3.2.3 does', () => {
    const shuffled = Object.fromEntries(
      [4, 0, 6, 1, 5, 2, 3].map((position) => SORTED[position] ?? ['', '']),
    );
    expect(Object.entries(JSON.parse(canonicalJson(shuffled)) as object)).toHaveLength(7);
    const values = [...canonicalJson(shuffled).matchAll(/:"([^"]*)"/g)].map((match) => match[1]);
    expect(values).toEqual(SORTED.map(([, meaning]) => meaning));
  });

  it('writes the sample of RFC 8785 section 3.2.2 as section 3.2.4 does, byte for byte', () => {
    const sample = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(Buffer.from(canonicalJson(sample)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e' +
        '756d62657273223a5b3333333333333333332e333333333333332c31652b3330' +
        '2c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac24' +
        '5c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it('does not normalise Unicode', () => {
    expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'));
  });

  it('tags exact integers and bytes', () => {
    expect(canonicalJson({ a: -12n, b: Uint8Array.of(0, 255) })).toBe(
      '{"a":{"$int":"-12"},"b":{"$hex":"00ff"}}',
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('keeps a member named __proto__', () => {
    const value = JSON.parse('{"__proto__":1}') as EventValue;
    const read = parseCanonicalJson(utf8(canonicalJson(value)));
    expect(Object.keys(read as object)).toEqual(['__proto__']);
  });

  it('accepts objects without a prototype and of another realm', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 }) as EventValue;
    expect(canonicalJson(bare)).toBe('{"a":1}');
  });

  it.each<[string, unknown]>([
    ['a lone surrogate in a text', '\ud800'],
    ['a lone surrogate in a name', { '\udfff': 1 }],
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a hole in an array', Array.from<number>({ length: 2 }).fill(1, 0, 1)],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a symbol as a name', { [Symbol('s')]: 1 }],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a typed array other than Uint8Array', new Uint16Array(1)],
    ['a forged integer', { $int: '1' }],
    ['a forged byte string', { $hex: '00' }],
    ['any name that starts with $', { a: [{ $x: 1 }] }],
    ['an integer of 4,097 bits', 2n ** 4095n],
  ])('refuses %s', async (_, value) => {
    expect(await codeOf(() => canonicalJson(value as EventValue))).toBe('event-malformed');
  });

  it('refuses a cycle and nesting beyond the limit, and accepts nesting at it', async () => {
    const cycle: Record<string, EventValue> = {};
    cycle.self = cycle;
    expect(await codeOf(() => canonicalJson(cycle))).toBe('event-malformed');
    const nested = (depth: number): EventValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(canonicalJson(nested(MAX_EVENT_DEPTH))).toContain('1');
    expect(await codeOf(() => canonicalJson(nested(MAX_EVENT_DEPTH + 1)))).toBe('event-malformed');
  });

  it('accepts the largest event and refuses one byte more, by UTF-8 length', async () => {
    expect(canonicalJson('a'.repeat(MAX_EVENT_BYTES - 2))).toHaveLength(MAX_EVENT_BYTES);
    expect(await codeOf(() => canonicalJson('a'.repeat(MAX_EVENT_BYTES - 1)))).toBe('event-too-large');
    expect(await codeOf(() => canonicalJson('\u20ac'.repeat(MAX_EVENT_BYTES / 3)))).toBe('event-too-large');
    expect(canonicalJson('\u20ac'.repeat(MAX_EVENT_BYTES / 3 - 1))).toContain('\u20ac');
  });

  it.each<[string, EventValue]>([
    ['a text of 100 MB', 'x'.repeat(100_000_000)],
    ['100 MB of bytes', new Uint8Array(100_000_000)],
    ['a list of two million numbers', Array<number>(2_000_000).fill(7)],
  ])('refuses %s before it is all copied', async (_, value) => {
    expect(await codeOf(() => canonicalJson(value))).toBe('event-too-large');
  });
});

describe('reading the canonical form', () => {
  it.each([
    ['space', '{"a": 1}'],
    ['names out of order', '{"b":1,"a":2}'],
    ['a name twice', '{"a":1,"a":1}'],
    ['another form of a number', '1.0'],
    ['a number beyond doubles', '1e400'],
    ['minus zero', '-0'],
    ['an escape that need not be', '"\\u0061"'],
    ['an escape in upper case', '"\\u000F"'],
    ['an escaped slash', '"\\/"'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['a byte order mark', '\ufeff1'],
    ['text behind the value', '1 '],
    ['an unknown tag', '{"$x":"1"}'],
    ['a tag with company', '{"$int":"1","a":1}'],
    ['a tag of another type', '{"$int":1}'],
    ['an integer with a leading zero', '{"$int":"01"}'],
    ['minus zero as an integer', '{"$int":"-0"}'],
    ['an integer too wide', `{"$int":"${(2n ** 4095n).toString()}"}`],
    ['hexadecimal in upper case', '{"$hex":"FF"}'],
    ['half a byte', '{"$hex":"f"}'],
    ['a hundred thousand brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['nothing', ''],
  ])('refuses %s', async (_, text) => {
    expect(await codeOf(() => parseCanonicalJson(utf8(text)))).toBe('event-malformed');
  });

  it('refuses bytes that are not UTF-8', async () => {
    expect(await codeOf(() => parseCanonicalJson(Uint8Array.of(0x22, 0xff, 0x22)))).toBe('event-malformed');
  });

  it('gives back every value exactly', () => {
    fc.assert(
      fc.property(eventValue, (value) => {
        expect(parseCanonicalJson(utf8(canonicalJson(value)))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('writes one text for one value, in whatever order its members were given', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.integer()), (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(members));
      }),
    );
  });

  it('accepts no bytes that it would not write', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        let value: EventValue;
        try {
          value = parseCanonicalJson(utf8(text));
        } catch {
          return;
        }
        expect(canonicalJson(value)).toBe(text);
      }),
    );
  });
});

const text = fc.string({ unit: 'grapheme' });
const name = text.filter((one) => !one.startsWith('$'));
const { value: eventValue } = fc.letrec<{ value: EventValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    // RFC 8785 has one zero.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    text,
    fc.bigInt({ min: -(2n ** 4095n), max: 2n ** 4095n - 1n }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
