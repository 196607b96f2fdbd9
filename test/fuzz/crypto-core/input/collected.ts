/** All that a stream gives, in one array. */
export async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece.slice());
  return new Uint8Array(Buffer.concat(pieces));
}

/** The bytes in pieces of 1, 2, 3, … bytes, which fall on no border of any format. */
export function* inPieces(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  let start = 0;
  for (let length = 1; start < bytes.length; length += 1) {
    yield bytes.subarray(start, start + length);
    start += length;
  }
}
