/** What a log did, for metrics and traces. Nothing in it is of the content of an entry. */
export type LogObservation =
  | {
      readonly kind: 'opened';
      /** Entries in the log, and how many of them its latest signature covers. */
      readonly size: number;
      readonly signedSize: number;
      /** Those of them that a crash had left in the pin alone. */
      readonly restored: number;
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'committed';
      /** Entries that became durable together, and the calls that they came from. */
      readonly entries: number;
      readonly calls: number;
      /** Entries in the log now. */
      readonly size: number;
      readonly milliseconds: number;
    }
  | { readonly kind: 'signed' | 'pinned'; readonly size: number; readonly milliseconds: number }
  /** A call, a signature or a pin that failed, with the code of its error. */
  | { readonly kind: 'failed'; readonly step: 'append' | 'sign'; readonly code: string };

/** Is told of every observation, at once and on the log's own turn: it should be quick. What it throws is ignored. */
export type ObserveLog = (observation: LogObservation) => void;

/** An observer that cannot disturb the log. */
export function harmless(observe: ObserveLog | undefined): ObserveLog {
  if (observe === undefined) return () => undefined;
  return (observation) => {
    try {
      observe(observation);
    } catch {
      // Whoever watches a log must not be able to stop it.
    }
  };
}
