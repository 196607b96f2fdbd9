import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Point, Scalar, Transcript, type TranscriptEntry } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { challengeScalarFrom } from '../src/transcript/challenge-scalar.ts';
import { refusal } from './refusal.ts';

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const start = (protocol = 'test of the transcript', version = 1): Transcript =>
  Transcript.start({ protocol, version });

type Step = (transcript: Transcript) => unknown;
const message =
  (label: string, text: string): Step =>
  (transcript) => {
    transcript.appendMessage(label, utf8(text));
  };
const challenge =
  (label: string, length = 32): Step =>
  (transcript) =>
    transcript.challengeBytes(label, length);

/** What a verifier would be asked after these calls. */
function after(steps: readonly Step[], transcript: Transcript = start()): string {
  for (const step of steps) step(transcript);
  return toHex(transcript.challengeBytes('end', 32));
}

function expectAllDifferent(sequences: readonly (readonly Step[])[]): void {
  const challenges = sequences.map((steps) => after(steps));
  expect(new Set(challenges).size).toBe(sequences.length);
}

/** The transcript once more, written from its description and nothing else: SHA-256 over hexadecimal. */
class Again {
  #state: string;

  constructor(protocol: string, version: number) {
    const domain = Buffer.from('bitcoin-enterprise/crypto-core/transcript/v1').toString('hex');
    this.#state = Again.hash(
      [domain, Buffer.from(protocol).toString('hex'), Again.number(version, 4)]
        .map((field) => Again.number(field.length / 2, 2) + field)
        .join(''),
    );
  }

  static hash(hex: string): string {
    return createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex');
  }

  static number(value: number, length: number): string {
    return value.toString(16).padStart(2 * length, '0');
  }

  #link(kind: string, label: string, data: string): string {
    const labelHex = Buffer.from(label).toString('hex');
    const parts = [kind, this.#state, Again.number(labelHex.length / 2, 1), labelHex];
    return Again.hash([...parts, Again.number(data.length / 2, 8), data].join(''));
  }

  append(kind: string, label: string, data: string): void {
    this.#state = this.#link(kind, label, data);
  }

  challenge(kind: string, label: string, length: number): string {
    const seed = this.#link(kind, label, Again.number(length, 4));
    let output = '';
    for (let offset = 0; offset < length; offset += 32) {
      output += Again.hash(`81${seed}${Again.number(offset, 4)}`);
    }
    output = output.slice(0, 2 * length);
    this.#state = Again.hash(`82${seed}${output}`);
    return output;
  }

  fork(label: string): void {
    this.#state = this.#link('80', label, '');
  }

  commitment(): string {
    return Again.hash(`83${this.#state}`);
  }
}

describe('a transcript', () => {
  it('gives the figures of an implementation that shares no code with it', () => {
    const transcript = start('range-proof', 7);
    const again = new Again('range-proof', 7);
    transcript.appendMessage('context', utf8('coin 42'));
    again.append('01', 'context', Buffer.from('coin 42').toString('hex'));
    transcript.appendPoint('V', Point.GENERATOR);
    again.append('02', 'V', '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
    transcript.appendScalar('t', Scalar.fromBigInt(258n));
    again.append('03', 't', '0102'.padStart(64, '0'));
    transcript.appendU64('n', 2n ** 64n - 1n);
    again.append('04', 'n', 'ffffffffffffffff');
    const uniform = BigInt(`0x${again.challenge('05', 'y', 64)}`);
    expect(transcript.challengeScalar('y').toBigInt()).toBe(uniform % order);
    for (const length of [1, 31, 32, 33, 64, 1024]) {
      expect(toHex(transcript.challengeBytes('z', length))).toBe(again.challenge('06', 'z', length));
    }
    expect(toHex(transcript.commitment())).toBe(again.commitment());
    again.fork('part');
    expect(toHex(transcript.fork('part').challengeBytes('e', 32))).toBe(again.challenge('06', 'e', 32));
  });

  it('keeps to the figures it once gave', () => {
    const transcript = start('fixed figures', 1);
    transcript.appendMessage('a', fromHex('00ff'));
    transcript.appendPoint('b', Point.GENERATOR);
    expect([
      transcript.challengeScalar('c').toString(),
      toHex(transcript.challengeBytes('d', 40)),
      toHex(transcript.commitment()),
    ]).toEqual([
      'c2d8cbebc26d05873c30a9e63a65cb50cfbe5c9a0937c479cbc4bb8b2e36e771',
      'aefab01c8d65e64e7d7cbaafeef9226c89a6a400eb7eb3f63da7323552f9a92a3bfbcd268a0e8536',
      '097c47164e087b5ce317e701eeca353fe3a78a34c3d0f74f8a83ae69af9e3184',
    ]);
  });

  it('gives the same challenges for the same calls', () => {
    const step = fc.oneof(
      fc
        .record({ label: fc.string({ minLength: 1, maxLength: 8 }), text: fc.string({ maxLength: 8 }) })
        .map(({ label, text }) => message(label, text)),
      fc
        .record({
          label: fc.string({ minLength: 1, maxLength: 8 }),
          length: fc.integer({ min: 1, max: 1024 }),
        })
        .map(({ label, length }) => challenge(label, length)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const sequence = [message('first', ''), ...steps];
        expect(after(sequence)).toBe(after(sequence));
      }),
    );
  });
});

