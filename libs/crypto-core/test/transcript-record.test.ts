import { createHash } from 'node:crypto';
import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeTranscriptRecord,
  encodeTranscriptRecord,
  Point,
  replayTranscript,
  Scalar,
  Transcript,
  type TranscriptEntry,
  type TranscriptRecord,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import { bitFlips, cuts } from './alteration.ts';
import { refusal } from './refusal.ts';

/** A proof's calls, and what they gave. */
function recorded(): {
  readonly record: TranscriptRecord;
  readonly challenges: readonly Uint8Array[];
  readonly end: Uint8Array;
} {
  const entries: TranscriptEntry[] = [];
  const transcript = Transcript.start({
    protocol: 'proof of a test',
    version: 3,
    onEntry: (entry) => {
      entries.push(entry);
    },
  });
  transcript.appendMessage('context', utf8('coin 42'));
  transcript.appendU64('n', 64n);
  transcript.appendPoint('V', Point.GENERATOR);
  const y = transcript.challengeScalar('y').toBytes();
  transcript.appendScalar('t', Scalar.fromBigInt(7n));
  const z = transcript.challengeBytes('z', 48);
  transcript.appendMessage('empty', new Uint8Array());
  const record = { protocol: 'proof of a test', version: 3, entries };
  return { record, challenges: [y, z], end: transcript.commitment() };
}

const labels = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
const entryOf = (kind: 'message', data: fc.Arbitrary<Uint8Array>): fc.Arbitrary<TranscriptEntry> =>
  fc.record({ kind: fc.constant(kind), label: labels, data });
const entries = fc.array(
  fc.oneof(
    entryOf('message', fc.uint8Array({ maxLength: 40 })),
    fc.record({
      kind: fc.constant('u64'),
      label: labels,
      data: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    }),
    fc.record({ kind: fc.constant('challenge-scalar'), label: labels }),
    fc.record({
      kind: fc.constant('challenge-bytes'),
      label: labels,
      length: fc.integer({ min: 1, max: 1024 }),
    }),
  ),
  { maxLength: 12 },
);

