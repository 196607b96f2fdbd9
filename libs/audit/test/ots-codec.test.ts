import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyOperation,
  attestationsOf,
  mergeTimestamps,
  readOtsFile,
  readTimestamp,
  writeOtsFile,
  writeTimestamp,
  type OtsAttestation,
  type OtsOperation,
  type OtsTimestamp,
} from '../src/anchor.ts';
import { otsTimestamps } from './ots-arbitrary.ts';
import { codeOf } from './temporary-log.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** python-opentimestamps, core/timestamp.py: `HEADER_MAGIC`. */
const MAGIC = '004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294';
const DIGEST = 'ab'.repeat(32);
const BITCOIN_7 = '000588960d73d719010107';
const MESSAGE = bytes(DIGEST);
const read = (branches: string): OtsTimestamp => readTimestamp(MESSAGE, bytes(branches));
const refused = (act: () => unknown): Promise<void> =>
  expect(codeOf(act)).resolves.toBe('timestamp-malformed');

function leaf(attestation: OtsAttestation, message = MESSAGE): OtsTimestamp {
  return { message, branches: [{ attestation }] };
}

function under(operations: readonly OtsOperation[], message = MESSAGE): OtsTimestamp {
  const [operation, ...rest] = operations;
  if (operation === undefined) return leaf({ kind: 'bitcoin', height: 7 }, message);
  const timestamp = under(rest, applyOperation(operation, message));
  return { message, branches: [{ operation, timestamp }] };
}

