import { PassThrough } from 'node:stream';
import {
  CompositeSigningKey,
  Ed25519SigningKey,
  MlDsaSigningKey,
  type ProvenBlock,
  SecretBytes,
  sha256,
  type Signer,
  toHex,
  verifyProvenance,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
import { rejection } from './refusal.ts';

const seedOf = (length: number): SecretBytes => SecretBytes.takeFrom(new Uint8Array(length).fill(5));
const signers: readonly Signer[] = [
  Ed25519SigningKey.fromSeed(seedOf(32)),
  MlDsaSigningKey.fromSeed('ML-DSA-44', seedOf(32)),
  MlDsaSigningKey.fromSeed('ML-DSA-65', seedOf(32)),
  CompositeSigningKey.fromSeed('MLDSA44-Ed25519-SHA512', seedOf(64)),
  CompositeSigningKey.fromSeed('MLDSA65-Ed25519-SHA512', seedOf(64)),
];

/** The bytes in chunks of any lengths, empty ones too. */
async function* inChunks(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const length of lengths) {
    await Promise.resolve();
    yield bytes.slice(at, at + length);
    at += length;
  }
  yield bytes.slice(at);
}

async function collect(blocks: AsyncIterable<ProvenBlock>): Promise<ProvenBlock[]> {
  const all: ProvenBlock[] = [];
  for await (const block of blocks) all.push(block);
  return all;
}

