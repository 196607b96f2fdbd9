import { ReadableStream } from 'node:stream/web';
import { Readable } from 'node:stream';
import {
  describeStream,
  type EnvelopeKey,
  envelopeKey,
  fromHex,
  openStream,
  sealStream,
  SecretBytes,
  SUITE_NAMES,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { join } from './envelope-format.ts';
import { refusal, rejection } from './refusal.ts';
import { sealStreamByDescription } from './stream-format.ts';

const keyBytes = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const key = envelopeKey(SecretBytes.copyOf(keyBytes), 'desk.1');
const opening = { context: 'backup' };
const sealing = { context: 'backup', chunkLength: 64 };
const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return join(await allPieces(pieces));
}

/** The bytes in pieces of the given lengths, again and again; a piece may be empty. */
function* inPieces(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let index = 0; offset < bytes.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    yield bytes.slice(offset, offset + length);
    offset += length;
  }
}

/** Bytes that fail after the first pieces, as a broken connection does. */
async function* broken(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
  throw new Error('connection lost');
}

const pieceLengths = fc
  .array(fc.nat(150), { minLength: 1, maxLength: 5 })
  .filter((lengths) => lengths.some((l) => l > 0));

describe('a stream', () => {
  it('opens to what was sealed, whatever the pieces on either side', async () => {
    const suites = fc.constantFrom(...SUITE_NAMES);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(400),
        pieceLengths,
        pieceLengths,
        suites,
        fc.boolean(),
        async (length, a, b, suite, reuse) => {
          const plaintext = counted(length);
          const sealed = await collected(sealStream(key, inPieces(plaintext, a), { ...sealing, suite }));
          expect(sealed.length).toBe(8 + 6 + 64 + length + 16 * (Math.floor(length / 64) + 1));
          const opened: Uint8Array[] = [];
          for await (const piece of openStream(key, inPieces(sealed, b), { ...opening, reuse }))
            opened.push(piece.slice());
          expect(join(opened)).toEqual(plaintext);
        },
      ),
    );
  });

  it.each([0, 1, 63, 64, 65, 127, 128, 129, 640])(
    'of %d bytes has full chunks and a last one that is short',
    async (length) => {
      const pieces = await allPieces(sealStream(key, [counted(length)], sealing));
      const chunks = pieces.slice(1).map((piece) => piece.length - 16);
      expect(chunks).toEqual([...new Array<number>(Math.floor(length / 64)).fill(64), length % 64]);
      const opened = await allPieces(openStream(key, pieces, opening));
      expect(opened.map((piece) => piece.length)).toEqual(chunks.filter((chunk) => chunk > 0));
      expect(join(opened)).toEqual(counted(length));
    },
  );

  it('says what it is in clear', async () => {
    const sealed = await collected(sealStream(key, [counted(9)], { ...sealing, suite: 'ChaCha20-Poly1305' }));
    const description = {
      version: 1,
      suite: 'ChaCha20-Poly1305',
      keyId: 'desk.1',
      chunkLength: 64,
      headerLength: 78,
    };
    expect(describeStream(sealed)).toEqual(description);
    expect(describeStream(sealed.subarray(0, 78))).toEqual(description);
  });

  it('has chunks of 64 KiB and AES-256-GCM unless asked otherwise', async () => {
    const [header] = await allPieces(sealStream(key, [], opening));
    expect(describeStream(header ?? new Uint8Array())).toMatchObject({
      chunkLength: 65_536,
      suite: 'AES-256-GCM',
    });
  });

  it('is another one each time', async () => {
    const once = async (): Promise<string> =>
      toHex((await collected(sealStream(key, [counted(9)], sealing))).subarray(14));
    const [a, b] = [await once(), await once()];
    for (const [start, end] of [
      [0, 64],
      [64, 128],
      [128, 146],
    ])
      expect(a.slice(start, end)).not.toBe(b.slice(start, end));
  });

  it('comes from and goes to web streams and streams of Node', async () => {
    const plaintext = counted(1000);
    const web = ReadableStream.from(sealStream(key, ReadableStream.from(inPieces(plaintext, [70])), sealing));
    const node = Readable.from(openStream(key, web, opening));
    expect(join((await node.toArray()) as Uint8Array[])).toEqual(plaintext);
  });

  it('gives pieces that stay, or, where reuse is asked for, one array that is zeroed at the end', async () => {
    const sealed = await collected(sealStream(key, [counted(130)], sealing));
    const kept = await allPieces(openStream(key, [sealed], opening));
    expect(kept.map((piece) => piece[0])).toEqual([0, 64, 128]);
    const shared = await allPieces(openStream(key, [sealed], { ...opening, reuse: true }));
    expect(new Set(shared.map((piece) => piece.buffer)).size).toBe(1);
    expect(join(shared)).toEqual(new Uint8Array(130));
  });

  it('leaves the pieces of its source as they are', async () => {
    const plaintext = counted(100);
    const sealed = await collected(sealStream(key, [plaintext], sealing));
    expect(plaintext).toEqual(counted(100));
    const before = sealed.slice();
    await collected(openStream(key, [sealed], opening));
    expect(sealed).toEqual(before);
  });
});

