import {
  envelopeKey,
  isCryptoError,
  openStream,
  openStreamAt,
  sealStream,
  SecretBytes,
  SUITE_NAMES,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { bitFlips, cuts } from './alteration.ts';
import { join } from './envelope-format.ts';
import { expectNoSecret, rejection } from './refusal.ts';

const keyBytes = new Uint8Array(32).fill(0x5a);
const key = envelopeKey(SecretBytes.copyOf(keyBytes), 'k');
const opening = { context: 'c' };
const plaintext = utf8(
  'Seed phrases of the cold wallet, one line for each of its custodians, in the order of their names. '.repeat(
    2,
  ),
);
/** Header, three full chunks and a short one. */
const pieces = await allPieces(sealStream(key, [plaintext], { context: 'c', chunkLength: 64 }));
const sealed = join(pieces);

/** Errors that were searched for secrets already, as all that can be seen of them: most refusals are the same one. */
const searched = new Set<string>();

/** Opens what must be refused; gives the code and what came out before. */
async function refused(stream: Uint8Array, context = 'c'): Promise<{ code: string; released: Uint8Array }> {
  const released: Uint8Array[] = [];
  try {
    for await (const piece of openStream(key, [stream], { context })) released.push(piece);
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    const { code, stack, cause, ...visible } = error;
    expect(cause).toBeUndefined();
    const seen = JSON.stringify([code, stack, visible]);
    if (!searched.has(seen)) expectNoSecret(error, [keyBytes, plaintext, plaintext.subarray(0, 64)]);
    searched.add(seen);
    return { code, released: join(released) };
  }
  throw new Error('it was not refused');
}

/** Reads all of it at random access; undefined where it is refused. */
async function readAll(stream: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const reader = await openStreamAt(
      key,
      { size: stream.length, read: (from, count) => stream.slice(from, from + count) },
      opening,
    );
    return await reader.read(0, reader.length);
  } catch {
    return undefined;
  }
}

describe('an altered stream', () => {
  it('has the pieces that these tests move', () => {
    expect(pieces.map(({ length }) => length)).toEqual([73, 80, 80, 80, 22]);
  });

  it.each(SUITE_NAMES)(
    'of %s is refused after every single flipped bit, and what came out before is authentic',
    async (suite) => {
      const text = plaintext.subarray(0, 70);
      const own = join(await allPieces(sealStream(key, [text], { context: 'c', chunkLength: 64, suite })));
      const codes = new Set<string>();
      for (const altered of bitFlips(own)) {
        const { code, released } = await refused(altered);
        codes.add(code);
        expect(text.subarray(0, released.length)).toEqual(released);
        expect(await readAll(altered)).toBeUndefined();
      }
      expect([...codes].sort()).toEqual(['envelope-malformed', 'envelope-refused']);
    },
  );

  it('is refused after every cut, the ones between chunks included', async () => {
    for (const cut of cuts(sealed)) {
      const { code, released } = await refused(cut);
      expect(code).toBe(cut.length < 73 ? 'envelope-malformed' : 'envelope-refused');
      expect(plaintext.subarray(0, released.length)).toEqual(released);
      expect(await readAll(cut)).toBeUndefined();
    }
  });

  it('is refused with anything behind its end', async () => {
    const last = pieces.at(-1) ?? new Uint8Array();
    for (const extra of [Uint8Array.of(0), new Uint8Array(42), new Uint8Array(58), last, sealed]) {
      const longer = join([sealed, extra]);
      expect((await refused(longer)).code).toBe('envelope-refused');
      expect(await readAll(longer)).toBeUndefined();
    }
  });

  it('is refused with chunks swapped, dropped, repeated or moved, in every way', async () => {
    const [header, ...chunks] = pieces;
    if (header === undefined) throw new Error('a header');
    const order = fc.array(fc.nat(chunks.length - 1), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, async (indices) => {
        fc.pre(indices.join() !== '0,1,2,3');
        const altered = join([header, ...indices.map((index) => chunks[index] ?? header)]);
        expect((await refused(altered)).code).toBe('envelope-refused');
        expect(await readAll(altered)).toBeUndefined();
      }),
    );
  });

  it('is refused when it is put together from two under one key and context', async () => {
    const others = await allPieces(sealStream(key, [plaintext], { context: 'c', chunkLength: 64 }));
    const mixes = fc.array(fc.boolean(), { minLength: pieces.length, maxLength: pieces.length });
    await fc.assert(
      fc.asyncProperty(mixes, async (choice) => {
        fc.pre(new Set(choice).size === 2);
        const mixed = join(choice.map((own, index) => (own ? pieces : others)[index] ?? new Uint8Array()));
        expect((await refused(mixed)).code).toBe('envelope-refused');
        expect(await readAll(mixed)).toBeUndefined();
      }),
    );
    // Salt and commitment of different streams do not fit either.
    for (const [start, end] of [
      [9, 41],
      [41, 73],
    ] as const) {
      const mixed = sealed.slice();
      mixed.set(join(others).subarray(start, end), start);
      expect(await refused(mixed)).toEqual({ code: 'envelope-refused', released: new Uint8Array() });
    }
  });

  it('is refused under another suite, chunk length, key id or context than it was sealed with', async () => {
    const withByte = (index: number, value: number): Uint8Array =>
      sealed.map((byte, at) => (at === index ? value : byte));
    for (const altered of [
      withByte(5, 2),
      withByte(5, 3),
      withByte(6, 7),
      withByte(6, 20),
      withByte(8, 0x6c),
    ]) {
      expect(await refused(altered)).toEqual({ code: 'envelope-refused', released: new Uint8Array() });
    }
    expect((await refused(sealed, 'C')).code).toBe('envelope-refused');
  });

  it('is refused with its commitment gone or zeroed', async () => {
    const stripped = join([sealed.subarray(0, 41), sealed.subarray(73)]);
    const zeroed = sealed.slice().fill(0, 41, 73);
    for (const altered of [stripped, zeroed]) expect((await refused(altered)).code).toBe('envelope-refused');
  });

  it('is refused with one error, whatever the reason', async () => {
    const otherKey = envelopeKey(SecretBytes.copyOf(new Uint8Array(32)), 'k');
    const unknown = (): undefined => undefined;
    const attempts = [
      openStream(otherKey, [sealed], opening),
      openStream(unknown, [sealed], opening),
      openStream(key, [sealed], { context: 'd' }),
      openStream(key, [sealed.subarray(0, -1)], opening),
      openStream(key, [join([sealed.subarray(0, 100), sealed])], opening),
    ].map((stream) => rejection(allPieces(stream), [keyBytes, plaintext]));
    const errors = await Promise.all(attempts);
    expect(
      new Set(errors.map(({ code, message, cause }) => `${code} ${message} ${String(cause)}`)).size,
    ).toBe(1);
  });
});

