import type { Source } from '@bitcoin-enterprise/tools/runner';
import type { Finding, FuzzReport } from './finding.ts';

/** What the process that fuzzes is told to do. */
export interface FuzzJob {
  readonly source: Source;
  readonly seed: number;
  /** Where the process keeps the input that it is at. */
  readonly currentInput: string;
  /** Where instrumented sources are kept for the next process. */
  readonly instrumented: string;
  readonly work:
    | { readonly kind: 'fuzz'; readonly limits: { readonly seconds?: number; readonly executions?: number } }
    | { readonly kind: 'replay'; readonly inputHex: string };
}

/** What the process says: now and then how far it is, and in the end one of the others. */
export type FuzzMessage =
  | { readonly type: 'progress'; readonly report: FuzzReport }
  | { readonly type: 'report'; readonly report: FuzzReport }
  | { readonly type: 'replayed'; readonly result: 'accepted' | 'refused' | Finding }
  | { readonly type: 'failed'; readonly stack: string };