describe('two transcripts differ', () => {
  it('in protocol or version', () => {
    const challenges = [start('a', 1), start('b', 1), start('a', 2), start('a1', 1), start('a', 257)].map(
      (transcript) => after([message('m', 'x')], transcript),
    );
    expect(new Set(challenges).size).toBe(5);
  });

  it('where a byte moves from a label to its data or into the next message', () => {
    expectAllDifferent([
      [message('ab', 'c')],
      [message('a', 'bc')],
      [message('a', 'b'), message('c', '')],
      [message('a', ''), message('b', 'c')],
      [message('abc', '')],
      [message('a', 'b'), message('a', 'c')],
      [message('a', 'bac')],
      [message('a', 'b\u0001ac')],
    ]);
  });

  it('in order, in a missing or repeated message, and in the label of the same data', () => {
    expectAllDifferent([
      [message('a', 'x'), message('b', 'y')],
      [message('b', 'y'), message('a', 'x')],
      [message('a', 'y'), message('b', 'x')],
      [message('a', 'x')],
      [message('a', 'x'), message('a', 'x')],
      [message('b', 'x')],
      [message('a', 'x'), message('b', 'y'), message('c', '')],
    ]);
  });

  it('in the kind of what was absorbed, though the bytes are the same', () => {
    expectAllDifferent([
      [
        (transcript) => {
          transcript.appendPoint('a', Point.GENERATOR);
        },
      ],
      [
        (transcript) => {
          transcript.appendMessage('a', Point.GENERATOR.toCompressed());
        },
      ],
      [
        (transcript) => {
          transcript.appendScalar('a', Scalar.ONE);
        },
      ],
      [
        (transcript) => {
          transcript.appendMessage('a', Scalar.ONE.toBytes());
        },
      ],
      [
        (transcript) => {
          transcript.appendU64('a', 1n);
        },
      ],
      [
        (transcript) => {
          transcript.appendMessage('a', fromHex('0000000000000001'));
        },
      ],
    ]);
  });

  it('where a challenge was asked for, in its label, its length and its kind', () => {
    const first = message('m', 'x');
    expectAllDifferent([
      [first],
      [first, challenge('a')],
      [first, challenge('b')],
      [first, challenge('a', 31)],
      [first, challenge('a', 64)],
      [first, (transcript) => transcript.challengeScalar('a')],
      [first, challenge('a'), challenge('a')],
      [first, message('a', '')],
      [
        first,
        (transcript) => {
          transcript.appendMessage('a', fromHex('00000020'));
        },
      ],
      [first, challenge('a'), message('m', 'x')],
      [first, message('m', 'x'), challenge('a')],
    ]);
  });

  it('when challenges of two lengths are asked for: neither begins as the other', () => {
    const [short, long] = [32, 64].map((length) => {
      const transcript = start();
      transcript.appendMessage('m', utf8('x'));
      return toHex(transcript.challengeBytes('c', length));
    });
    expect(long?.startsWith(short ?? '')).toBe(false);
  });

  it('in two challenges of one label, one after another', () => {
    const transcript = start();
    transcript.appendMessage('m', utf8('x'));
    expect(transcript.challengeScalar('c').equals(transcript.challengeScalar('c'))).toBe(false);
  });

  it('in any single bit of a message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(), (bytes, bit) => {
        const altered = bytes.slice();
        const at = bit % (8 * bytes.length);
        altered[at >> 3] = (altered[at >> 3] ?? 0) ^ (1 << (at & 7));
        const [one, other] = [bytes, altered].map((data) =>
          after([
            (transcript) => {
              transcript.appendMessage('m', data);
            },
          ]),
        );
        expect(one).not.toBe(other);
      }),
    );
  });
});

