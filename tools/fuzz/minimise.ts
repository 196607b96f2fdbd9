/**
 * A smaller input that still fails: leaves out ever smaller blocks, then makes single bytes zero. `fails` is asked at most
 * `attempts` times.
 */
export async function minimise(
  input: Uint8Array,
  fails: (candidate: Uint8Array) => boolean | Promise<boolean>,
  attempts: number,
): Promise<Uint8Array> {
  let smallest = input;
  let left = attempts;
  const isSmaller = async (candidate: Uint8Array): Promise<boolean> => {
    left -= 1;
    if (!(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };

  for (let size = Math.ceil(input.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < smallest.length && left > 0;) {
      if (!(await isSmaller(without(smallest, start, size)))) start += size;
    }
  }
  for (let index = 0; index < smallest.length && left > 0; index += 1) {
    if (smallest[index] !== 0) await isSmaller(smallest.with(index, 0));
  }
  return smallest;
}

function without(bytes: Uint8Array, start: number, count: number): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, start), ...bytes.subarray(start + count));
}