describe('provenance', () => {
  it('verifies what it was written for, in whatever chunks both arrive', async () => {
    const chunks = fc.array(fc.nat(3_000), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(5_000), chunks, chunks, chunks, async (length, a, b, c) => {
        const artefact = artefactOf(length);
        const pieces: Uint8Array[] = [];
        const options = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH };
        for await (const piece of writeProvenance(inChunks(artefact, a), options)) pieces.push(piece);
        const file = new Uint8Array(Buffer.concat(pieces));
        const blocks = await collect(verifyProvenance(inChunks(artefact, b), inChunks(file, c), trust));
        expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).equals(artefact)).toBe(true);
        expect(blocks.length).toBe(Math.floor(length / BLOCK_LENGTH) + 1);
        for (const [index, block] of blocks.entries()) {
          expect(block).toMatchObject({
            index,
            offset: index * BLOCK_LENGTH,
            isFinal: index === blocks.length - 1,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(signers)('is signed by $algorithm', async (one) => {
    const artefact = artefactOf(2_500);
    const file = await provenanceOf(artefact, { signer: one });
    const expected = { ...trust, algorithm: one.algorithm, publicKey: one.publicKey };
    expect(await verified(artefact, file, expected)).toEqual(artefact);
    for (const at of [file.length - 1, file.length - 100]) {
      const altered = file.with(at, (file[at] ?? 0) ^ 1);
      expect((await rejection(verified(artefact, altered, expected))).value).toBe('block 2');
    }
    const other = { ...expected, publicKey: one.publicKey.with(40 % one.publicKey.length, 1) };
    expect((await rejection(verified(artefact, file, other))).value).toBe('block 0');
  });

  it('is one header and one record a block, as long as the format says', async () => {
    for (const [length, blocks] of [
      [0, 1],
      [1, 1],
      [1_023, 1],
      [1_024, 2],
      [1_025, 2],
      [4_096, 5],
    ] as const) {
      const file = await provenanceOf(artefactOf(length));
      expect(file.length).toBe(43 + trust.artefact.length + blocks * RECORD_LENGTH);
    }
    const file = await provenanceOf(artefactOf(1_500));
    const { records } = partsOf(file);
    // Index 1, 476 bytes, then the link and the digest of the block.
    expect(toHex(records[1] ?? new Uint8Array()).slice(0, 24)).toBe('0000000000000001' + '000001dc');
    expect(records[1]?.slice(44, 76)).toEqual(sha256(artefactOf(1_500).subarray(1_024)));
  });

  it('differs from one writing to the next, so that no record fits another file', async () => {
    const artefact = artefactOf(3_000);
    const [one, two] = [await provenanceOf(artefact), await provenanceOf(artefact)];
    const [a, b] = [partsOf(one), partsOf(two)];
    const spliced = [a.header, ...a.records.slice(0, 2), ...b.records.slice(2)];
    const error = await rejection(verified(artefact, new Uint8Array(Buffer.concat(spliced))));
    expect(error).toMatchObject({ code: 'provenance-refused', value: 'block 2' });
  });

  it('holds few blocks of the artefact at a time, however long it is', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve();
        given += 1;
        yield new Uint8Array(BLOCK_LENGTH).fill(given & 0xff);
      }
    }
    const options = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH };
    let pieces = 0;
    for await (const piece of writeProvenance(endless(), options)) {
      pieces += 1;
      expect(piece.length).toBeLessThanOrEqual(RECORD_LENGTH);
      expect(given - pieces).toBeLessThan(6);
      if (pieces === 200) break;
    }
    expect(pieces).toBe(200);
  });

  it.each([
    ['arrays', new Uint8Array(BLOCK_LENGTH)],
    ['buffers of Node', Buffer.alloc(BLOCK_LENGTH)],
  ])('does not mind that a stream of %s gives the same memory again', async (_name, reused) => {
    const artefact = artefactOf(3_000);
    function* again(bytes: Uint8Array): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += BLOCK_LENGTH) {
        reused.fill(0xee);
        reused.set(bytes.subarray(at, at + BLOCK_LENGTH));
        yield reused.subarray(0, Math.min(BLOCK_LENGTH, bytes.length - at));
      }
    }
    const pieces: Uint8Array[] = [];
    const options = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH };
    for await (const piece of writeProvenance(again(artefact), options)) pieces.push(piece);
    const file = Buffer.concat(pieces);
    const blocks = await collect(verifyProvenance(again(artefact), [file], trust));
    expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).equals(artefact)).toBe(true);
    expect((await collect(verifyProvenance([artefact], again(file), trust))).length).toBe(3);
  });

  it('lets a reader verify blocks while the artefact is still being produced', async () => {
    const blocks = new PassThrough({ highWaterMark: 1 << 20 });
    const records = new PassThrough({ highWaterMark: 1 << 20 });
    const gate = Promise.withResolvers<undefined>();
    async function* produced(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 12; index += 1) {
        if (index === 8) await gate.promise;
        const block = new Uint8Array(BLOCK_LENGTH).fill(index);
        blocks.write(block);
        yield block;
      }
      blocks.end();
    }
    const options = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH };
    const written = (async () => {
      for await (const piece of writeProvenance(produced(), options)) records.write(piece);
      records.end();
    })();
    const seen: number[] = [];
    for await (const { index, isFinal } of verifyProvenance(blocks, records, trust)) {
      seen.push(index);
      // The producer waits for this reader, who has verified every block that was produced so far.
      if (index === 7) gate.resolve(undefined);
      expect(isFinal).toBe(index === 12);
    }
    await written;
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('ends both streams when the reader stops early, and the artefact when the writer does', async () => {
    const ended: string[] = [];
    const artefact = artefactOf(3_000);
    const file = await provenanceOf(artefact);
    async function* watched(name: string, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      try {
        for (let at = 0; at < bytes.length; at += 100) {
          await Promise.resolve();
          yield bytes.slice(at, at + 100);
        }
      } finally {
        ended.push(name);
      }
    }
    for await (const block of verifyProvenance(watched('artefact', artefact), watched('file', file), trust)) {
      if (block.index === 0) break;
    }
    expect(ended.toSorted()).toEqual(['artefact', 'file']);
    for await (const piece of writeProvenance(watched('written', artefact), {
      ...trust,
      signer,
      blockLength: BLOCK_LENGTH,
    })) {
      if (piece.length === RECORD_LENGTH) break;
    }
    expect(ended).toContain('written');
  });

  it('passes on what the artefact, the file or the signer throws', async () => {
    const cause = new Error('disk gone');
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield new Uint8Array(2_000);
      throw cause;
    }
    const file = await provenanceOf(new Uint8Array(3_000));
    const options = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH };
    const failing: Signer = {
      algorithm: 'Ed25519',
      publicKey: signer.publicKey,
      signAsync: () => Promise.reject(cause),
    };
    const writing = async (from: AsyncIterable<Uint8Array>, by: Signer): Promise<number> => {
      let length = 0;
      for await (const piece of writeProvenance(from, { ...options, signer: by })) length += piece.length;
      return length;
    };
    await expect(writing(broken(), signer)).rejects.toBe(cause);
    await expect(writing(inChunks(artefactOf(9_000), []), failing)).rejects.toBe(cause);
    await expect(collect(verifyProvenance(broken(), [file], trust))).rejects.toBe(cause);
    await expect(collect(verifyProvenance([new Uint8Array(3_000)], broken(), trust))).rejects.toMatchObject({
      code: 'provenance-refused',
    });
  });

  it('refuses a signer whose public key is another, or that gives something else', async () => {
    const strange = {
      other: {
        algorithm: 'Ed25519',
        publicKey: new Uint8Array(32).fill(1),
        signAsync: (m: Uint8Array) => signer.signAsync(m),
      },
      short: {
        algorithm: 'Ed25519',
        publicKey: signer.publicKey,
        signAsync: () => Promise.resolve(new Uint8Array(63)),
      },
    } as const;
    for (const [name, length] of [
      ['other', 64],
      ['short', 63],
    ] as const) {
      const error = await rejection(provenanceOf(artefactOf(10), { signer: strange[name] }));
      expect(error).toMatchObject({ code: 'signature-malformed', value: `${length} bytes` });
    }
  });

  it.each([0, 1_023, 16_777_217, 1.5, Number.NaN, -1])('refuses blocks of %d bytes', async (blockLength) => {
    const error = await rejection(provenanceOf(artefactOf(1), { blockLength }));
    expect(error).toMatchObject({ code: 'length-out-of-range', value: String(blockLength) });
    expect(error.limit).toBe('1024 to 16777216 bytes');
  });

  it('refuses a name that is none', async () => {
    for (const artefact of ['', 'x'.repeat(256)]) {
      expect((await rejection(provenanceOf(artefactOf(1), { artefact }))).code).toBe('context-malformed');
    }
  });
});