describe('forks and clones', () => {
  const base = (): Transcript => {
    const transcript = start();
    transcript.appendMessage('m', utf8('x'));
    return transcript;
  };

  it('share the past: a clone goes on the same way, a fork by its label', () => {
    const transcript = base();
    const [clone, left, right] = [transcript.clone(), transcript.fork('left'), transcript.fork('right')];
    const same = base().fork('left');
    const challenges = [transcript, clone, left, right, same].map((each) => after([], each));
    expect(challenges[0]).toBe(challenges[1]);
    expect(challenges[2]).toBe(challenges[4]);
    expect(new Set(challenges).size).toBe(3);
  });

  it('have futures of their own', () => {
    const transcript = base();
    const clone = transcript.clone();
    clone.appendMessage('only here', utf8('y'));
    expect(after([], transcript)).toBe(after([], base()));
    expect(after([], clone)).not.toBe(after([], base()));
    expect(after([message('fork', '')], base())).not.toBe(after([], base().fork('fork')));
  });

  it('of an empty transcript are empty', () => {
    const forks = [start().clone(), start().fork('part')];
    for (const fork of forks) expect(refusal(() => fork.challengeScalar('c')).code).toBe('transcript-empty');
  });

  it('of a frozen one are refused, and freezing one leaves the others', () => {
    const transcript = base();
    const clone = transcript.clone();
    transcript.freeze();
    expect(clone.isFrozen).toBe(false);
    expect(after([], clone)).toBe(after([], base()));
  });
});

