/** How long entries have to stay readable, whatever their subject asks for. */
export interface RetentionRule {
  /** Types that it is about, such as `withdrawal.approved`; a trailing `*` stands for any ending. */
  readonly type: string;
  /** From the time of the entry, in whole days of 24 hours. */
  readonly days: number;
  /** Why, for the answer to the subject, such as `AMLD Art. 40`. */
  readonly basis: string;
}

/** An order that nothing about a subject may be destroyed. */
export interface LegalHold {
  /** Of the order, such as a case number. */
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** What stands against an erasure; `undefined` when nothing does. */
export type ErasureObstacle =
  | { readonly kind: 'legal-hold'; readonly reference: string }
  | {
      readonly kind: 'retention';
      readonly basis: string;
      /** The entry that has to stay longest. */
      readonly index: number;
      /** Milliseconds since 1970. */
      readonly until: number;
    };

const DAY_MS = 86_400_000;

/**
 * Whether a subject may be erased. Holds win over everything, then the rule that lasts longest.
 *
 * @param entries those about the subject that have personal data
 * @param now milliseconds since 1970
 */
export function judgeErasure(
  entries: Iterable<{ readonly index: number; readonly type: string; readonly time: number }>,
  holds: readonly LegalHold[],
  rules: readonly RetentionRule[],
  now: number,
): ErasureObstacle | undefined {
  const [hold] = holds;
  if (hold !== undefined) return { kind: 'legal-hold', reference: hold.reference };
  let longest: ErasureObstacle | undefined;
  for (const { index, type, time } of entries) {
    for (const rule of rules) {
      const until = time + rule.days * DAY_MS;
      const isLonger = longest?.kind !== 'retention' || until > longest.until;
      if (matches(rule.type, type) && until > now && isLonger) {
        longest = { kind: 'retention', basis: rule.basis, index, until };
      }
    }
  }
  return longest;
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