describe('an OpenTimestamps file', () => {
  it('is read as its bytes say, and written again the same', () => {
    const uri = Buffer.from('https://calendar.example/a').toString('hex');
    const file = `${MAGIC}0108${DIGEST}f002010208ff0083dfe30d2ef90c8e1b1a${uri}${BITCOIN_7}`;
    const parsed = readOtsFile(bytes(file));
    const appended = bytes(`${DIGEST}0102`);
    const message = applyOperation({ kind: 'sha256' }, appended);
    expect(parsed).toEqual({
      hash: 'sha256',
      timestamp: {
        message: MESSAGE,
        branches: [
          {
            operation: { kind: 'append', argument: Uint8Array.of(1, 2) },
            timestamp: {
              message: appended,
              branches: [
                {
                  operation: { kind: 'sha256' },
                  timestamp: {
                    message,
                    branches: [
                      { attestation: { kind: 'pending', uri: 'https://calendar.example/a' } },
                      { attestation: { kind: 'bitcoin', height: 7 } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    });
    expect(hex(writeOtsFile(parsed))).toBe(file);
  });

  it.each([
    ['02', 20, 'sha1'],
    ['03', 20, 'ripemd160'],
    ['08', 32, 'sha256'],
    ['67', 32, 'keccak256'],
  ] as const)('of hash %s has a digest of %i bytes', async (tag, length, hash) => {
    const file = bytes(`${MAGIC}01${tag}${'cd'.repeat(length)}${BITCOIN_7}`);
    expect(readOtsFile(file)).toMatchObject({ hash, timestamp: { message: bytes('cd'.repeat(length)) } });
    expect(writeOtsFile(readOtsFile(file))).toEqual(file);
    await refused(() =>
      writeOtsFile({ hash, timestamp: leaf({ kind: 'bitcoin', height: 1 }, new Uint8Array(31)) }),
    );
  });

  it('is refused with another beginning, version or hash, cut, or with bytes after its end', async () => {
    const file = bytes(`${MAGIC}0108${DIGEST}${BITCOIN_7}`);
    expect(readOtsFile(file).hash).toBe('sha256');
    for (let length = 0; length < file.length; length += 1)
      await refused(() => readOtsFile(file.subarray(0, length)));
    for (let position = 0; position < 33; position += 1) {
      const altered = file.slice();
      altered[position] = (altered[position] ?? 0) ^ 0x80;
      await refused(() => readOtsFile(altered));
    }
    await refused(() => readOtsFile(Uint8Array.of(...file, 0)));
  });

  it('of more than 256 KiB is refused, read or written', async () => {
    await refused(() => readOtsFile(new Uint8Array(262_145)));
    const payload = new Uint8Array(8_192);
    const attestation: OtsAttestation = { kind: 'unknown', tag: new Uint8Array(8), payload };
    const branches = (count: number): OtsTimestamp => ({
      message: MESSAGE,
      branches: Array.from({ length: count }, () => ({ attestation })),
    });
    expect(writeOtsFile({ hash: 'sha256', timestamp: branches(31) })).toHaveLength(65 + 31 * 8_204 - 1);
    await refused(() => writeOtsFile({ hash: 'sha256', timestamp: branches(32) }));
    // As long as a timestamp may be, and a file with it is not.
    const last: OtsAttestation = { ...attestation, payload: new Uint8Array(7_809) };
    const longest = { message: MESSAGE, branches: [...branches(31).branches, { attestation: last }] };
    expect(writeTimestamp(longest)).toHaveLength(262_144);
    await refused(() => writeOtsFile({ hash: 'sha256', timestamp: longest }));
  });
});

describe('a timestamp', () => {
  it('is written and read again the same, whatever its tree', () => {
    fc.assert(
      fc.property(otsTimestamps, (timestamp) => {
        const written = writeTimestamp(timestamp);
        expect(readTimestamp(timestamp.message, written)).toEqual(timestamp);
        expect(writeTimestamp(readTimestamp(timestamp.message, written))).toEqual(written);
      }),
    );
  });

  it('is refused wherever it is cut', () => {
    fc.assert(
      fc.property(otsTimestamps, fc.nat(), (timestamp, at) => {
        const written = writeTimestamp(timestamp);
        expect(() => readTimestamp(timestamp.message, written.subarray(0, at % written.length))).toThrow(
          expect.objectContaining({ code: 'timestamp-malformed' }) as Error,
        );
      }),
    );
  });

  it('with any byte altered is refused, or is what its bytes say', () => {
    fc.assert(
      fc.property(otsTimestamps, fc.nat(), fc.integer({ min: 1, max: 255 }), (timestamp, at, mask) => {
        const altered = writeTimestamp(timestamp).slice();
        const position = at % altered.length;
        altered[position] = (altered[position] ?? 0) ^ mask;
        let parsed: OtsTimestamp;
        try {
          parsed = readTimestamp(timestamp.message, altered);
        } catch (error) {
          expect(error).toMatchObject({ code: 'timestamp-malformed' });
          return;
        }
        expect(writeTimestamp(parsed)).toEqual(altered);
        expect(parsed).not.toEqual(timestamp);
      }),
    );
  });

  // FIPS 180-4 and RIPEMD-160 of "abc", and Keccak-256 of "abc" as Ethereum has it.
  it.each([
    [{ kind: 'sha1' }, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    [{ kind: 'ripemd160' }, '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc'],
    [{ kind: 'sha256' }, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [{ kind: 'keccak256' }, '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
    [{ kind: 'reverse' }, '636261'],
    [{ kind: 'hexlify' }, '363136323633'],
    [{ kind: 'append', argument: Uint8Array.of(0x64) }, '61626364'],
    [{ kind: 'prepend', argument: Uint8Array.of(0x64) }, '64616263'],
  ] as const)('computes %j', (operation, result) => {
    expect(hex(applyOperation(operation, Buffer.from('abc')))).toBe(result);
  });

  it('of an unknown operation is refused: nobody could say what it makes', async () => {
    for (const tag of ['01', '04', '09', '66', '68', 'ef', 'f4', 'fe'])
      await refused(() => read(`${tag}${BITCOIN_7}`));
    await refused(() => read(`ffff${BITCOIN_7}${BITCOIN_7}`));
  });

  it('takes 255 operations in a row and no more', async () => {
    const row = (count: number): string => '08'.repeat(count) + BITCOIN_7;
    expect([...attestationsOf(read(row(255)))]).toHaveLength(1);
    await refused(() => read(row(256)));
    const operations = (count: number): OtsOperation[] =>
      Array.from({ length: count }, () => ({ kind: 'sha256' }));
    expect(writeTimestamp(under(operations(255)))).toHaveLength(266);
    await refused(() => writeTimestamp(under(operations(256))));
  });

  it('takes 4,096 operations altogether and no more', async () => {
    const wide = (count: number): string => `ff02${BITCOIN_7}`.repeat(count) + BITCOIN_7;
    expect(read(wide(4_096)).branches).toHaveLength(4_097);
    await refused(() => read(wide(4_097)));
  });

  it('takes operations on 1 MiB altogether and no more: each fork costs its maker a byte and us a hash', async () => {
    // One message of 4,096 bytes, and hashes of it after hashes of it.
    const wide = (count: number): string =>
      `f0e01f${'00'.repeat(4_064)}${`ff67${BITCOIN_7}`.repeat(count)}${BITCOIN_7}`;
    expect([...attestationsOf(read(wide(255)))]).toHaveLength(256);
    await refused(() => read(wide(256)));
  });

  it('takes messages of 4,096 bytes and no longer ones', async () => {
    const append = (length: number): OtsOperation => ({ kind: 'append', argument: new Uint8Array(length) });
    expect(writeTimestamp(under([append(4_064)]))).toHaveLength(1 + 2 + 4_064 + 11);
    expect(await codeOf(() => under([append(4_065)]))).toBe('timestamp-malformed');
    await refused(() => read(`f0e11f${'00'.repeat(4_065)}${BITCOIN_7}`));
    await refused(() => read(`f08120${'00'.repeat(4_097)}${BITCOIN_7}`));
    const hexlify: OtsOperation = { kind: 'hexlify' };
    expect(writeTimestamp(under([append(2_016), hexlify]))).toHaveLength(1 + 2 + 2_016 + 1 + 11);
    expect(await codeOf(() => under([append(2_017), hexlify]))).toBe('timestamp-malformed');
    await refused(() => read(`f000${BITCOIN_7}`));
    await refused(() => readTimestamp(new Uint8Array(0), bytes(BITCOIN_7)));
    await refused(() => readTimestamp(new Uint8Array(4_097), bytes(BITCOIN_7)));
    await refused(() => readTimestamp(MESSAGE, new Uint8Array(262_145)));
  });

  it('takes numbers in their shortest form, up to 53 bits', async () => {
    const height = (varuint: string): string =>
      `000588960d73d71901${(varuint.length / 2).toString(16).padStart(2, '0')}${varuint}`;
    expect(read(height('ffffffffffffff0f')).branches).toEqual([
      { attestation: { kind: 'bitcoin', height: Number.MAX_SAFE_INTEGER } },
    ]);
    expect(read(height('8001')).branches).toEqual([{ attestation: { kind: 'bitcoin', height: 128 } }]);
    for (const wrong of ['8000', '878000', '8080808080808010', 'ffffffffffffff1f', '80', '', '0707']) {
      await refused(() => read(height(wrong)));
    }
    await refused(() => read(height('80'.repeat(40))));
  });

  it('takes calendars of the characters that the reference allows, up to 1,000', async () => {
    const pending = (uri: string): OtsTimestamp => leaf({ kind: 'pending', uri });
    for (const uri of ['', 'https://a-b.example:1/x_y', 'z'.repeat(1_000)]) {
      expect(readTimestamp(MESSAGE, writeTimestamp(pending(uri)))).toEqual(pending(uri));
    }
    for (const uri of ['a?b', 'a#b', 'a@b', 'a b', 'a%20', '[::1]', 'ä', 'a\n', 'z'.repeat(1_001)]) {
      await refused(() => writeTimestamp(pending(uri)));
    }
  });

  it('keeps attestations of unknown kinds as they are, up to 8,192 bytes', async () => {
    const unknown = (length: number): OtsTimestamp =>
      leaf({ kind: 'unknown', tag: bytes('30fe8087b5c7ead7'), payload: new Uint8Array(length).fill(7) });
    expect(readTimestamp(MESSAGE, writeTimestamp(unknown(8_192)))).toEqual(unknown(8_192));
    await refused(() => writeTimestamp(unknown(8_193)));
    await refused(() =>
      writeTimestamp(leaf({ kind: 'unknown', tag: new Uint8Array(7), payload: new Uint8Array(0) })),
    );
  });

  it('that leads nowhere is not written', async () => {
    await refused(() => writeTimestamp({ message: MESSAGE, branches: [] }));
  });
});

describe('two timestamps of one message', () => {
  it('become one that has what both have, once', () => {
    const sha256: OtsOperation = { kind: 'sha256' };
    const append = (argument: number): OtsOperation => ({
      kind: 'append',
      argument: Uint8Array.of(argument),
    });
    const litecoin = leaf({ kind: 'litecoin', height: 3 });
    const both = [
      under([sha256, append(1)]),
      under([sha256, append(2)]),
      litecoin,
      under([append(1)]),
      under([]),
    ];
    const merged = both.reduce(mergeTimestamps);
    expect(merged.branches).toHaveLength(4);
    expect([...attestationsOf(merged)]).toHaveLength(5);
    expect(both.reduce(mergeTimestamps, merged)).toEqual(merged);
    const unknown = (byte: number): OtsTimestamp =>
      leaf({ kind: 'unknown', tag: new Uint8Array(8).fill(byte), payload: Uint8Array.of(byte) });
    const pending = (uri: string): OtsTimestamp => leaf({ kind: 'pending', uri });
    const more = [unknown(1), pending('a'), unknown(2), pending('b'), unknown(1), pending('a')].reduce(
      mergeTimestamps,
      merged,
    );
    expect(more.branches).toHaveLength(8);
  });

  it('are the same whichever way round they are merged, but for the order', () => {
    fc.assert(
      fc.property(otsTimestamps, otsTimestamps, (one, two) => {
        const first = readTimestamp(one.message, writeTimestamp(one));
        const second = readTimestamp(one.message, writeTimestamp(two));
        const kinds = (timestamp: OtsTimestamp): string[] =>
          [...attestationsOf(timestamp)].map(
            ({ message, attestation }) => `${hex(message)} ${JSON.stringify(attestation)}`,
          );
        const merged = mergeTimestamps(first, second);
        expect(new Set(kinds(merged))).toEqual(new Set([...kinds(first), ...kinds(second)]));
        expect(new Set(kinds(merged))).toEqual(new Set(kinds(mergeTimestamps(second, first))));
        expect(mergeTimestamps(merged, second)).toEqual(merged);
      }),
    );
  });

  it('of different messages are refused', async () => {
    const other = leaf({ kind: 'bitcoin', height: 1 }, new Uint8Array(40));
    expect(await codeOf(() => mergeTimestamps(leaf({ kind: 'bitcoin', height: 1 }), other))).toBe(
      'timestamp-mismatch',
    );
  });
});
