import { isLogError } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

const { decodeEntryBundle, encodeEntryBundle } = (await behindExports('audit', 'tiles/entry-bundle.ts')) as {
  decodeEntryBundle: (bundle: Uint8Array, count: number, lengthBytes: 2 | 4) => Uint8Array[];
  encodeEntryBundle: (entries: readonly Uint8Array[], lengthBytes: 2 | 4) => Uint8Array;
};

/** The first byte says how many entries there are to be, and its lowest bit how long their lengths are. */
function given(input: Uint8Array): { count: number; lengthBytes: 2 | 4; bundle: Uint8Array } {
  const [first = 0] = input;
  return { count: first >> 1, lengthBytes: first % 2 === 0 ? 2 : 4, bundle: input.subarray(1) };
}

function seed(entries: readonly string[], lengthBytes: 2 | 4): Uint8Array {
  const bundle = encodeEntryBundle(
    entries.map((entry) => Buffer.from(entry)),
    lengthBytes,
  );
  return Uint8Array.of(entries.length * 2 + (lengthBytes === 2 ? 0 : 1), ...bundle);
}

export const target: FuzzTarget<Uint8Array[]> = {
  seeds: [seed(['{"a":1}', ''], 2), seed(['{"a":1}', 'x'.repeat(300)], 4), seed([], 2)],
  dictionary: [Uint8Array.of(0, 0), Uint8Array.of(0xff, 0xff), Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  isRefusal: isLogError,
  decode: (input) => {
    const { bundle, count, lengthBytes } = given(input);
    return decodeEntryBundle(bundle, count, lengthBytes);
  },
  check: (entries, input) => {
    const { bundle, lengthBytes } = given(input);
    if (Buffer.compare(encodeEntryBundle(entries, lengthBytes), bundle) !== 0)
      throw new Error('two forms of one bundle');
  },
};
