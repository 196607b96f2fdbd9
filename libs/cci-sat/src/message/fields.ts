import { fromHex } from '@bitcoin-enterprise/crypto-core';
import { SwapError } from '../error.ts';

/**
 * Reads the fields of an object that came from outside (a peer's message, a journal entry). Each reader gives a typed
 * value or throws {@link SwapError} `field-malformed` with the field's path, what it held and what it must hold.
 */
export class Fields {
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  private constructor(path: string, values: Readonly<Record<string, unknown>>) {
    this.#path = path;
    this.#values = values;
  }

  static of(value: unknown, path: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      throw malformed(path, value, 'an object');
    }
    return new Fields(path, value as Readonly<Record<string, unknown>>);
  }

  /** Refuses fields that nobody asked for: a later version must say that it is one. */
  only(...names: readonly string[]): this {
    for (const name of Object.keys(this.#values)) {
      if (!names.includes(name)) throw malformed(`${this.#path}.${name}`, name, `one of ${names.join(', ')}`);
    }
    return this;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  object(name: string): Fields {
    return Fields.of(this.#read(name), `${this.#path}.${name}`);
  }

  /** A list of at most `most` objects. */
  list(name: string, most: number): readonly Fields[] {
    const value = this.#read(name);
    if (!Array.isArray(value) || value.length > most)
      throw malformed(`${this.#path}.${name}`, value, `a list of at most ${most}`);
    return value.map((item: unknown, index) => Fields.of(item, `${this.#path}.${name}[${index}]`));
  }

  boolean(name: string): boolean {
    const value = this.#read(name);
    if (typeof value !== 'boolean') throw malformed(`${this.#path}.${name}`, value, 'true or false');
    return value;
  }

  text(name: string, longest: number): string {
    const value = this.#read(name);
    if (typeof value !== 'string' || value.length > longest) {
      throw malformed(`${this.#path}.${name}`, value, `a string of at most ${longest} characters`);
    }
    return value;
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#read(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw malformed(`${this.#path}.${name}`, value, `one of ${choices.join(', ')}`);
    return found;
  }

  /** A whole number in [least, most]. */
  integer(name: string, least: number, most: number): number {
    const value = this.#read(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw malformed(`${this.#path}.${name}`, value, `a whole number from ${least} to ${most}`);
    }
    return value;
  }

  /** Hex of exactly `length` bytes, lower case, so that one value has one spelling. */
  hex(name: string, length: number): Uint8Array {
    return fromHex(this.hexText(name, length));
  }

  /** The same, kept as text: a transaction id or a block hash in the order in which people write it. */
  hexText(name: string, length: number): string {
    const value = this.#read(name);
    if (typeof value !== 'string' || value.length !== 2 * length || !/^[0-9a-f]*$/.test(value)) {
      throw malformed(`${this.#path}.${name}`, value, `${length} bytes as lower-case hex`);
    }
    return value;
  }

  /** Bytes as the log gives them back. */
  bytes(name: string, most: number): Uint8Array {
    const value = this.#read(name);
    if (!(value instanceof Uint8Array) || value.length > most) {
      throw malformed(`${this.#path}.${name}`, value, `at most ${most} bytes`);
    }
    return value;
  }

  /** An amount in satoshis (or litoshis), from 0 to the 21 (84) million coins that can exist; a decimal string in messages. */
  amountSat(name: string): bigint {
    const value = this.#read(name);
    const amount =
      typeof value === 'bigint'
        ? value
        : typeof value === 'string' && /^(0|[1-9]\d{0,16})$/.test(value)
          ? BigInt(value)
          : -1n;
    if (amount < 0n || amount > MOST_SAT) {
      throw malformed(`${this.#path}.${name}`, value, `an amount from 0 to ${MOST_SAT} satoshis`);
    }
    return amount;
  }

  #read(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }
}

/** 84 million litecoins: the larger of the two supplies. */
const MOST_SAT = 8_400_000_000_000_000n;

function malformed(path: string, value: unknown, limit: string): SwapError {
  const shown = show(value);
  return new SwapError('field-malformed', `${path} is ${shown} where ${limit} is wanted`, {
    value: shown,
    limit,
  });
}

/** What was given, short enough for a log line whatever a peer sent. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object')
    return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
  const text = `${value as string | number | bigint | boolean}`;
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}
