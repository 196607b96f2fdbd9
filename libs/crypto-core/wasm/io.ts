/** Where a caller writes the arguments of an entry point and reads its results. Its contents are of one call only. */
export const IO: usize = memory.data(8192, 16);

/** The address of {@link IO}. */
export function ioAddress(): usize {
  return IO;
}

/** How many bytes there are of {@link IO}. */
export function ioBytes(): i32 {
  return 8192;
}
