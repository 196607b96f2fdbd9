import type { BundleFile } from './bundle-file.ts';
import type { CheckList } from './check-list.ts';
import type { CheckpointStatement } from './note.ts';
import type { TrustPolicy } from './trust-policy.ts';

/**
 * Checks that what the bundle says it holds is there, and that it is what the policy asks for. What a selection by
 * stream or subject leaves out cannot be proven by the tree, and the report says so.
 */
export function checkCompleteness(
  list: CheckList,
  file: BundleFile,
  head: CheckpointStatement | undefined,
  trust: TrustPolicy,
): void {
  const size = head?.size ?? 0;
  const problem = extentProblem(file, size, trust) ?? missingEntry(file);
  list.add('completeness', problem === undefined, problem ?? extentText(file, size));
}

function extentProblem({ selection }: BundleFile, size: number, trust: TrustPolicy): string | undefined {
  if (selection.to > size)
    return `the bundle reaches to entry ${selection.to - 1}, the checkpoint to ${size - 1}`;
  const whole = selection.from === 0 && selection.to === size && !isFiltered(selection);
  return trust.wholeLog === true && !whole
    ? `the bundle does not hold the whole log of ${size} entries`
    : undefined;
}

function missingEntry({ selection, entries }: BundleFile): string | undefined {
  const { from, to } = selection;
  const outside = entries.find(({ index }) => index < from || index >= to);
  if (outside !== undefined) return `entry ${outside.index} is outside of ${from} to ${to - 1}`;
  const present = new Set(entries.map((entry) => entry.index));
  if (present.size !== entries.length) return 'an entry is there twice';
  if (isFiltered(selection) || present.size === to - from) return undefined;
  let missing = from;
  while (present.has(missing)) missing += 1;
  return `entry ${missing} is missing, with ${to - from - present.size - 1} more`;
}

function extentText({ selection, entries }: BundleFile, size: number): string {
  const { from, to, stream, subject } = selection;
  if (isFiltered(selection)) {
    const what =
      stream === undefined ? `subject ${JSON.stringify(subject)}` : `stream ${JSON.stringify(stream)}`;
    return `${entries.length} entries of ${what}; that there are no more is not proven`;
  }
  return to - from === size ? `the whole log of ${size} entries` : `entries ${from} to ${to - 1} of ${size}`;
}

function isFiltered({ stream, subject }: BundleFile['selection']): boolean {
  return stream !== undefined || subject !== undefined;
}
