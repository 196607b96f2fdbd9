import { open as openFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import {
  type EnvelopeKey,
  envelopeKey,
  fileSource,
  openStreamAt,
  type RandomAccessSource,
  sealStream,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { join } from './envelope-format.ts';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const keyBytes = new Uint8Array(32).fill(0x33);
const key = envelopeKey(SecretBytes.copyOf(keyBytes), 'k');
const opening = { context: 'c' };
const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

async function sealedOf(plaintext: Uint8Array): Promise<Uint8Array> {
  return join(await allPieces(sealStream(key, [plaintext], { context: 'c', chunkLength: 64 })));
}

/** Bytes in memory that note which places of them were read. */
function recorded(bytes: Uint8Array): RandomAccessSource & { readonly reads: (readonly [number, number])[] } {
  const reads: (readonly [number, number])[] = [];
  return {
    reads,
    size: bytes.length,
    read(offset, length) {
      reads.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
  };
}

describe('a stream at random access', () => {
  it('gives every range as it was sealed', async () => {
    const ranges = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(300));
    await fc.assert(
      fc.asyncProperty(ranges, async ([length, a, b]) => {
        const reader = await openStreamAt(key, recorded(await sealedOf(counted(length))), opening);
        expect(reader.length).toBe(length);
        expect(reader.keyId).toBe('k');
        const [start, end] = [Math.min(a, b, length), Math.min(Math.max(a, b), length)];
        expect(await reader.read(start, end)).toEqual(counted(length).slice(start, end));
      }),
    );
  });

  it('reads the header, the last chunk and then no more than the chunks of the range', async () => {
    const source = recorded(await sealedOf(counted(300)));
    const reader = await openStreamAt(key, source, opening);
    expect(source.reads).toEqual([
      [0, 8],
      [0, 73],
      [73 + 4 * 80, 44 + 16],
    ]);
    await reader.read(100, 130);
    expect(source.reads.slice(3)).toEqual([
      [73 + 80, 80],
      [73 + 160, 80],
    ]);
    expect(await reader.read(64, 64)).toEqual(new Uint8Array());
    expect(source.reads).toHaveLength(5);
  });

  it.each([
    [-1, 5],
    [0, 301],
    [5, 4],
    [0.5, 1],
    [0, Number.NaN],
  ])('refuses the range %d to %d', async (start, end) => {
    const reader = await openStreamAt(key, recorded(await sealedOf(counted(300))), opening);
    expect(await rejection(reader.read(start, end))).toMatchObject({
      code: 'length-out-of-range',
      message: `that range is not within the stream; given: ${start} to ${end}; limit: 0 to 300`,
      value: `${start} to ${end}`,
      limit: '0 to 300',
    });
  });

  it('knows its length: a stream cut between chunks does not open, nor does one that lies about its size', async () => {
    const sealed = await sealedOf(counted(300));
    for (const size of [73, 73 + 15, 73 + 80, 73 + 4 * 80, 73 + 4 * 80 + 15, sealed.length - 1]) {
      for (const bytes of [sealed.subarray(0, size), sealed]) {
        const source = {
          size,
          read: (offset: number, length: number) => bytes.slice(offset, offset + length),
        };
        expect((await rejection(openStreamAt(key, source, opening), [keyBytes])).code).toBe(
          'envelope-refused',
        );
      }
    }
    for (const size of [0, 7, 8, 72]) {
      const source = recorded(sealed.subarray(0, size));
      expect((await rejection(openStreamAt(key, source, opening))).code).toBe('envelope-malformed');
    }
  });

  it('is not asked for chunks of a stream too short to have any', async () => {
    const source = recorded((await sealedOf(counted(300))).subarray(0, 73 + 15));
    await rejection(openStreamAt(key, source, opening));
    expect(source.reads).toHaveLength(2);
  });

  it('does not take its length from a source that gives more than it was asked for', async () => {
    const sealed = await sealedOf(counted(300));
    const source = { size: sealed.length - 1, read: (offset: number) => sealed.slice(offset) };
    expect((await rejection(openStreamAt(key, source, opening))).code).toBe('envelope-refused');
  });

  it('refuses an altered chunk when it is read and leaves the others readable', async () => {
    const sealed = await sealedOf(counted(300));
    sealed[73 + 80 + 3] = (sealed[73 + 80 + 3] ?? 0) ^ 1;
    const reader = await openStreamAt(key, recorded(sealed), opening);
    expect(await reader.read(0, 64)).toEqual(counted(64));
    expect((await rejection(reader.read(60, 70), [keyBytes, counted(64)])).code).toBe('envelope-refused');
    expect(await reader.read(128, 300)).toEqual(counted(300).slice(128));
  });

  it('refuses a source that becomes shorter, and passes its error on', async () => {
    const sealed = await sealedOf(counted(300));
    const source = {
      size: sealed.length,
      read: (offset: number, length: number) => bytes.slice(offset, offset + length),
    };
    let bytes = sealed;
    const reader = await openStreamAt(key, source, opening);
    bytes = sealed.subarray(0, 120);
    expect((await rejection(reader.read(0, 64))).code).toBe('envelope-refused');
    source.read = () => {
      throw new Error('disk gone');
    };
    await expect(reader.read(0, 64)).rejects.toThrow('disk gone');
  });

  it('is refused under another key, id or context, and finds its key by its id', async () => {
    const sealed = await sealedOf(counted(10));
    const other = envelopeKey(SecretBytes.copyOf(new Uint8Array(32)), 'k');
    const renamed = envelopeKey(SecretBytes.copyOf(keyBytes), 'other');
    for (const wrong of [other, renamed, () => undefined]) {
      expect((await rejection(openStreamAt(wrong, recorded(sealed), opening))).code).toBe('envelope-refused');
    }
    expect((await rejection(openStreamAt(key, recorded(sealed), { context: 'd' }))).code).toBe(
      'envelope-refused',
    );
    const find = (keyId: string): EnvelopeKey | undefined => (keyId === 'k' ? key : undefined);
    expect((await openStreamAt(find, recorded(sealed), opening)).length).toBe(10);
  });

  it('reads from a file', async () => {
    const path = joinPath(await temporaryFolder(), 'sealed');
    await writeFile(path, await sealedOf(counted(1000)));
    await using file = await openFile(path);
    const source = await fileSource(file);
    const reader = await openStreamAt(key, source, opening);
    expect(await reader.read(500, 700)).toEqual(counted(1000).slice(500, 700));
    expect(await source.read(source.size - 5, 100)).toHaveLength(5);
  });
});
