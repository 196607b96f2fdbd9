import {
  describeEnvelope,
  describeStream,
  envelopeKey,
  open,
  openStream,
  openWith,
  reseal,
  resealStream,
  resealWith,
  seal,
  sealStream,
  sealWith,
  SecretBytes,
  SUITE_NAMES,
  DEFAULT_POLICY,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { join } from './envelope-format.ts';
import { refusal, rejection } from './refusal.ts';

const oldBytes = new Uint8Array(32).fill(1);
const newBytes = new Uint8Array(32).fill(2);
const oldSecret = SecretBytes.copyOf(oldBytes);
const newSecret = SecretBytes.copyOf(newBytes);
const oldKey = envelopeKey(oldSecret, 'k.1');
const newKey = envelopeKey(newSecret, 'k.2');
const plaintext = utf8('what was sealed years ago');
const from = { context: 'c' };

describe('resealing an envelope', () => {
  it('gives the same plaintext under the new key, suite and context, and leaves the old envelope valid', () => {
    const suites = fc.constantFrom(...SUITE_NAMES);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), suites, suites, (message, before, after) => {
        const old = seal(oldSecret, message, { keyId: 'k.1', context: 'c', suite: before });
        const to = { keyId: 'k.2', context: 'd', suite: after };
        const renewed = reseal(oldSecret, newSecret, old, { from, to });
        expect(describeEnvelope(renewed)).toMatchObject({ keyId: 'k.2', suite: after });
        using opened = open(newSecret, renewed, { context: 'd' });
        expect(opened.equals(message)).toBe(true);
        using still = open(oldSecret, old, from);
        expect(still.equals(message)).toBe(true);
        expect(refusal(() => open(oldSecret, renewed, { context: 'd' })).code).toBe('envelope-refused');
      }),
    );
  });

  it('moves what is below the new floor up to it, and only by way of the old floor', () => {
    const fips = DEFAULT_POLICY.decide({ sensitivity: 'internal', compliance: ['fips-140-3'] });
    const lax = DEFAULT_POLICY.decide({ sensitivity: 'internal' });
    const old = seal(oldSecret, plaintext, { keyId: 'k.1', context: 'c', suite: 'XChaCha20-Poly1305' });
    const to = { keyId: 'k.2', context: 'c', policy: fips };
    const renewed = reseal(oldSecret, newSecret, old, { from: { ...from, policy: lax }, to });
    using opened = open(newSecret, renewed, { context: 'c', policy: fips });
    expect(opened.equals(plaintext)).toBe(true);
    const strict = { from: { ...from, policy: fips }, to };
    expect(refusal(() => reseal(oldSecret, newSecret, old, strict)).code).toBe('envelope-refused');
    const down = { from, to: { ...to, suite: 'ChaCha20-Poly1305' as const } };
    expect(refusal(() => reseal(oldSecret, newSecret, old, down)).code).toBe('suite-forbidden');
  });

  it('refuses what does not open and shows none of it', () => {
    const old = seal(oldSecret, plaintext, { keyId: 'k.1', context: 'c' });
    const to = { keyId: 'k.2', context: 'c' };
    const error = refusal(
      () => reseal(newSecret, oldSecret, old, { from, to }),
      [oldBytes, newBytes, plaintext],
    );
    expect(error.code).toBe('envelope-refused');
    const malformed = { from, to: { ...to, keyId: '' } };
    expect(refusal(() => reseal(oldSecret, newSecret, old, malformed), [plaintext]).code).toBe(
      'key-id-malformed',
    );
  });

  it('does the same under keys that are asked', async () => {
    const old = await sealWith(oldKey, plaintext, from);
    const find = (keyId: string): typeof oldKey | undefined => (keyId === 'k.1' ? oldKey : undefined);
    const renewed = await resealWith(find, newKey, old, {
      from,
      to: { context: 'd', suite: 'ChaCha20-Poly1305' },
    });
    expect(describeEnvelope(renewed)).toMatchObject({ keyId: 'k.2', suite: 'ChaCha20-Poly1305' });
    using opened = await openWith(newKey, renewed, { context: 'd' });
    expect(opened.equals(plaintext)).toBe(true);
    const error = await rejection(resealWith(newKey, oldKey, old, { from, to: from }), [plaintext]);
    expect(error.code).toBe('envelope-refused');
  });
});

describe('resealing a stream', () => {
  const text = Uint8Array.from({ length: 1000 }, (_, index) => index);
  const to = { context: 'd', suite: 'ChaCha20-Poly1305', chunkLength: 128 } as const;

  it('gives the same plaintext in other chunks under the new key, suite and context', async () => {
    const old = sealStream(oldKey, [text], { context: 'c', chunkLength: 64 });
    const renewed = await allPieces(resealStream(oldKey, newKey, old, { from, to }));
    expect(describeStream(join(renewed))).toMatchObject({
      keyId: 'k.2',
      suite: 'ChaCha20-Poly1305',
      chunkLength: 128,
    });
    expect(join(await allPieces(openStream(newKey, renewed, { context: 'd' })))).toEqual(text);
  });

  it.each([64, 128, 256])(
    'keeps every chunk apart where the new ones are of %d bytes',
    async (chunkLength) => {
      const old = sealStream(oldKey, [text], { context: 'c', chunkLength: 128 });
      const renewed = resealStream(oldKey, newKey, old, { from, to: { ...to, chunkLength } });
      expect(join(await allPieces(openStream(newKey, renewed, { context: 'd' })))).toEqual(text);
    },
  );

  it('ends where the old one turns out cut, and what was written does not open', async () => {
    const old = await allPieces(sealStream(oldKey, [text], { context: 'c', chunkLength: 64 }));
    const written: Uint8Array[] = [];
    const run = async (): Promise<void> => {
      for await (const piece of resealStream(oldKey, newKey, old.slice(0, -1), { from, to }))
        written.push(piece);
    };
    expect((await rejection(run(), [oldBytes, newBytes, text])).code).toBe('envelope-refused');
    expect(written.length).toBeGreaterThan(2);
    const attempt = allPieces(openStream(newKey, written, { context: 'd' }));
    expect((await rejection(attempt)).code).toBe('envelope-refused');
  });
});
