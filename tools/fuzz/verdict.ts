import { inspect } from 'node:util';
import type { FindingKind } from './finding.ts';
import type { FuzzTarget } from './target.ts';

export type Verdict =
  | { readonly outcome: 'accepted' | 'refused' }
  | { readonly outcome: 'found'; readonly kind: FindingKind; readonly error: unknown };

const GUARD = 16;
const GUARD_BYTE = 0xa5;
const KNOWN_MESSAGES = 10_000;
/** A part of a secret input that is as long as this shows it. */
const TELLING_LENGTH = 12;

/** Runs a target on single inputs and tells what came of each. */
export class Judge {
  readonly #target: FuzzTarget<unknown>;
  readonly #secretForms: readonly string[];
  /** Messages that were looked through already: inspecting every error would take most of the time. */
  readonly #harmless = new Set<string>();

  constructor(target: FuzzTarget<unknown>) {
    this.#target = target;
    this.#secretForms = (target.secrets ?? []).flatMap(formsOf);
  }

  /** A promise only where the target is asynchronous, so that a synchronous one need not wait for the event loop. */
  judge(input: Uint8Array): Verdict | Promise<Verdict> {
    // In the middle of other bytes, as a part of a file or a packet: a decoder that looks past its input sees them.
    const surroundings = new Uint8Array(input.length + 2 * GUARD).fill(GUARD_BYTE);
    const given = surroundings.subarray(GUARD, GUARD + input.length);
    given.set(input);
    const verdict = this.#decode(given);
    if (!(verdict instanceof Promise)) return unchanged(verdict, given, input);
    return verdict.then((settled) => unchanged(settled, given, input));
  }

  #decode(given: Uint8Array): Verdict | Promise<Verdict> {
    let decoded: unknown;
    try {
      decoded = this.#target.decode(given);
    } catch (error) {
      return this.#thrown(error, given);
    }
    if (!(decoded instanceof Promise)) return this.#check(decoded, given);
    return decoded.then(
      (value: unknown) => this.#check(value, given),
      (error: unknown) => this.#thrown(error, given),
    );
  }

  #check(decoded: unknown, given: Uint8Array): Verdict | Promise<Verdict> {
    try {
      const checked = this.#target.check?.(decoded, given);
      if (!(checked instanceof Promise)) return { outcome: 'accepted' };
      return checked.then(
        () => ({ outcome: 'accepted' }),
        (error: unknown) => ({ outcome: 'found', kind: 'property', error }),
      );
    } catch (error) {
      return { outcome: 'found', kind: 'property', error };
    }
  }

  #thrown(error: unknown, given: Uint8Array): Verdict {
    if (!this.#target.isRefusal(error)) return { outcome: 'found', kind: 'unexpected-error', error };
    if (this.#showsSecret(error, given)) return { outcome: 'found', kind: 'secret-shown', error };
    return { outcome: 'refused' };
  }

  #showsSecret(error: unknown, given: Uint8Array): boolean {
    const { isInputSecret = false } = this.#target;
    if (this.#secretForms.length === 0 && !isInputSecret) return false;
    const message = String(error);
    if (this.#harmless.has(message)) return false;
    const shown = `${message}\n${inspect(error, { depth: 10, showHidden: true, maxStringLength: null })}`;
    const forms = isInputSecret ? [...this.#secretForms, ...partsOf(given)] : this.#secretForms;
    if (forms.some((form) => shown.includes(form))) return true;
    if (this.#harmless.size < KNOWN_MESSAGES) this.#harmless.add(message);
    return false;
  }
}

function partsOf(input: Uint8Array): readonly string[] {
  return Array.from({ length: Math.max(0, input.length - TELLING_LENGTH + 1) }, (_, start) =>
    input.subarray(start, start + TELLING_LENGTH),
  ).flatMap(formsOf);
}

/** How bytes show in a message: as text, in hexadecimal, in base64, as a Buffer or as an array is inspected. */
function formsOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  return [
    bytes.toString('latin1'),
    hex,
    hex.toUpperCase(),
    bytes.toString('base64').replace(/=+$/u, ''),
    bytes.toString('base64url'),
    hex.replace(/(..)(?!$)/gu, '$1 '),
    [...bytes].join(', '),
  ];
}

function unchanged(verdict: Verdict, given: Uint8Array, input: Uint8Array): Verdict {
  if (verdict.outcome === 'found' || Buffer.compare(given, input) === 0) return verdict;
  return { outcome: 'found', kind: 'input-changed', error: new Error('the decoder wrote to its input') };
}
