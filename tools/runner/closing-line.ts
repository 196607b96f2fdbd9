import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with `N passed, N failed, N skipped` alone on a line, for people and for CI. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that fails to load has no tests of its own to fail.
      if (module.state() === 'failed' && module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    console.log(`\n${String(count.passed)} passed, ${String(count.failed)} failed, ${String(count.skipped)} skipped`);
  }
}
