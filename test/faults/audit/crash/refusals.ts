import type { FileFault } from '@bitcoin-enterprise/tools/services';
import type { Said } from './job.ts';

/** How a log may answer an error of the operating system. */
const CODES = {
  eio: ['log-io', 'log-cannot-open', 'pin-failed'],
  enospc: ['log-full', 'pin-failed'],
};

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

function codesOf({ action, kind }: FileFault): readonly string[] {
  // SQLite takes a read that fails with EIO for a damaged file system (os_unix.c, SQLITE_IOERR_CORRUPTFS).
  if (kind === 'read') return [...CODES.eio, 'log-corrupt'];
  if (action === 'eio' || action === 'eio-lasting') return CODES.eio;
  return action === 'enospc' || action === 'enospc-lasting' ? CODES.enospc : [];
}
