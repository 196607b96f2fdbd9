import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const namedExportsOnly = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: the list is the public API.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export it by its name.' },
];

const wholeTests = [
  {
    selector:
      'CallExpression[callee.object.name=/^(?:it|test|describe)$/][callee.property.name=/^(?:skip|only|todo)$/]',
    message: 'A test runs, or is not there. What a machine may lack is said with skipIf and the reason.',
  },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'coverage/',
      '.nx/',
      'demo-out/',
      'docs/api/',
      'tools/bench/opponents/',
      // AssemblyScript: its own compiler checks it.
      'libs/crypto-core/wasm/',
      '**/*.generated.ts',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...namedExportsOnly, ...wholeTests],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      eqeqeq: 'error',
    },
  },
  { files: ['**/test/**/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['tools/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Vitest takes its configuration and its reporters from default exports.
    files: ['vitest.config.ts', 'tools/runner/closing-line.ts'],
    rules: { 'no-restricted-syntax': ['error', ...wholeTests] },
  },
);
