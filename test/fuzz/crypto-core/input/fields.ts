/** One input out of several byte strings, each behind its length in two bytes. */
export function joinFields(...fields: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((field) => [field.length >>> 8, field.length & 0xff, ...field]));
}

/** Takes an input apart into `count` byte strings; what is missing is empty. */
export function splitFields(input: Uint8Array, count: number): readonly Uint8Array[] {
  let position = 0;
  return Array.from({ length: count }, () => {
    const length = (input[position] ?? 0) * 256 + (input[position + 1] ?? 0);
    const field = input.subarray(position + 2, position + 2 + length);
    position += 2 + length;
    return field;
  });
}
