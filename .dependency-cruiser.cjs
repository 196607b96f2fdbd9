// The floors of docs/architecture.md as rules: an import only ever points down, and only at another package's name.
// Rules that depend on what a package declares are made from its package.json, below the working folder.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const sourceCondition = '@bitcoin-enterprise/source';

/** A library may import from the floors below its own. Tools and tests stand above all of them. */
const floors = [
  ['crypto-core'],
  ['chain'],
  ['audit'],
  ['threshold', 'access-control'],
  ['aicrm-sdk', 'biscol', 'cci-sat', 'imo-eo'],
];

const libraryFolders = existsSync('libs') ? readdirSync('libs').map((name) => `libs/${name}`) : [];
const packages = [...libraryFolders, 'tools', 'test']
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }));

const exactly = (path) => `^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
const alternatives = (names) => `(?:${names.join('|')})`;

/** The files that a package's exports name: the only ones that another package may reach. */
const entryPoints = packages.flatMap(({ folder, manifest }) =>
  Object.values(manifest.exports ?? {})
    .map((target) => (typeof target === 'string' ? target : target[sourceCondition]))
    .map((target) => exactly(`${folder}/${target.slice(2)}`)),
);

const floorRules = floors.flatMap((libraries, floor) =>
  libraries.map((library) => ({
    name: `floor-of-${library}`,
    comment: `${library} stands on floor ${floor} and imports only from the floors below it`,
    severity: 'error',
    from: { path: `^libs/${library}/` },
    to: { path: `^libs/${alternatives(floors.slice(floor).flat())}/`, pathNot: `^libs/${library}/` },
  })),
);

/** A workspace package resolves whether it is declared or not, so what is not declared is named here. */
const declaredSiblingRules = packages.map(({ folder, manifest }) => {
  const declared = packages.filter(
    (sibling) => sibling.folder === folder || manifest.dependencies?.[sibling.manifest.name] !== undefined,
  );
  return {
    name: `declared-siblings-of-${folder.replace('libs/', '')}`,
    comment: `${folder} imports only the packages that its package.json depends on`,
    severity: 'error',
    from: { path: folder.startsWith('libs/') ? `^${folder}/src/` : `^${folder}/` },
    to: { path: '^(?:libs/[^/]+|tools|test)/', pathNot: declared.map((sibling) => `^${sibling.folder}/`) },
  };
});

module.exports = {
  forbidden: [
    ...floorRules,
    ...declaredSiblingRules,
    {
      name: 'no-cycle',
      comment: 'a cycle has no first file to read',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unlisted-library',
      comment: 'a library has its floor in the list above',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/${alternatives(floors.flat())}/` },
      to: {},
    },
    {
      name: 'library-stands-alone',
      comment: 'the source of a library knows neither the tools and tests above it nor its own tests',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/' },
      to: { path: '^(?:tools|test|libs/[^/]+/test)/' },
    },
    {
      name: 'tools-below-tests',
      comment: 'tests use the tools; the tools know nothing of the tests',
      severity: 'error',
      from: { path: '^tools/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-deep-import',
      comment: 'another package is reached through its exports, never through a file behind them',
      severity: 'error',
      from: { path: '^(libs/[^/]+|tools|test)/' },
      to: { path: '^(?:libs/[^/]+|tools|test)/', pathNot: ['^$1/', ...entryPoints] },
    },
    {
      name: 'no-relative-import-across-packages',
      comment: 'another package is imported by its name, so that its package.json must declare it',
      severity: 'error',
      from: { path: '^(libs/[^/]+|tools|test)/' },
      to: { path: '^(?:libs/[^/]+|tools|test)/', pathNot: '^$1/', dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'what is imported is declared in the package.json of the package that imports it',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable-import',
      comment: 'an import that leads nowhere, or past the exports of a package',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-dependency-in-source',
      comment:
        'development dependencies are not installed with a library; the explorer is one page that has them in it',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/', pathNot: '^libs/audit/src/explorer/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'peer-for-types-only',
      comment: 'a peer is optional: a library knows its types, and loads nothing of it',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/' },
      to: { dependencyTypes: ['npm-peer'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'chain-headers-without-node',
      comment: 'what verifies anchors in Bitcoin runs where there is no Node',
      severity: 'error',
      from: {
        path: '^libs/chain/src/(?:headers|error|headers[.]ts)',
        pathNot: '/(?:prove-inclusion|read-headers)[.]ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'audit-verifier-shares-nothing',
      comment:
        'the verifier of a bundle shares nothing with the writer but the format, and runs where there is no Node',
      severity: 'error',
      from: { path: '^libs/audit/src/verify/' },
      to: { path: '^libs/', pathNot: '^libs/audit/src/verify/' },
    },
    {
      name: 'audit-verifier-without-node',
      comment: 'the verifier of a bundle runs where there is no Node',
      severity: 'error',
      from: { path: '^libs/audit/src/verify/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'swap-decisions-are-pure',
      comment:
        'decide and apply, and what they are made of, take time, randomness and the view of a chain as arguments',
      severity: 'error',
      from: { path: '^libs/cci-sat/src/swap/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:dist|opponents|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: [sourceCondition, 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
