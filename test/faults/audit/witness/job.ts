import type { History } from './history.ts';

/** What a process with a witness is told to do. */
export interface WitnessJob {
  /** Of the store, for this job alone. */
  readonly folder: string;
  readonly history: History;
  /** The first size that is asked for, and the one before it that the witness should know. */
  readonly known: number;
  /** Whether the power goes off instead of the store being closed. */
  readonly powerOff: boolean;
}

/** What the witness answered to one request. */
export interface SaidOfAnswer {
  readonly what: 'answer';
  readonly size: number;
  readonly status: number;
  readonly body: string;
}

/** A line that the process says. A code is that of the error that was met. */
export type SaidOfWitness =
  SaidOfAnswer | { readonly what: 'ready' | 'end' | 'open' | 'close'; readonly code?: string };
