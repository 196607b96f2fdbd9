import { MAX_HEADER_BYTES } from '../verify/bundle-header.ts';

/** The first line of a file without its line feed, or what there is of it. */
export async function firstLineOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let beginning: Uint8Array = new Uint8Array(0);
  for await (const piece of source) {
    beginning = new Uint8Array(Buffer.concat([beginning, piece]));
    const end = beginning.indexOf(0x0a);
    if (end !== -1) return beginning.subarray(0, end);
    if (beginning.length > MAX_HEADER_BYTES) break;
  }
  return beginning;
}
