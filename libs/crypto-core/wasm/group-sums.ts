import { batchAdd, batchFlush } from './affine-batch';
import { AFFINE_BYTES } from './group';

/**
 * Replaces, in each group of neighbouring affine points, the first one by the sum of all. Each round adds the points of
 * all groups in pairs, so that a round shares its inversions.
 *
 * @param starts the address of each group's first point, 4 bytes a group
 * @param counts how many points each has, 4 bytes a group; afterwards 1, or 0 where it was 0
 */
export function sumGroups(starts: usize, counts: usize, groups: usize): void {
  // A round leaves its sums where the first point of each pair stood: the distance between neighbours doubles.
  for (let distance = AFFINE_BYTES; addPairs(starts, counts, groups, distance); distance <<= 1);
}

/** @returns false when no group had two points */
function addPairs(starts: usize, counts: usize, groups: usize, distance: usize): bool {
  let any = false;
  for (let group: usize = 0; group < groups; group++) {
    const count = load<u32>(counts + 4 * group);
    if (count < 2) continue;
    any = true;
    let point = load<u32>(starts + 4 * group) as usize;
    for (let pair: u32 = 0; pair < count >> 1; pair++) {
      batchAdd(point, point, point + distance);
      point += 2 * distance;
    }
    store<u32>(counts + 4 * group, (count + 1) >> 1);
  }
  batchFlush();
  return any;
}
