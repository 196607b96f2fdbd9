import { GENERATION_STATES, type GenerationState } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GenerationEvent, nextState } from '../src/keyset/generation-state.ts';
import {
  firstDocument,
  generationOf,
  type KeysetDocument,
  primaryOf,
  withEvent,
  withGeneration,
  withPrimary,
} from '../src/keyset/keyset-document.ts';
import { encodeKeyset, parseKeyset } from '../src/keyset/keyset-codec.ts';
import { refusal } from './refusal.ts';

const events: readonly GenerationEvent[] = ['promote', 'supersede', 'disable', 'enable', 'destroy'];
const allowed: readonly [GenerationState, GenerationEvent, GenerationState][] = [
  ['active', 'promote', 'primary'],
  ['primary', 'supersede', 'rotated'],
  ['active', 'disable', 'disabled'],
  ['rotated', 'disable', 'disabled'],
  ['disabled', 'enable', 'rotated'],
  ['disabled', 'destroy', 'destroyed'],
];

describe('the life of a generation', () => {
  it('has the transitions that are written down, and no other', () => {
    for (const state of GENERATION_STATES) {
      for (const event of events) {
        const next = allowed.find(([from, by]) => from === state && by === event)?.[2];
        if (next !== undefined) {
          expect(nextState(state, event)).toBe(next);
          continue;
        }
        const limit = allowed.filter(([, by]) => by === event).map(([from]) => from);
        expect(refusal(() => nextState(state, event))).toMatchObject(
          state === 'destroyed'
            ? { code: 'key-destroyed', value: event }
            : { code: 'key-state-refused', value: `${event}: ${state}`, limit: limit.join(' or ') },
        );
      }
    }
  });

  it('leads from nowhere back to sealing, and from being destroyed nowhere', () => {
    const reachable = (from: GenerationState): Set<GenerationState> => {
      const seen = new Set<GenerationState>();
      const visit = (state: GenerationState): void => {
        for (const [, , next] of allowed.filter(([source]) => source === state)) {
          if (!seen.has(next)) visit((seen.add(next), next));
        }
      };
      visit(from);
      return seen;
    };
    expect([...reachable('rotated')].sort()).toEqual(['destroyed', 'disabled', 'rotated']);
    expect(reachable('disabled').has('primary')).toBe(false);
    expect(reachable('destroyed').size).toBe(0);
  });
});

describe('a keyset as a value', () => {
  const first = firstDocument('purpose', 'aa'.repeat(16), '00'.repeat(16));
  const changes = fc.array(
    fc.record({
      kind: fc.constantFrom('add', 'primary', 'disable', 'enable', 'destroy'),
      number: fc.integer({ min: 0, max: 12 }),
    }),
    { maxLength: 40 },
  );

  it('has one primary after any changes, one version more for each, and round-trips', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        let document = first;
        let applied = 0;
        for (const [index, { kind, number }] of steps.entries()) {
          try {
            document = changed(document, kind, number, index);
            applied += 1;
          } catch (error) {
            expect(error).toHaveProperty(
              'code',
              expect.stringMatching(/^(?:generation-missing|key-state-refused|key-destroyed)$/),
            );
          }
          expect(document.generations.filter(({ state }) => state === 'primary').length).toBe(1);
          expect(document.version).toBe(1 + applied);
        }
        const mac = new Uint8Array(32).fill(applied);
        expect(parseKeyset(encodeKeyset({ document, mac }))).toEqual({ document, mac });
      }),
    );
  });

  it('is never changed in place', () => {
    const before = structuredClone(first);
    const two = withGeneration(first, '01'.repeat(16));
    const promoted = withPrimary(two, 2);
    expect(first).toEqual(before);
    expect(primaryOf(two).number).toBe(1);
    expect(primaryOf(promoted).number).toBe(2);
    expect(generationOf(promoted, 1).state).toBe('rotated');
  });

  it('holds 256 generations and no more', () => {
    let document = first;
    for (let number = 2; number <= 256; number += 1)
      document = withGeneration(document, number.toString(16).padStart(32, '0'));
    expect(refusal(() => withGeneration(document, 'ff'.repeat(16)))).toMatchObject({
      code: 'keyset-full',
      value: '257 generations',
    });
    const bytes = encodeKeyset({
      document: { ...document, purpose: 'é'.repeat(127) },
      mac: new Uint8Array(32),
    });
    expect(parseKeyset(bytes).document.generations.length).toBe(256);
    const last = { ...first, version: 2 ** 32 - 1 };
    expect(refusal(() => withGeneration(last, '01'.repeat(16))).code).toBe('keyset-full');
  });

  it('is malformed where no changes of this library could have led', () => {
    const mac = new Uint8Array(32);
    const generation = { number: 1, keyId: '00'.repeat(16), state: 'primary' as const };
    const unsound: Partial<KeysetDocument>[] = [
      { purpose: '' },
      { purpose: 'x'.repeat(256) },
      { version: 0 },
      { version: 1.5 },
      { version: 2 ** 32 },
      { integrityKeyId: '' },
      { integrityKeyId: generation.keyId },
      { generations: [] },
      { generations: [{ ...generation, state: 'rotated' }] },
      { generations: [generation, { ...generation, number: 2, keyId: '01'.repeat(16) }] },
      { generations: [generation, { number: 3, keyId: '01'.repeat(16), state: 'active' }] },
      { generations: [generation, { number: 2, keyId: generation.keyId, state: 'active' }] },
      { generations: [{ ...generation, keyId: 'a b' }] },
      { generations: [{ ...generation, state: 'gone' as GenerationState }] },
      { generations: [null as never] },
      { generations: 'none' as never },
    ];
    for (const part of unsound) {
      const bytes = unchecked({ ...first, ...part }, mac);
      expect(refusal(() => parseKeyset(bytes)).code).toBe('keyset-malformed');
    }
    expect(parseKeyset(unchecked(first, mac)).document).toEqual(first);
    expect(refusal(() => parseKeyset(unchecked(first, new Uint8Array(31)))).code).toBe('keyset-malformed');
    const long = Buffer.concat([encodeKeyset({ document: first, mac }), Buffer.alloc(65_536, ' ')]);
    expect(refusal(() => parseKeyset(long))).toMatchObject({ code: 'keyset-malformed' });
    expect(refusal(() => primaryOf({ ...first, generations: [] })).code).toBe('keyset-malformed');
  });
});

function changed(document: KeysetDocument, kind: string, number: number, index: number): KeysetDocument {
  if (kind === 'add') return withGeneration(document, index.toString(16).padStart(30, '0') + '99');
  if (kind === 'primary') return withPrimary(document, number);
  return withEvent(document, number, kind as 'disable' | 'enable' | 'destroy');
}

/** The bytes that a document would have, whatever is in it. */
function unchecked(document: KeysetDocument, mac: Uint8Array): Uint8Array {
  try {
    return encodeKeyset({ document, mac });
  } catch {
    const { generations, ...rest } = document;
    const fields = { format: 'bitcoin-enterprise/keyset', formatVersion: 1, ...rest, generations };
    return Buffer.from(`${JSON.stringify({ ...fields, mac: Buffer.from(mac).toString('hex') }, null, 2)}\n`);
  }
}
