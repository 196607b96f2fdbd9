import type { BundleCheck, BundleCheckName, EntryCheck, EntryCheckName } from './bundle-report.ts';

/** The order in which checks are reported, whenever they were made. */
const ORDER: readonly (BundleCheckName | EntryCheckName)[] = [
  'bundle format',
  'origin',
  'checkpoint signature',
  'checkpoint',
  'witness quorum',
  'pinned checkpoint',
  'anchor',
  'entry order',
  'entry form',
  'leaf hash',
  'chain link',
  'time order',
  'stream order',
  'personal data',
  'inclusion proof',
  'completeness',
];

/** Failures that are kept; whoever altered more than these has altered enough. */
const KEPT_FAILURES = 1_000;

interface Tally {
  readonly detail: string;
  passed: number;
  failed: number;
}

/** Collects what was checked, in memory that does not grow with what passed. */
export class CheckList {
  readonly #whole: BundleCheck[] = [];
  readonly #failures: BundleCheck[] = [];
  readonly #tallies = new Map<EntryCheckName, Tally>();
  #failed = 0;

  /** Records a check of the bundle as a whole. */
  add(name: BundleCheckName, ok: boolean, detail: string): void {
    this.#whole.push({ name, ok, detail });
    if (!ok) this.#failed += 1;
  }

  /** Records the checks of one entry. */
  addEntry(entry: number, checks: readonly EntryCheck[]): void {
    for (const { name, ok, detail } of checks) {
      let tally = this.#tallies.get(name);
      if (tally === undefined) {
        tally = { detail, passed: 0, failed: 0 };
        this.#tallies.set(name, tally);
      }
      if (ok) {
        tally.passed += 1;
        continue;
      }
      tally.failed += 1;
      this.#failed += 1;
      if (this.#failures.length < KEPT_FAILURES) this.#failures.push({ name, ok, entry, detail });
    }
  }

  get ok(): boolean {
    return this.#failed === 0;
  }

  get checks(): readonly BundleCheck[] {
    return ORDER.flatMap((name) => [
      ...this.#whole.filter((check) => check.name === name),
      ...this.#entryChecks(name as EntryCheckName),
    ]);
  }

  /** One line: the first entry that is wrong and everything wrong about it, else the first failed check. */
  summary(entries: number, treeSize: number): string {
    const [first] = this.#failures;
    if (first?.entry !== undefined) {
      const details = this.#failures.filter(({ entry }) => entry === first.entry).map(({ detail }) => detail);
      return `entry ${first.entry} altered: ${details.join(', ')}`;
    }
    const failed = this.checks.find((check) => !check.ok);
    return failed === undefined
      ? `${entries} of ${treeSize} entries verified`
      : `${failed.name}: ${failed.detail}`;
  }

  /** Each failure, or one line for all that passed. */
  #entryChecks(name: EntryCheckName): readonly BundleCheck[] {
    const tally = this.#tallies.get(name);
    if (tally === undefined) return [];
    if (tally.failed === 0)
      return [{ name, ok: true, detail: `${tally.detail}, for ${tally.passed} entries` }];
    const kept = this.#failures.filter((check) => check.name === name);
    const more = tally.failed - kept.length;
    return more === 0 ? kept : [...kept, { name, ok: false, detail: `and of ${more} entries more` }];
  }
}
