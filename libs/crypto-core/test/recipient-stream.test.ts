import {
  describeRecipients,
  openAs,
  openStreamAs,
  type OpenOptions,
  RECIPIENT_TYPES,
  RecipientKey,
  sealStreamTo,
  type SealStreamOptions,
  sealTo,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFlips, cuts } from './alteration.ts';
import { refusal, rejection } from './refusal.ts';

const keys = RECIPIENT_TYPES.map((type) => RecipientKey.generate(type));
const publicKeys = keys.map(({ publicKey }) => publicKey);
const [alice, bob] = keys;
if (alice === undefined || bob === undefined) throw new Error('two keys');

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of stream) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

function sealedBytes(
  plaintext: Uint8Array,
  o: SealStreamOptions,
  recipients = publicKeys,
): Promise<Uint8Array> {
  return collected(sealStreamTo(recipients, [plaintext], o));
}

function openedBytes(
  key: RecipientKey,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  o: OpenOptions,
): Promise<Uint8Array> {
  return collected(openStreamAs(key, source, o));
}

/** The bytes in pieces of those lengths, over and over. */
function* pieces(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

describe('a stream that is sealed to recipients', () => {
  it('opens for each of them, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
        async (plaintext, lengths) => {
          const sealed = await sealedBytes(plaintext, { context: 'c', chunkLength: 64 });
          for (const key of keys)
            expect(await openedBytes(key, pieces(sealed, lengths), { context: 'c' })).toEqual(plaintext);
          expect(describeRecipients(sealed).body).toBe('stream');
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of several pieces opens from a source that uses one array again and again', async () => {
    const plaintext = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const sealed = await sealedBytes(plaintext, { context: 'c' });
    async function* reusing(): AsyncGenerator<Uint8Array> {
      const own = Buffer.alloc(7);
      for (const piece of pieces(sealed, [7])) {
        await Promise.resolve();
        own.set(piece);
        yield own.subarray(0, piece.length);
      }
    }
    expect(await openedBytes(alice, reusing(), { context: 'c' })).toEqual(plaintext);
  });

  it('is refused for both of two recipients after every flipped bit and every cut', async () => {
    const plaintext = new Uint8Array(70).fill(7);
    const options = { context: 'c', chunkLength: 64 };
    const sealed = await sealedBytes(plaintext, options, [alice.publicKey, bob.publicKey]);
    const codes = new Set<string>();
    for (const altered of [...bitFlips(sealed), ...cuts(sealed), new Uint8Array([...sealed, 0])]) {
      for (const key of [alice, bob])
        codes.add((await rejection(openedBytes(key, [altered], { context: 'c' }), [plaintext])).code);
    }
    expect([...codes].sort()).toEqual(['recipients-malformed', 'recipients-refused']);
  }, 240_000);

  it('is refused with one and the same error, and is no envelope', async () => {
    const sealed = await sealedBytes(utf8('x'), { context: 'c' });
    const envelope = sealTo(publicKeys, utf8('x'), { context: 'c' });
    const { headerLength } = describeRecipients(sealed);
    const mixed = Buffer.concat([
      sealed.subarray(0, headerLength),
      envelope.subarray(describeRecipients(envelope).headerLength),
    ]);
    const errors = [
      refusal(() => openAs(alice, sealed, { context: 'c' })),
      await rejection(openedBytes(alice, [envelope], { context: 'c' })),
      await rejection(openedBytes(alice, [mixed], { context: 'c' })),
      await rejection(openedBytes(alice, [sealed], { context: 'd' })),
      await rejection(openedBytes(RecipientKey.generate('x25519'), [sealed], { context: 'c' })),
    ];
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['recipients-refused']));
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
  });

  it('says at the first step what it cannot be made of', async () => {
    const attempt = (o: SealStreamOptions, recipients = publicKeys): Promise<unknown> =>
      sealStreamTo(recipients, [], o).next();
    expect((await rejection(attempt({ context: '' }))).code).toBe('context-malformed');
    expect((await rejection(attempt({ context: 'c', chunkLength: 65 }))).code).toBe('length-out-of-range');
    expect((await rejection(attempt({ context: 'c' }, []))).code).toBe('recipient-count');
  });

  it('passes on an error of its source, both ways, and tells the source where it stops early', async () => {
    const broken = new Error('disk');
    async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield bytes;
      throw broken;
    }
    const sealed = await sealedBytes(new Uint8Array(200), { context: 'c', chunkLength: 64 });
    const sealing = collected(sealStreamTo(publicKeys, failing(utf8('x')), { context: 'c' }));
    await expect(sealing).rejects.toBe(broken);
    const { headerLength } = describeRecipients(sealed);
    for (const length of [5, headerLength - 1, headerLength + 3, sealed.length - 1]) {
      const opening = openedBytes(alice, failing(sealed.subarray(0, length)), { context: 'c' });
      await expect(opening).rejects.toBe(broken);
    }

    let stopped = 0;
    function* watched(): Generator<Uint8Array> {
      try {
        yield* pieces(sealed, [50]);
      } finally {
        stopped += 1;
      }
    }
    for await (const piece of openStreamAs(alice, watched(), { context: 'c' })) {
      expect(piece).toEqual(new Uint8Array(64));
      break;
    }
    expect(stopped).toBe(1);
    await rejection(openedBytes(RecipientKey.generate('p256'), watched(), { context: 'c' }));
    expect(stopped).toBe(2);
  });
});