describe('misuse of a transcript is refused', () => {
  it('when a challenge is asked for before anything was absorbed', () => {
    expect(refusal(() => start().challengeScalar('c'))).toMatchObject({
      code: 'transcript-empty',
      message: 'a challenge before anything was absorbed binds nothing; given: 0 entries; limit: at least 1',
      value: '0 entries',
      limit: 'at least 1',
    });
    expect(refusal(() => start().challengeBytes('c', 32)).code).toBe('transcript-empty');
  });

  it('when it was frozen: nothing is absorbed or given any more, and its commitment stays', () => {
    const transcript = start();
    transcript.appendMessage('m', utf8('x'));
    const commitment = toHex(transcript.commitment());
    expect(transcript.isFrozen).toBe(false);
    transcript.freeze();
    transcript.freeze();
    expect(transcript.isFrozen).toBe(true);
    const uses: Step[] = [
      message('m', 'x'),
      challenge('c'),
      (frozen) => {
        frozen.appendPoint('p', Point.GENERATOR);
      },
      (frozen) => {
        frozen.appendScalar('s', Scalar.ONE);
      },
      (frozen) => {
        frozen.appendU64('n', 1n);
      },
      (frozen) => frozen.challengeScalar('c'),
      (frozen) => frozen.fork('f'),
      (frozen) => frozen.clone(),
    ];
    for (const use of uses)
      expect(refusal(() => use(transcript))).toMatchObject({
        code: 'transcript-frozen',
        message: 'the transcript has ended and takes nothing more',
      });
    expect(toHex(transcript.commitment())).toBe(commitment);
  });

  it.each(['', 'x'.repeat(256), 'é'.repeat(128), 'lone \ud800'])('for the label or protocol %j', (text) => {
    const transcript = start();
    transcript.appendMessage('m', utf8('x'));
    const uses: Step[] = [
      message(text, 'x'),
      challenge(text),
      (each) => {
        each.appendPoint(text, Point.GENERATOR);
      },
      (each) => {
        each.appendScalar(text, Scalar.ONE);
      },
      (each) => {
        each.appendU64(text, 1n);
      },
      (each) => each.challengeScalar(text),
      (each) => each.fork(text),
      () => start(text),
    ];
    const before = toHex(transcript.commitment());
    for (const use of uses) expect(refusal(() => use(transcript)).code).toBe('context-malformed');
    expect(toHex(transcript.commitment())).toBe(before);
  });

  it('but labels and protocols of 255 bytes are taken', () => {
    expect(after([message('x'.repeat(255), '')], start('y'.repeat(255)))).toHaveLength(64);
  });

  it('for the point at infinity', () => {
    expect(
      refusal(() => {
        start().appendPoint('p', Point.INFINITY);
      }).code,
    ).toBe('point-at-infinity');
  });

  it.each([0, -1, 1.5, 2 ** 32, Number.NaN])('for version %d', (version) => {
    expect(refusal(() => start('p', version))).toMatchObject({
      message: `a protocol has no such version; given: ${version}; limit: 1 to 4294967295`,
      code: 'integer-out-of-range',
      value: String(version),
      limit: '1 to 4294967295',
    });
  });

  it('for numbers that have no form in 8 bytes', () => {
    for (const value of [-1n, 2n ** 64n]) {
      expect(
        refusal(() => {
          start().appendU64('n', value);
        }),
      ).toMatchObject({
        code: 'integer-out-of-range',
        value: String(value),
        limit: '0 to 2^64 - 1',
      });
    }
    expect(start('p', 2 ** 32 - 1).isFrozen).toBe(false);
    const transcript = start();
    transcript.appendU64('n', 0n);
    expect(transcript.challengeBytes('c', 1)).toHaveLength(1);
  });

  it.each([0, -1, 1.5, 1025, Number.NaN])('for a challenge of %d bytes', (length) => {
    expect(refusal(() => start().challengeBytes('c', length))).toMatchObject({
      code: 'length-out-of-range',
      value: String(length),
      limit: '1 to 1024 bytes',
    });
  });

  it('for uniform bytes that are zero modulo n, while the numbers beside them are taken', () => {
    const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(128, '0'));
    for (const zero of [0n, order, order * 2n, order * 2n ** 255n]) {
      expect(refusal(() => challengeScalarFrom(bytes(zero)))).toMatchObject({
        code: 'challenge-zero',
        message: 'the challenge is zero and proves nothing; given: 0; limit: 1 to n - 1',
        value: '0',
        limit: '1 to n - 1',
      });
    }
    expect(challengeScalarFrom(bytes(1n)).equals(Scalar.ONE)).toBe(true);
    expect(challengeScalarFrom(bytes(order * 3n + 1n)).equals(Scalar.ONE)).toBe(true);
    expect(challengeScalarFrom(bytes(order - 1n)).toBigInt()).toBe(order - 1n);
  });
});

describe('what a transcript tells', () => {
  it('is every entry, in order, in copies', () => {
    const entries: TranscriptEntry[] = [];
    const onEntry = (entry: TranscriptEntry): void => {
      entries.push(entry);
    };
    const transcript = Transcript.start({ protocol: 'p', version: 1, onEntry });
    const data = utf8('x');
    transcript.appendMessage('m', data);
    data.fill(0);
    transcript.appendPoint('p', Point.GENERATOR);
    transcript.appendScalar('s', Scalar.ONE);
    transcript.appendU64('n', 258n);
    transcript.challengeScalar('c');
    transcript.challengeBytes('d', 7);
    transcript.fork('f').appendMessage('not told', data);
    transcript.clone().appendMessage('not told', data);
    expect(entries).toEqual([
      { kind: 'message', label: 'm', data: utf8('x') },
      { kind: 'point', label: 'p', data: Point.GENERATOR.toCompressed() },
      { kind: 'scalar', label: 's', data: Scalar.ONE.toBytes() },
      { kind: 'u64', label: 'n', data: fromHex('0000000000000102') },
      { kind: 'challenge-scalar', label: 'c' },
      { kind: 'challenge-bytes', label: 'd', length: 7 },
    ]);
  });

  it('is never its state, which would let others go on from it', () => {
    expect(inspect(start(), { showHidden: true })).not.toMatch(/[0-9a-f]{16}|Uint8Array/);
  });
});
