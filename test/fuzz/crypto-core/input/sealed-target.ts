import { isCryptoError, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, same } from './bytes.ts';

/** What every seed of a sealed format holds, and no refusal may show. */
export const PLAINTEXT: Uint8Array = markedSecret('plaintext');

/** A key that is the same in every run. The caller keeps it as long as the process. */
export function markedKey(label: string): SecretBytes {
  return SecretBytes.copyOf(markedSecret(label));
}

type Opened = Uint8Array | SecretBytes;

/** A target for what opens: the inputs that were sealed and none but these. */
export function sealedTarget(o: {
  readonly seeds: readonly Uint8Array[];
  readonly secrets: readonly Uint8Array[];
  readonly maxLength?: number;
  readonly dictionary?: readonly Uint8Array[];
  /** What of an input reaches the library, where several inputs mean the same to the target; the input itself unless given. */
  given?(input: Uint8Array): Uint8Array;
  open(input: Uint8Array): Opened | Promise<Opened>;
}): FuzzTarget<Opened> {
  const { seeds, secrets, dictionary = [] } = o;
  return {
    seeds,
    dictionary,
    maxLength: o.maxLength ?? Math.max(...seeds.map(({ length }) => length)) + 64,
    secrets: [...secrets, PLAINTEXT],
    isRefusal: isCryptoError,
    decode: (input) => o.open(input),
    check: (opened, input) => {
      if (opened instanceof SecretBytes) opened[Symbol.dispose]();
      const given = o.given?.(input) ?? input;
      if (!seeds.some((seed) => same(seed, given))) throw new Error('an altered input opens');
    },
  };
}