describe('a transcript record', () => {
  it('replays to the same challenges and the same state', () => {
    const { record, challenges, end } = recorded();
    const read = decodeTranscriptRecord(encodeTranscriptRecord(record));
    expect(read).toEqual(record);
    const replayed = replayTranscript(read);
    expect(replayed.challenges.map(toHex)).toEqual(challenges.map(toHex));
    expect(toHex(replayed.transcript.commitment())).toBe(toHex(end));
  });

  it('is written as its format says', () => {
    const { record, end } = recorded();
    const bytes = toHex(encodeTranscriptRecord(record));
    const hex = (text: string): string => toHex(utf8(text));
    expect(bytes).toBe(
      [
        `${hex('BEST')}01`,
        `0f${hex('proof of a test')}0000000300000007`,
        `0107${hex('context')}00000007${hex('coin 42')}`,
        `0401${hex('n')}0000000000000040`,
        `0201${hex('V')}${toHex(Point.GENERATOR.toCompressed())}`,
        `0501${hex('y')}`,
        `0301${hex('t')}${'7'.padStart(64, '0')}`,
        `0601${hex('z')}00000030`,
        `0105${hex('empty')}00000000`,
        toHex(end),
      ].join(''),
    );
  });

  it('round-trips any entries', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const first: TranscriptEntry = { kind: 'message', label: 'first', data: new Uint8Array() };
        const record = { protocol: 'any', version: 1, entries: [first, ...some] };
        expect(decodeTranscriptRecord(encodeTranscriptRecord(record))).toEqual(record);
      }),
    );
  });

  it('is refused with every truncation, every flipped bit and every byte behind it', () => {
    const bytes = encodeTranscriptRecord(recorded().record);
    const altered = [...cuts(bytes), ...bitFlips(bytes), Uint8Array.of(...bytes, 0)];
    const codes = new Set(altered.map((each) => refusal(() => decodeTranscriptRecord(each)).code));
    expect([...codes]).toEqual(['transcript-record-malformed']);
  });

  it('is refused or read back the same, whatever the bytes', () => {
    const bytes = encodeTranscriptRecord(recorded().record);
    const spliced = fc
      .record({ at: fc.nat(bytes.length), removed: fc.nat(20), added: fc.uint8Array({ maxLength: 20 }) })
      .map(({ at, removed, added }) =>
        Uint8Array.of(...bytes.slice(0, at), ...added, ...bytes.slice(at + removed)),
      );
    fc.assert(
      fc.property(fc.oneof(spliced, fc.uint8Array({ maxLength: 200 })), (some) => {
        try {
          expect(toHex(encodeTranscriptRecord(decodeTranscriptRecord(some)))).toBe(toHex(some));
        } catch (error) {
          expect(
            refusal(() => {
              throw error;
            }).code,
          ).toBe('transcript-record-malformed');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a record is refused though its commitment may be right', () => {
  const sha = (hex: string): string => createHash('sha256').update(fromHex(hex)).digest('hex');
  const head = `${toHex(utf8('BEST'))}010170`;
  /** A record of protocol `p`, with the entries as they are given. */
  const file = (version: string, count: string, body: string): Uint8Array =>
    fromHex(`${head}${version}${count}${body}${sha('')}`);

  const replayed = 'the entries of the record cannot be replayed';
  const kind = 'an entry of the record has an unknown kind; given: ';
  it.each([
    [
      'of format 2',
      fromHex(`${toHex(utf8('BEST'))}02`),
      'the bytes are no transcript record; limit: BEST, format 1',
    ],
    ['of version 0', file('00000000', '00000000', ''), replayed],
    ['with an unknown kind', file('00000001', '00000001', '0701610000'), `${kind}7; limit: 1 to 6`],
    ['with kind 0', file('00000001', '00000001', '0001610000'), `${kind}0; limit: 1 to 6`],
    ['with an empty label', file('00000001', '00000001', '010000000000'), replayed],
    [
      'with too many entries',
      file('00000001', '00004001', ''),
      'the record has too many entries; given: 16385; limit: 16384 entries',
    ],
    [
      'with a message longer than the file',
      file('00000001', '00000001', '010161ffffffff'),
      'the record ends too early; given: 32 bytes; limit: 4294967295 bytes',
    ],
    ['with a challenge first', file('00000001', '00000001', '050161'), replayed],
    ['with a point at infinity', file('00000001', '00000001', `020161${'00'.repeat(33)}`), replayed],
    ['with a scalar of n or more', file('00000001', '00000001', `030161${'ff'.repeat(32)}`), replayed],
    ['with a challenge of no bytes', file('00000001', '00000002', '0101610000000006016100000000'), replayed],
    [
      'with another commitment',
      file('00000001', '00000001', '01016100000000'),
      'the commitment of the record is not that of its entries',
    ],
    [
      'with a byte behind it',
      file('00000001', '00000001', '0101610000000000'),
      'bytes follow the record; given: 1 bytes; limit: 0 bytes',
    ],
    [
      'that is too long',
      new Uint8Array(16 * 1024 * 1024 + 1),
      'the record is too long; given: 16777217 bytes; limit: 16777216 bytes',
    ],
  ])('%s', (_, bytes, message) => {
    expect(refusal(() => decodeTranscriptRecord(bytes))).toMatchObject({
      code: 'transcript-record-malformed',
      message,
    });
  });

  it('with a label that is not UTF-8, though a lenient reader would find the right commitment', () => {
    const label = '\ufffd';
    const record = {
      protocol: 'p',
      version: 1,
      entries: [{ kind: 'message', label, data: new Uint8Array() }],
    } as const;
    const bytes = toHex(encodeTranscriptRecord(record));
    const lenient = fromHex(bytes.replace('0103efbfbd', '0101ff'));
    const error = refusal(() => decodeTranscriptRecord(lenient));
    expect(error.message).toBe('a name or label of the record is not UTF-8');
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(decodeTranscriptRecord(fromHex(bytes))).toEqual(record);
  });

  it('says what could not be replayed in its cause', () => {
    const bytes = file('00000001', '00000001', `020161${'00'.repeat(33)}`);
    const { cause } = refusal(() => decodeTranscriptRecord(bytes));
    expect(
      refusal(() => {
        throw cause;
      }).code,
    ).toBe('point-malformed');
  });
});

describe('writing a record', () => {
  const empty: TranscriptEntry = { kind: 'message', label: 'm', data: new Uint8Array() };
  const record = (some: readonly TranscriptEntry[], version = 1): TranscriptRecord => ({
    protocol: 'p',
    version,
    entries: some,
  });

  it('refuses what could not be read', () => {
    const tooMany = record(Array.from({ length: 16_385 }, () => empty));
    expect(refusal(() => encodeTranscriptRecord(tooMany))).toMatchObject({
      code: 'transcript-record-malformed',
      value: '16385',
    });
    const tooLong = record([{ ...empty, data: new Uint8Array(16 * 1024 * 1024) }]);
    expect(refusal(() => encodeTranscriptRecord(tooLong)).code).toBe('transcript-record-malformed');
    expect(refusal(() => encodeTranscriptRecord(record([empty], 0))).code).toBe('integer-out-of-range');
    expect(refusal(() => encodeTranscriptRecord(record([{ ...empty, kind: 'u64' }])))).toMatchObject({
      message: 'the bytes are no whole number of 64 bits; given: 0 bytes; limit: 8 bytes',
    });
  });

  it.each([
    ['point', new Uint8Array(33), 'point-malformed'],
    ['scalar', new Uint8Array(31), 'scalar-out-of-range'],
    ['u64', new Uint8Array(7), 'integer-out-of-range'],
  ] as const)('refuses a %s that is none', (kind, data, code) => {
    expect(refusal(() => encodeTranscriptRecord(record([{ kind, label: 'x', data }]))).code).toBe(code);
  });

  it('takes a label that begins with a byte order mark for what it is', () => {
    const marked = record([{ ...empty, label: '\ufeffm' }]);
    expect(decodeTranscriptRecord(encodeTranscriptRecord(marked))).toEqual(marked);
  });

  it('takes as many bytes as may be read', () => {
    const overhead = encodeTranscriptRecord(record([empty])).length;
    const longest = record([{ ...empty, data: new Uint8Array(16 * 1024 * 1024 - overhead) }]);
    const bytes = encodeTranscriptRecord(longest);
    expect(bytes.length).toBe(16 * 1024 * 1024);
    expect(decodeTranscriptRecord(bytes).entries).toHaveLength(1);
  });

  it('takes as many entries as may be read', () => {
    const most = record(Array.from({ length: 16_384 }, () => empty));
    expect(decodeTranscriptRecord(encodeTranscriptRecord(most)).entries.length).toBe(16_384);
  });
});
