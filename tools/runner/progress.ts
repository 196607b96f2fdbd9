import type { WriteStream } from 'node:tty';

/** Called as work goes on: `done` of `total` points, and what is being done now. */
export type Progress = (done: number, total: number, note: string) => void;

/**
 * Shows progress on a stream beside the results: on a terminal one line that rewrites itself, elsewhere (a file,
 * CI) a line about every tenth of the way. `clear` takes the live line away before a result is printed.
 */
export function showProgress(
  subject: string,
  stream: Pick<WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    readonly columns?: number;
  } = process.stderr,
): { readonly progress: Progress; readonly clear: () => void } {
  let lastTenth = -1;
  const live = stream.isTTY === true;
  return {
    progress: (done, total, note) => {
      const text = `${subject} ${String(done)}/${String(total)} ${note}`;
      if (live) {
        stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
        return;
      }
      const tenth = total === 0 ? 10 : Math.floor((done * 10) / total);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      stream.write(`${text}\n`);
    },
    clear: () => {
      if (live) stream.write('\r\u001b[K');
    },
  };
}
