import { toHex } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import { MAX_EVENT_BYTES, MAX_EVENT_DEPTH, MAX_INTEGER_BITS, type EventValue } from './event-value.ts';

/**
 * The canonical text of a value: RFC 8785 (JSON Canonicalization Scheme), so one value has one text.
 *
 * A `bigint` becomes `{"$int":"-12"}` and bytes become `{"$hex":"00ff"}`; an object with a member whose name
 * starts with `$` is refused, so that neither can be forged. As RFC 8785 prescribes, -0 is written `0`.
 *
 * @throws LogError `event-malformed` for what has no canonical form: non-finite numbers, lone surrogates,
 * `undefined` in an array, symbols, functions, instances of classes, cycles or nesting beyond `maxDepth`.
 * @throws LogError `event-too-large` when the text is longer than `maxBytes` of UTF-8.
 */
export function canonicalJson(
  value: EventValue,
  maxBytes: number = MAX_EVENT_BYTES,
  maxDepth: number = MAX_EVENT_DEPTH,
): string {
  const writer = new CanonicalWriter(maxBytes, maxDepth);
  const text = writer.write(value, 0);
  // A UTF-16 unit takes at most three bytes, so most texts are measured without a second pass.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) throw writer.tooLarge(text.length);
  return text;
}

/** The JSON text of a string: the escapes of ECMAScript's `JSON.stringify` are those of RFC 8785, section 3.2.2.2. */
export function canonicalString(text: string): string {
  if (isPlainAscii(text)) return `"${text}"`;
  if (!text.isWellFormed()) {
    throw new LogError('event-malformed', 'a string with a lone surrogate has no UTF-8 form', {
      value: JSON.stringify(text.slice(0, 64)),
      limit: 'well-formed Unicode',
    });
  }
  return JSON.stringify(text);
}

/** Whether a text is ASCII without control characters, quotes and backslashes: its JSON is itself, quoted. */
export function isPlainAscii(text: string): boolean {
  for (let position = 0; position < text.length; position += 1) {
    const unit = text.charCodeAt(position);
    if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) return false;
  }
  return true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

class CanonicalWriter {
  readonly #maxBytes: number;
  readonly #maxDepth: number;
  #written = 0;

  constructor(maxBytes: number, maxDepth: number) {
    this.#maxBytes = maxBytes;
    this.#maxDepth = maxDepth;
  }

  write(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        // Checked before escaping, so that a huge string is refused and not copied.
        this.#reserve(value.length);
        return canonicalString(value);
      case 'number':
        if (!Number.isFinite(value)) throw refused(String(value), 'a finite number');
        return this.#count(String(value));
      case 'boolean':
        return this.#count(value ? 'true' : 'false');
      case 'bigint':
        if (BigInt.asIntN(MAX_INTEGER_BITS, value) !== value) {
          throw refused('an integer too wide', `${MAX_INTEGER_BITS} bits`);
        }
        return this.#count(`{"$int":"${value.toString()}"}`);
      case 'object':
        return value === null ? this.#count('null') : this.#writeObject(value, depth);
      case 'undefined':
      case 'function':
      case 'symbol':
        throw refused(`a value of type ${typeof value}`, 'JSON values, bigint and Uint8Array');
    }
  }

  tooLarge(length: number): LogError {
    return new LogError('event-too-large', `an event of more than ${this.#maxBytes} bytes is refused`, {
      value: `at least ${length} bytes`,
      limit: `${this.#maxBytes} bytes`,
    });
  }

  #writeObject(value: object, depth: number): string {
    if (value instanceof Uint8Array) {
      this.#reserve(value.length * 2);
      return this.#count(`{"$hex":"${toHex(value)}"}`);
    }
    if (depth >= this.#maxDepth) throw refused('a deeper value, or a cycle', `nesting of ${this.#maxDepth}`);
    if (Array.isArray(value)) return this.#writeArray(value, depth + 1);
    if (!isPlainObject(value)) {
      throw refused('an instance of a class', 'plain objects, arrays and Uint8Array');
    }
    return this.#writeMembers(value, depth + 1);
  }

  #writeArray(items: readonly unknown[], depth: number): string {
    let text = '[';
    // By position, because iteration would skip nothing and a hole must be refused like `undefined`.
    for (let position = 0; position < items.length; position += 1) {
      if (position > 0) text += ',';
      text += this.write(items[position], depth);
    }
    this.#count(',]');
    return `${text}]`;
  }

  #writeMembers(members: object, depth: number): string {
    let text = '';
    for (const name of sortedNames(members)) {
      const member = (members as Record<string, unknown>)[name];
      if (member === undefined) continue;
      if (name.startsWith('$')) throw refused(JSON.stringify(name), 'member names that do not start with $');
      this.#reserve(name.length);
      text += `${text === '' ? '' : ','}${canonicalString(name)}:${this.write(member, depth)}`;
    }
    this.#count('{}');
    return `{${text}}`;
  }

  #reserve(length: number): void {
    this.#written += length;
    if (this.#written > this.#maxBytes) throw this.tooLarge(this.#written);
  }

  #count(text: string): string {
    this.#reserve(text.length);
    return text;
  }
}

/** Member names in the order of their UTF-16 code units (RFC 8785, section 3.2.3), as `Array.sort` compares. */
function sortedNames(members: object): string[] {
  if (Object.getOwnPropertySymbols(members).length > 0) throw refused('a symbol', 'string member names');
  const names = Object.keys(members);
  let before = '';
  for (const name of names) {
    if (name < before) return names.sort();
    before = name;
  }
  return names;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second test admits plain objects of another realm, whose Object.prototype is not ours.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refused(value: string, limit: string): LogError {
  return new LogError('event-malformed', `${value} has no canonical form`, { value, limit });
}
