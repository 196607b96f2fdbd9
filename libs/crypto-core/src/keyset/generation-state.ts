import { CryptoError } from '../error.ts';

/**
 * The life of a key of a keyset, with the states of NIST SP 800-57 part 1 section 7 in brackets:
 *
 * - `active`: opens, and may become the primary; every reader is to learn it first (active, not yet used to protect)
 * - `primary`: seals and opens (active)
 * - `rotated`: opens what it sealed, and seals nothing more (deactivated)
 * - `disabled`: does nothing, until it is enabled again (suspended)
 * - `destroyed`: is gone for ever (destroyed)
 */
export const GENERATION_STATES = ['active', 'primary', 'rotated', 'disabled', 'destroyed'] as const;

export type GenerationState = (typeof GENERATION_STATES)[number];

/** What can happen to a generation. `supersede` happens to the primary when another is promoted. */
export type GenerationEvent = 'promote' | 'supersede' | 'disable' | 'enable' | 'destroy';

/** Every transition there is. A rotated key never seals again, and only a disabled one can be destroyed. */
const TRANSITIONS: Readonly<
  Record<GenerationEvent, Partial<Readonly<Record<GenerationState, GenerationState>>>>
> = {
  promote: { active: 'primary' },
  supersede: { primary: 'rotated' },
  disable: { active: 'disabled', rotated: 'disabled' },
  enable: { disabled: 'rotated' },
  destroy: { disabled: 'destroyed' },
};

/**
 * The state after an event.
 *
 * @throws CryptoError `key-destroyed` for everything that happens to a destroyed key; `key-state-refused`
 */
export function nextState(state: GenerationState, event: GenerationEvent): GenerationState {
  const next = TRANSITIONS[event][state];
  if (next !== undefined) return next;
  if (state === 'destroyed')
    throw new CryptoError('key-destroyed', 'the key was destroyed', { value: event });
  throw new CryptoError('key-state-refused', 'this cannot happen to a key in its state', {
    value: `${event}: ${state}`,
    limit: Object.keys(TRANSITIONS[event]).join(' or '),
  });
}
