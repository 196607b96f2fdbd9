/** A source of numbers that are the same in every run with the same seed. For choosing inputs, never for keys. */
export interface SeededNumbers {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
}

/**
 * One decoder and what must hold of it for every input. A file `test/fuzz/<library>/<name>.ts` exports one as `target`.
 *
 * The engine holds a target to this: every input is either decoded or refused within five seconds, in bounded memory,
 * without changing the input, and no refusal shows a secret.
 */
export interface FuzzTarget<Decoded> {
  /** Valid inputs, the more different the better. Each must be decoded, else the target is out of date and fails. */
  readonly seeds: readonly Uint8Array[];
  /** What the format is made of and chance seldom makes: magic numbers, field names, boundary values. */
  readonly dictionary?: readonly Uint8Array[];
  /** No input is made longer than this. Default 1,024 bytes. */
  readonly maxLength?: number;
  /** What no refusal may show, as it is, in hexadecimal or in base64. */
  readonly secrets?: readonly Uint8Array[];
  /** Whether every input is itself a secret: then no refusal may show twelve bytes of it in a row. */
  readonly isInputSecret?: boolean;
  /** The decoder. Whatever it throws that is no refusal is a finding. */
  decode(input: Uint8Array): Decoded | Promise<Decoded>;
  /** Whether the library may throw this: one of its own errors, with a code that it knows. */
  isRefusal(error: unknown): boolean;
  /** What must hold of everything that was decoded. Whatever this throws is a finding. */
  check?(decoded: Decoded, input: Uint8Array): void | Promise<void>;
  /** Puts right what would stop every altered input at the door, such as a checksum. Called for one input of four. */
  repair?(input: Uint8Array, numbers: SeededNumbers): Uint8Array;
}
