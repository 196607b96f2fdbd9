import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compileSharedLibrary } from './c-compiler.ts';

/** Calls that can fail, in the order of the library's counts. */
const KINDS = ['open', 'read', 'write', 'sync', 'truncate', 'name'] as const;

/** What happens at the call, in the order of the library's numbers. */
const ACTIONS = [
  'none',
  'eio',
  'enospc',
  'eio-lasting',
  'enospc-lasting',
  'short',
  'kill-before',
  'kill-after',
  'power-before',
  'power-after',
] as const;

/** `name` is making or removing a name: `link`, `unlink`. */
export type FileCall = (typeof KINDS)[number];

/**
 * `eio`, `enospc`: the call fails, once or (`-lasting`) from then on; a sync that fails has lost what it was to write.
 * `short`: half of the bytes are written. `kill`: SIGKILL before or after the call. `power`: the same, and what was not
 * synced by then is lost.
 */
export type FaultAction = Exclude<(typeof ACTIONS)[number], 'none'>;

/** A process that opens a file of this name in the folder loses power there and then. */
export const POWER_OFF = 'power-off';

/** What to inject, at which call of its kind, counted from 1. */
export interface FileFault {
  readonly kind: FileCall;
  readonly at: number;
  readonly action: FaultAction;
  /** With `power`: which of the writes that were not synced are lost, and where one is torn. 0: all of them are lost. */
  readonly seed: number;
}

const HEADER_WORDS = 6;
const FIRED = 5;
const WORDS = HEADER_WORDS + KINDS.length;

/**
 * Compiles the library that makes the files of a folder fail (`faulting-files.c`) into `folder`; gives its path.
 *
 * @throws ServiceError `service-not-found` where there is no C compiler; `download-failed`, `signature-refused`
 */
export async function buildFaultingFiles(folder: string): Promise<string> {
  const library = join(folder, 'faulting-files.so');
  const sources = ['faulting-files.c', 'faulting-files-unsynced.c'];
  await compileSharedLibrary(
    sources.map((source) => join(import.meta.dirname, source)),
    library,
  );
  return library;
}

/** Arms faults in the processes that have the library loaded, and reads what they did, also after they were killed. */
export class FaultControl implements Disposable {
  readonly #path: string;
  readonly #file: number;
  #epoch = 0;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /** Makes the control file. */
  static create(path: string): FaultControl {
    const control = new FaultControl(path, openSync(path, 'wx+'));
    control.disarm();
    return control;
  }

  /** What a process needs in its environment so that its files under `folder` fail as they are told to. */
  environment(library: string, folder: string): Record<string, string> {
    return { LD_PRELOAD: library, FAULTING_FILES_FOLDER: folder, FAULTING_FILES_CONTROL: this.#path };
  }

  /** Starts counting anew, and arms a fault. Call it when no file of the folder is open. */
  arm(fault: FileFault): void {
    this.#write(KINDS.indexOf(fault.kind), fault.at, ACTIONS.indexOf(fault.action), fault.seed);
  }

  /** Starts counting anew. */
  disarm(): void {
    this.#write(0, 0, 0, 0);
  }

  /** Whether the call that the fault was armed for was made. */
  get fired(): boolean {
    return this.#words()[FIRED] === 1;
  }

  /** Calls since the fault was armed. */
  counts(): Readonly<Record<FileCall, number>> {
    const words = this.#words();
    const countOf = (kind: FileCall): number => words[HEADER_WORDS + KINDS.indexOf(kind)] ?? 0;
    return {
      open: countOf('open'),
      read: countOf('read'),
      write: countOf('write'),
      sync: countOf('sync'),
      truncate: countOf('truncate'),
      name: countOf('name'),
    };
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #write(...fault: readonly number[]): void {
    this.#epoch += 1;
    const words = new Uint32Array(WORDS);
    words.set([this.#epoch, ...fault]);
    writeSync(this.#file, words, 0, words.byteLength, 0);
  }

  #words(): Uint32Array {
    const words = new Uint32Array(WORDS);
    readSync(this.#file, words, 0, words.byteLength, 0);
    return words;
  }
}
