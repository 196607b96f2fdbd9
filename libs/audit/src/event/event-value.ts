/**
 * What an event may carry: JSON, and exact integers and bytes.
 *
 * A `number` is a finite double. Integers beyond 2^53, and every amount of money, are `bigint`.
 * Object members that are `undefined` are left out.
 */
export type EventValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | Uint8Array
  | readonly EventValue[]
  | { readonly [key: string]: EventValue | undefined };

/** Largest canonical body of one event, in bytes of UTF-8. */
export const MAX_EVENT_BYTES = 1_048_576;

/** Arrays and objects may be nested this deep. */
export const MAX_EVENT_DEPTH = 64;

/** Widest `bigint`, in bits, sign included: as decimal text it stays below 1,234 digits. */
export const MAX_INTEGER_BITS = 4096;
