import type { FileFault } from '@bitcoin-enterprise/tools/services';
import { codesOf } from '../injected/allowed-codes.ts';
import type { Said } from './job.ts';

/**
 * What is wrong about the codes that a process met: a code that does not name the fault, or a log that went on behind a
 * commit of unknown outcome.
 */
export function refusalProblems(fault: FileFault | undefined, said: readonly Said[]): string[] {
  const allowed = fault === undefined ? [] : codesOf(fault);
  const problems = said.flatMap(({ what, code }) =>
    code === undefined || code === 'log-unusable' || allowed.includes(code) ? [] : [`${what} met ${code}`],
  );
  const unusable = said.findIndex(({ code }) => code === 'log-unusable');
  if (unusable >= 0 && said[unusable - 1]?.code === undefined) {
    problems.push('log-unusable without a failed commit');
  }
  // Whether a sync that failed left something behind is never known; a write may be refused before the commit, and undone.
  const isUnknown = ({ what, code }: Said): boolean =>
    what === 'append' && code !== undefined && fault?.kind === 'sync';
  const first = said.findIndex((line) => line.code === 'log-unusable' || isUnknown(line));
  const isServed = said.slice(first + 1).some(({ what, code }) => what === 'append' && code === undefined);
  return first >= 0 && isServed
    ? [...problems, 'the log went on behind a commit of unknown outcome']
    : problems;
}
