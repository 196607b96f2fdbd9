import { defineConfig } from 'vitest/config';

const conditions = ['@bitcoin-enterprise/source', 'node', 'import', 'module', 'default'];

/** One project a library, so that `vitest run --project audit` runs what a library owns. */
const project = (name: string, root: string): object => ({
  resolve: { conditions },
  // Given to the workers as Node's own conditions: with `import` among them, `require` would load modules.
  ssr: { resolve: { conditions: ['@bitcoin-enterprise/source', 'node'] } },
  test: {
    name,
    root,
    include: ['test/**/*.test.ts', '*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/opponents/**'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Tests run as they do for a user who starts Node on the sources.
    execArgv: ['--conditions=@bitcoin-enterprise/source'],
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './tools/runner/closing-line.ts'],
    // One download before the first test, instead of one a worker inside its time limit.
    globalSetup: './tools/services/prefetch.ts',
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      project('crypto-core', 'libs/crypto-core'),
      project('audit', 'libs/audit'),
      project('chain', 'libs/chain'),
      project('cci-sat', 'libs/cci-sat'),
      project('tools', 'tools'),
      project('e2e', 'test/e2e'),
    ],
    coverage: {
      provider: 'v8',
      include: ['libs/*/src/**/*.ts'],
      exclude: ['libs/*/src/index.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90, branches: 90 },
    },
  },
});
