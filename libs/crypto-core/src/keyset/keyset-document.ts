import { encodeContext } from '../encoding/context.ts';
import { CryptoError } from '../error.ts';
import { type GenerationEvent, type GenerationState, nextState } from './generation-state.ts';

/** The most generations of one keyset, destroyed ones counted. */
export const MAX_GENERATIONS = 256;
const MAX_VERSION: number = 2 ** 32 - 1;

/** One key of a keyset. */
export interface KeysetGeneration {
  /** 1 and up, without a gap. */
  readonly number: number;
  /** The id of the key in its provider, and in the envelopes that it seals. */
  readonly keyId: string;
  readonly state: GenerationState;
}

/** Everything that a keyset is, but its keys. A change makes a new document with the next version. */
export interface KeysetDocument {
  /** What the keys are for: 1 to 255 bytes of UTF-8. */
  readonly purpose: string;
  /** 1 and up; no two documents of one keyset have the same. */
  readonly version: number;
  /** The id of the key that authenticates the document. */
  readonly integrityKeyId: string;
  /** In the order of their numbers; exactly one is the primary. */
  readonly generations: readonly KeysetGeneration[];
}

/**
 * The first document of a keyset, with one generation, which is the primary.
 *
 * @throws CryptoError `context-malformed` for the purpose
 */
export function firstDocument(purpose: string, integrityKeyId: string, keyId: string): KeysetDocument {
  encodeContext(purpose);
  const generations: KeysetGeneration[] = [{ number: 1, keyId, state: 'primary' }];
  return { purpose, version: 1, integrityKeyId, generations };
}

/**
 * With one generation more, which opens and does not seal yet.
 *
 * @throws CryptoError `keyset-full`
 */
export function withGeneration(document: KeysetDocument, keyId: string): KeysetDocument {
  const number = document.generations.length + 1;
  if (number > MAX_GENERATIONS) throw full(`${number} generations`);
  return next(document, [...document.generations, { number, keyId, state: 'active' }]);
}

/**
 * With another primary; the one before it is rotated in the same step, so that there is one at any time.
 *
 * @throws CryptoError `generation-missing`, `key-state-refused`, `key-destroyed`, `keyset-full`
 */
export function withPrimary(document: KeysetDocument, number: number): KeysetDocument {
  const primary = primaryOf(document);
  const promoted = withEvent(document, number, 'promote').generations;
  const superseded = { ...primary, state: nextState(primary.state, 'supersede') };
  return next(
    document,
    promoted.map((generation) => (generation.number === primary.number ? superseded : generation)),
  );
}

/**
 * After an event in the life of one generation.
 *
 * @throws CryptoError `generation-missing`, `key-state-refused`, `key-destroyed`, `keyset-full`
 */
export function withEvent(
  document: KeysetDocument,
  number: number,
  event: Exclude<GenerationEvent, 'supersede'>,
): KeysetDocument {
  const changed = generationOf(document, number);
  const state = nextState(changed.state, event);
  return next(
    document,
    document.generations.map((generation) =>
      generation === changed ? { ...generation, state } : generation,
    ),
  );
}

/** @throws CryptoError `generation-missing` */
export function generationOf(document: KeysetDocument, number: number): KeysetGeneration {
  const found = document.generations.find((generation) => generation.number === number);
  if (found !== undefined) return found;
  throw new CryptoError('generation-missing', 'the keyset has no such generation', {
    value: String(number),
    limit: `1 to ${document.generations.length}`,
  });
}

/** The generation that seals. */
export function primaryOf(document: KeysetDocument): KeysetGeneration {
  const found = document.generations.find(({ state }) => state === 'primary');
  if (found !== undefined) return found;
  throw new CryptoError('keyset-malformed', 'the keyset has no primary generation');
}

function next(document: KeysetDocument, generations: readonly KeysetGeneration[]): KeysetDocument {
  const version = document.version + 1;
  if (version > MAX_VERSION) throw full(`version ${version}`);
  return { ...document, version, generations };
}

function full(value: string): CryptoError {
  return new CryptoError('keyset-full', 'the keyset takes no further change', {
    value,
    limit: `${MAX_GENERATIONS} generations, version ${MAX_VERSION}`,
  });
}
