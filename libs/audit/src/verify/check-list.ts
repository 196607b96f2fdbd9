import type { BundleCheck } from './bundle-report.ts';

/** Collects what was checked, in order. */
export class CheckList {
  readonly checks: BundleCheck[] = [];
  readonly #failedEntries = new Set<number>();

  /** Records a check of the bundle as a whole. */
  add(name: BundleCheck['name'], ok: boolean, detail: string): boolean {
    this.checks.push({ name, ok, detail });
    return ok;
  }

  /** Records a check of one entry. */
  addFor(entry: number, name: BundleCheck['name'], ok: boolean, holds: string, fails: string): boolean {
    this.checks.push({ name, ok, entry, detail: ok ? holds : fails });
    if (!ok) this.#failedEntries.add(entry);
    return ok;
  }

  get ok(): boolean {
    return this.checks.every((check) => check.ok);
  }

  entryOk(index: number): boolean {
    return !this.#failedEntries.has(index);
  }

  /** One line: the first entry that is wrong and everything wrong about it, else the first failed check. */
  summary(entries: number, treeSize: number): string {
    const first = this.checks.find((check) => !check.ok && check.entry !== undefined)?.entry;
    if (first !== undefined) {
      const failed = this.checks.filter((check) => !check.ok && check.entry === first);
      return `entry ${first} altered: ${failed.map((check) => check.detail).join(', ')}`;
    }
    const failed = this.checks.find((check) => !check.ok);
    if (failed !== undefined) return `${failed.name}: ${failed.detail}`;
    return `${entries} of ${treeSize} entries verified`;
  }
}