describe('the format of a stream', () => {
  const parts = {
    key: keyBytes,
    chunkBits: 6,
    keyId: 'desk.1',
    context: 'backup',
    salt: Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index),
  };

  it.each([1, 2, 3])(
    'of suite %d is opened as an implementation from the description alone makes it',
    async (suite) => {
      for (const length of [0, 63, 64, 200]) {
        const pieces = await sealStreamByDescription({ ...parts, suite }, counted(length));
        expect(await collected(openStream(key, pieces, opening))).toEqual(counted(length));
      }
    },
  );

  it('is the one of its description, byte for byte', async () => {
    const sealed = join(await sealStreamByDescription(parts, utf8('golden plaintext')));
    expect(toHex(sealed)).toBe(
      '4245535301010606' +
        '6465736b2e31' +
        'a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf' +
        'db73db048afd108f2b4e14b2abeb7b5aaf0100e470e70e0a65862d04c6ee8285' +
        'f558af9714348cbdef77b963ff00f504f360f5ab6fc5fd5beb6f8c237c04457d',
    );
    expect(await collected(openStream(key, [sealed], opening))).toEqual(utf8('golden plaintext'));
  });
});

describe('sealing a stream', () => {
  it.each([0, 1, 63, 65, 2 ** 21, 1.5, Number.NaN])('refuses chunks of %d bytes', (chunkLength) => {
    expect(refusal(() => sealStream(key, [], { context: 'c', chunkLength }))).toMatchObject({
      code: 'length-out-of-range',
      message: expect.stringContaining('a stream cannot have chunks of that length') as string,
      value: String(chunkLength),
      limit: 'a power of two from 64 to 1048576 bytes',
    });
  });

  it('takes the longest chunks', async () => {
    const sealed = await collected(
      sealStream(key, [new Uint8Array(2 ** 20)], { context: 'c', chunkLength: 2 ** 20 }),
    );
    expect((await collected(openStream(key, [sealed], { context: 'c' }))).length).toBe(2 ** 20);
  });

  it('refuses a malformed key id or context at once', () => {
    const nameless: EnvelopeKey = { ...key, keyId: '' };
    expect(refusal(() => sealStream(nameless, [], sealing)).code).toBe('key-id-malformed');
    expect(refusal(() => sealStream(key, [], { ...sealing, context: '' })).code).toBe('context-malformed');
  });

  it('ends with the error of its source, and what was written until then does not open', async () => {
    const written: Uint8Array[] = [];
    const run = async (): Promise<void> => {
      for await (const piece of sealStream(key, broken([counted(64), counted(10)]), sealing))
        written.push(piece);
    };
    await expect(run()).rejects.toThrow('connection lost');
    expect(written).toHaveLength(2);
    expect((await rejection(collected(openStream(key, written, opening)))).code).toBe('envelope-refused');
  });

  it('ends with the error of its key before it writes anything', async () => {
    const absent: EnvelopeKey = { keyId: 'k', expand: () => Promise.reject(new Error('token removed')) };
    const written: Uint8Array[] = [];
    const run = async (): Promise<void> => {
      for await (const piece of sealStream(absent, [counted(64)], sealing)) written.push(piece);
    };
    await expect(run()).rejects.toThrow('token removed');
    expect(written).toEqual([]);
  });
});

describe('opening a stream', () => {
  it('gives authentic chunks until the source fails, and then its error', async () => {
    const pieces = await allPieces(sealStream(key, [counted(150)], sealing));
    const opened: Uint8Array[] = [];
    const run = async (): Promise<void> => {
      for await (const piece of openStream(key, broken(pieces.slice(0, 2)), opening)) opened.push(piece);
    };
    await expect(run()).rejects.toThrow('connection lost');
    expect(opened).toEqual([counted(64)]);
  });

  it('tells a source that no more is wanted, once, when it stops early or refuses', async () => {
    const pieces = await allPieces(sealStream(key, [counted(500)], sealing));
    let returned = 0;
    const source = (given: readonly Uint8Array[]): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]() {
        const rest = given.values();
        return {
          next: () => Promise.resolve(rest.next()),
          return: () => {
            returned += 1;
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    });
    for await (const piece of openStream(key, source(pieces), opening)) {
      expect(piece.length).toBe(64);
      break;
    }
    expect(returned).toBe(1);
    const cut = pieces.map((piece, index) => (index === 2 ? piece.subarray(1) : piece));
    await rejection(collected(openStream(key, source(cut), opening)));
    expect(returned).toBe(2);
    await collected(openStream(key, source(pieces), opening));
    expect(returned).toBe(2);
  });

  it('finds the key by the id in the header, and refuses where there is none or it is another', async () => {
    const sealed = await collected(sealStream(key, [counted(70)], sealing));
    const asked: string[] = [];
    const find = (keyId: string): EnvelopeKey | undefined => {
      asked.push(keyId);
      return keyId === 'desk.1' ? key : undefined;
    };
    expect(await collected(openStream(find, [sealed], opening))).toEqual(counted(70));
    expect(asked).toEqual(['desk.1']);
    const renamed = envelopeKey(SecretBytes.copyOf(keyBytes), 'desk.2');
    for (const wrong of [() => undefined, renamed, () => Promise.resolve(renamed)]) {
      const error = await rejection(collected(openStream(wrong, [sealed], opening)), [keyBytes]);
      expect(error.code).toBe('envelope-refused');
    }
  });
});
