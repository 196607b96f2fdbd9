import type { FileFault } from '@bitcoin-enterprise/tools/services';

const CODES = {
  eio: ['log-io', 'log-cannot-open', 'pin-failed'],
  enospc: ['log-full', 'pin-failed'],
};

/** How a fault of the operating system may be answered; a process that is killed answers nothing. */
export function codesOf({ action, kind }: FileFault): readonly string[] {
  // SQLite takes a read that fails with EIO for a damaged file system (os_unix.c, SQLITE_IOERR_CORRUPTFS).
  if (kind === 'read') return [...CODES.eio, 'log-corrupt'];
  if (action === 'eio' || action === 'eio-lasting') return CODES.eio;
  return action === 'enospc' || action === 'enospc-lasting' ? CODES.enospc : [];
}