describe('bytes that are no stream', () => {
  const withByte = (index: number, value: number): Uint8Array =>
    sealed.map((byte, at) => (at === index ? value : byte));

  it.each([
    {
      name: 'nothing',
      why: 'it is too short',
      bytes: new Uint8Array(),
      value: '0 bytes',
      limit: 'at least 8 bytes',
    },
    {
      name: 'seven bytes',
      why: 'it is too short',
      bytes: sealed.subarray(0, 7),
      value: '7 bytes',
      limit: 'at least 8 bytes',
    },
    {
      name: 'an envelope',
      why: 'it does not start with BESS',
      bytes: withByte(3, 0x45),
      value: undefined,
      limit: undefined,
    },
    {
      name: 'another version',
      why: 'its version is not known',
      bytes: withByte(4, 2),
      value: '2',
      limit: '1',
    },
    {
      name: 'another suite',
      why: 'its suite is not known',
      bytes: withByte(5, 4),
      value: '4',
      limit: '1, 2, 3',
    },
    {
      name: 'chunks too short',
      why: 'its chunk length is out of range',
      bytes: withByte(6, 5),
      value: '2^5 bytes',
      limit: 'a power of two from 64 to 1048576 bytes',
    },
    {
      name: 'chunks too long',
      why: 'its chunk length is out of range',
      bytes: withByte(6, 21),
      value: '2^21 bytes',
      limit: 'a power of two from 64 to 1048576 bytes',
    },
    {
      name: 'no key id',
      why: 'its key id is malformed',
      bytes: withByte(7, 0),
      value: '0 bytes',
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    },
    {
      name: 'a key id too long',
      why: 'its key id is malformed',
      bytes: withByte(7, 65),
      value: '65 bytes',
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    },
    {
      name: 'a space in the key id',
      why: 'its key id is malformed',
      bytes: withByte(8, 0x20),
      value: '1 bytes',
      limit: '1 to 64 of A-Z a-z 0-9 . _ : -',
    },
    {
      name: 'half a header',
      why: 'it is too short',
      bytes: sealed.subarray(0, 72),
      value: '72 bytes',
      limit: '89 bytes or more',
    },
  ])('are told by their structure: $name', async ({ bytes, why, value, limit }) => {
    const error = await rejection(allPieces(openStream(key, [bytes], opening)));
    expect(error.message).toContain(`this is no stream: ${why}`);
    expect({ code: error.code, value: error.value, limit: error.limit }).toEqual({
      code: 'envelope-malformed',
      value,
      limit,
    });
  });

  it('are refused, or open to what was sealed, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withStart) => {
        const { code } = await refused(withStart ? join([sealed.subarray(0, 9), bytes]) : bytes);
        expect(code).toMatch(/^envelope-(?:malformed|refused)$/);
      }),
    );
  });
});
