import {
  isCryptoError,
  parseProvenanceHeader,
  type ProvenBlock,
  verifyProvenanceBlock,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeProvenanceHeader } from '../src/provenance/provenance-header.ts';
import { parseProvenanceRecord } from '../src/provenance/provenance-record.ts';
import { bitFlips, cuts } from './alteration.ts';
import {
  artefactOf,
  BLOCK_LENGTH,
  partsOf,
  provenanceOf,
  RECORD_LENGTH,
  signer,
  trust,
  verified,
} from './provenance-stream.ts';
import { refusal, rejection } from './refusal.ts';

const artefact = artefactOf(2_500);
const file = await provenanceOf(artefact);
const { header, records } = partsOf(file);
const blockAt = (index: number): Uint8Array =>
  artefact.subarray(index * BLOCK_LENGTH, (index + 1) * BLOCK_LENGTH);

/** Where it was refused; anything but the one coded refusal is thrown again. */
function placeOf(error: unknown): string | undefined {
  if (!isCryptoError(error) || error.code !== 'provenance-refused') throw error;
  return error.value;
}

/** Where the verification of an altered pair stops. */
async function refusedAt(bytes: Uint8Array, provenance: Uint8Array): Promise<string | undefined> {
  try {
    await verified(bytes, provenance);
  } catch (error) {
    return placeOf(error);
  }
  throw new Error('it was not refused');
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function recordAt(index: number): Uint8Array {
  const record = records[index];
  if (record === undefined) throw new Error(`there is no record ${index}`);
  return record;
}

const alone = (record: Uint8Array, index: number, block: Uint8Array): ProvenBlock =>
  verifyProvenanceBlock(file, record, index, block, trust);

describe('provenance of an artefact that was altered', () => {
  it('names the header or the first block for every bit flipped in the header', async () => {
    for (const altered of bitFlips(header)) {
      expect(await refusedAt(artefact, joined(altered, ...records))).toMatch(/^(?:header|block 0)$/);
    }
  });

  it('names the block for every bit flipped in its record', async () => {
    for (const altered of bitFlips(recordAt(1))) {
      expect(await refusedAt(artefact, joined(header, ...records.with(1, altered)))).toBe('block 1');
    }
  });

  it('names the block for a bit flipped in any byte of the artefact', async () => {
    for (const [place, byte] of artefact.entries()) {
      const at = await refusedAt(artefact.with(place, byte ^ (1 << (place & 7))), file);
      if (at !== `block ${Math.floor(place / BLOCK_LENGTH)}`) throw new Error(`byte ${place}: ${String(at)}`);
    }
  });

  it('names the block at which the file or the artefact is cut off', async () => {
    for (const cut of cuts(file)) {
      const place = Math.floor((cut.length - header.length) / RECORD_LENGTH);
      expect(await refusedAt(artefact, cut)).toBe(cut.length < header.length ? 'header' : `block ${place}`);
    }
    for (const cut of cuts(artefact)) {
      const at = await refusedAt(cut, file);
      if (at !== `block ${Math.floor(cut.length / BLOCK_LENGTH)}`)
        throw new Error(`${cut.length}: ${String(at)}`);
    }
  });

  it('names the block after the last where anything was added', async () => {
    expect(await refusedAt(artefact, joined(file, Uint8Array.of(0)))).toBe('block 3');
    expect(await refusedAt(artefact, joined(file, recordAt(2)))).toBe('block 3');
    expect(await refusedAt(joined(artefact, Uint8Array.of(0)), file)).toBe('block 3');
  });

  it('finds a block that is dropped, doubled or put elsewhere, with its record or without', async () => {
    const orders: readonly (readonly [order: readonly number[], at: string])[] = [
      [[1, 2], 'block 0'],
      [[0, 2], 'block 1'],
      [[0, 1], 'block 2'],
      [[0, 0, 1, 2], 'block 1'],
      [[0, 1, 1, 2], 'block 2'],
      [[1, 0, 2], 'block 0'],
      [[0, 2, 1], 'block 1'],
      [[2, 1, 0], 'block 0'],
    ];
    for (const [order, at] of orders) {
      const blocks = joined(...order.map(blockAt));
      const reordered = joined(header, ...order.map(recordAt));
      expect(await refusedAt(blocks, reordered)).toBe(at);
      expect(await refusedAt(artefact, reordered)).toBe(at);
      expect(await refusedAt(blocks, file)).toBe(at);
    }
  });

  it('is refused under another name, algorithm or key, whatever its header says', async () => {
    const elsewhere = [
      [{ ...trust, artefact: 'firmware 1.1' }, 'header'],
      [{ ...trust, algorithm: 'ML-DSA-44' as const }, 'header'],
      [{ ...trust, publicKey: trust.publicKey.with(0, 1) }, 'block 0'],
      [{ ...trust, publicKey: trust.publicKey.subarray(1) }, 'block 0'],
    ] as const;
    for (const [other, at] of elsewhere) {
      expect((await rejection(verified(artefact, file, other))).value).toBe(at);
    }
  });

  it('says what was wanted', async () => {
    const error = await rejection(verified(artefact.with(2_000, 0), file));
    expect(error.message).toBe(
      'the provenance of the artefact is refused; given: block 1; limit: the bytes that were signed',
    );
  });
});

describe('one block by itself', () => {
  it('verifies without the others, and tells its place', () => {
    for (const index of [2, 0, 1]) {
      const block = alone(recordAt(index), index, blockAt(index));
      expect(block).toMatchObject({ index, offset: index * BLOCK_LENGTH, isFinal: index === 2 });
      expect(block.bytes).toEqual(blockAt(index));
    }
  });

  it('is found in the file by arithmetic on its header', () => {
    const { bytes, recordLength, blockLength, artefact: name, algorithm } = parseProvenanceHeader(file);
    expect({ recordLength, blockLength, name, algorithm }).toEqual({
      recordLength: RECORD_LENGTH,
      blockLength: BLOCK_LENGTH,
      name: trust.artefact,
      algorithm: 'Ed25519',
    });
    const start = bytes.length + recordLength;
    expect(alone(file.subarray(start, start + recordLength), 1, blockAt(1)).index).toBe(1);
  });

  it('is refused for every bit flipped in its record, header or content, and for every length', () => {
    const block = blockAt(2);
    const altered = [
      ...[...bitFlips(recordAt(2)), ...cuts(recordAt(2))].map((record) => () => alone(record, 2, block)),
      ...[...bitFlips(block), ...cuts(block)].map((bytes) => () => alone(recordAt(2), 2, bytes)),
      ...[...bitFlips(header), ...cuts(header)].map(
        (start) => () => verifyProvenanceBlock(start, recordAt(2), 2, block, trust),
      ),
      () => alone(joined(recordAt(2), Uint8Array.of(0)), 2, block),
      () => alone(recordAt(2), 2, joined(block, Uint8Array.of(0))),
    ];
    const taken = altered.filter((attempt) => {
      try {
        attempt();
        return true;
      } catch (error) {
        return placeOf(error) !== 'block 2' && placeOf(error) !== 'header';
      }
    });
    expect(taken).toEqual([]);
  });

  it.each([0, 1, 3, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER])(
    'is refused at the place %d of another',
    (index) => {
      expect(refusal(() => alone(recordAt(2), index, blockAt(2)))).toMatchObject({ value: `block ${index}` });
    },
  );

  it('is refused under the header of another writing', async () => {
    const other = partsOf(await provenanceOf(artefact));
    const error = refusal(() => verifyProvenanceBlock(other.header, recordAt(1), 1, blockAt(1), trust));
    expect(error).toMatchObject({ value: 'block 1', limit: 'a signature of the trusted key' });
  });
});

describe('what is parsed of a provenance file', () => {
  const nonce = new Uint8Array(32);

  it('comes back as it was written', () => {
    const names = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
    fc.assert(
      fc.property(names, fc.integer({ min: 1_024, max: 1 << 24 }), (name, blockLength) => {
        fc.pre(Buffer.byteLength(name) <= 255);
        const written = encodeProvenanceHeader('ML-DSA-65', name, blockLength, nonce);
        expect(parseProvenanceHeader(written.bytes)).toEqual(written);
        expect(parseProvenanceHeader(joined(written.bytes, artefact))).toEqual(written);
      }),
    );
  });

  it('is refused with a coded error or taken, for any bytes', () => {
    const near = fc.uint8Array({ maxLength: 60 }).map((bytes) => joined(header.subarray(0, 6), bytes));
    const parsed = parseProvenanceHeader(header);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 310 }), near), fc.nat(3), (bytes, index) => {
        for (const parse of [
          () => parseProvenanceHeader(bytes),
          () => parseProvenanceRecord(joined(bytes, artefact).slice(0, RECORD_LENGTH), parsed, index),
        ]) {
          try {
            parse();
          } catch (error) {
            if (!isCryptoError(error) || error.code !== 'provenance-refused') throw error;
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['another magic', 0, 0x43, 'the bytes BESP at its start'],
    ['another version', 4, 2, 'version 1'],
    ['algorithm 0', 5, 0, 'an algorithm that is known'],
    ['algorithm 6', 5, 6, 'an algorithm that is known'],
    ['blocks too long', 6, 2, 'blocks of 1024 to 16777216 bytes'],
    ['blocks too short', 8, 0, 'blocks of 1024 to 16777216 bytes'],
    ['no name', 42, 0, 'a name of 1 to 255 bytes of UTF-8'],
    ['a name that is no UTF-8', 43, 0xff, 'a name of 1 to 255 bytes of UTF-8'],
    ['a name that ends behind the file', 42, 255, 'its length'],
  ] as const)('is refused for %s', (_what, place, byte, limit) => {
    const error = refusal(() => parseProvenanceHeader(header.with(place, byte)));
    expect(error).toMatchObject({ code: 'provenance-refused', value: 'header', limit });
  });

  it('has blocks of at most the length that the header says', () => {
    const parsed = parseProvenanceHeader(header);
    const record = recordAt(0).slice();
    for (const [length, isTaken] of [
      [0, true],
      [1_024, true],
      [1_025, false],
      [0xffffffff, false],
    ] as const) {
      new DataView(record.buffer).setUint32(8, length);
      if (isTaken) expect(parseProvenanceRecord(record, parsed, 0).length).toBe(length);
      else {
        const error = refusal(() => parseProvenanceRecord(record, parsed, 0));
        expect(error).toMatchObject({ value: 'block 0', limit: 'at most 1024 bytes' });
      }
    }
  });

  it('keeps its header though the memory that it was read from changes', () => {
    const start = Buffer.from(file);
    const { bytes } = parseProvenanceHeader(start);
    start.fill(0);
    expect(bytes).toEqual(header);
  });

  it('names the algorithm of the signer', () => {
    expect(parseProvenanceHeader(file).algorithm).toBe(signer.algorithm);
  });
});
