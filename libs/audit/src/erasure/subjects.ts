import type { RevealedPersonalData } from './personal-data.ts';
import type { ErasureObstacle, LegalHold } from './retention.ts';

/** The personal data of an entry. */
export type PersonalData =
  | { readonly state: 'none' }
  | { readonly state: 'erased' }
  | ({ readonly state: 'present' } & RevealedPersonalData);

/** What became of the wish to erase a subject. Both answers are in the log. */
export type ErasureOutcome =
  { readonly erased: true } | { readonly erased: false; readonly because: ErasureObstacle };

/** Those whom the entries of a log are about, as far as they are persons. */
export interface Subjects {
  /**
   * The personal data of an entry, checked against the commitment in it.
   *
   * @throws LogError `index-out-of-range`, `personal-data-unavailable`, `log-corrupt`, or what the wrapping keys throw.
   */
  personalData(index: number): Promise<PersonalData>;

  /**
   * Destroys the key of a subject and all personal data about it, for good, unless a legal hold or a rule of retention
   * stands against it. Either way the log has it, with the reason; every proof verifies as before. Copies of the store
   * that were made earlier still hold the wrapped key: destroy them, or the keys that wrap it.
   *
   * @throws LogError what `Log.append` throws; `log-io` or `log-full` where the store could not erase: opening the log
   * again completes it.
   */
  erase(subject: string, reason: string): Promise<ErasureOutcome>;

  /** Orders that nothing about a subject is erased until {@link releaseHold}. */
  placeHold(subject: string, reference: string): Promise<void>;

  /** @throws LogError `hold-unknown`, or what `Log.append` throws. */
  releaseHold(subject: string, reference: string): Promise<void>;

  /** The holds on a subject, in the order in which they were placed. */
  holds(subject: string): Promise<readonly LegalHold[]>;
}
