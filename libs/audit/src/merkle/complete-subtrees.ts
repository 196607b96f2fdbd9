/** Leaves in each of the largest complete subtrees (RFC 6962, section 2.1) that make up a range, from left to right. */
export function completeSubtrees(from: number, to: number): number[] {
  const widths: number[] = [];
  for (let start = from; start < to;) {
    let width = 1;
    while (start % (width * 2) === 0 && start + width * 2 <= to) width *= 2;
    widths.push(width);
    start += width;
  }
  return widths;
}
