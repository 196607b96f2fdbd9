import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandIn, workspaceRoot } from '../workspace-command.ts';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';

type Files = Readonly<Record<string, string>>;

const floorOf: Readonly<Record<string, readonly string[]>> = {
  'crypto-core': [],
  chain: ['crypto-core'],
  audit: ['crypto-core'],
  threshold: ['crypto-core', 'audit'],
  'access-control': ['audit'],
  'cci-sat': ['crypto-core', 'chain', 'audit'],
  biscol: ['audit'],
};

function manifest(name: string, siblings: readonly string[], exported: Files): string {
  return JSON.stringify({
    name: `@bitcoin-enterprise/${name}`,
    version: '0.1.0',
    type: 'module',
    exports: Object.fromEntries(
      Object.entries(exported).map(([subpath, source]) => [
        subpath,
        { '@bitcoin-enterprise/source': source, default: './dist/absent.js' },
      ]),
    ),
    dependencies: {
      ...Object.fromEntries(siblings.map((sibling) => [`@bitcoin-enterprise/${sibling}`, '0.1.0'])),
      ...(name === 'crypto-core' ? { 'declared-package': '1.0.0' } : {}),
    },
    ...(name === 'audit'
      ? { peerDependencies: { 'peer-package': '^1.0.0' }, devDependencies: { 'peer-package': '1.0.0' } }
      : {}),
  });
}

function thirdParty(name: string): Files {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: 'module.exports = {};\n',
  };
}

/** A small workspace in the house's form, without a violation. `dist` is absent: only the sources are there. */
function soundWorkspace(): Files {
  const files: Record<string, string> = {
    'package.json': JSON.stringify({
      name: '@bitcoin-enterprise/suite',
      private: true,
      workspaces: ['libs/*', 'tools', 'test'],
      devDependencies: { 'development-package': '1.0.0' },
    }),
    ...thirdParty('declared-package'),
    ...thirdParty('development-package'),
    ...thirdParty('peer-package'),
    'tools/package.json': manifest('tools', ['cci-sat'], { './runner': './runner/runner.ts' }),
    'tools/runner/runner.ts': "import '@bitcoin-enterprise/cci-sat';\nexport const runner = 1;\n",
    'test/package.json': manifest('test', ['tools'], {}),
    'test/e2e/swap.ts': "import '@bitcoin-enterprise/tools/runner';\n",
    'libs/crypto-core/test/secret.test.ts':
      "import 'development-package';\nimport '@bitcoin-enterprise/tools/runner';\nimport '../src/secret.ts';\n",
    'libs/crypto-core/src/secret.ts': "import 'node:crypto';\nimport 'declared-package';\n",
    'libs/audit/src/metrics.ts': "import type { Meter } from 'peer-package';\nexport type M = Meter;\n",
    'libs/audit/src/verify/verify.ts': "import './parse.ts';\n",
    'libs/audit/src/verify/parse.ts': 'export const parse = 1;\n',
    'libs/cci-sat/src/swap/decide.ts': "import '@bitcoin-enterprise/chain';\n",
    'libs/cci-sat/src/desk/desk.ts': "import 'node:fs';\nimport '../swap/decide.ts';\n",
  };
  for (const [name, siblings] of Object.entries(floorOf)) {
    files[`libs/${name}/package.json`] = manifest(name, siblings, { '.': './src/index.ts' });
    files[`libs/${name}/src/index.ts`] = [
      ...siblings.map((sibling) => `import '@bitcoin-enterprise/${sibling}';\n`),
      `export const name = '${name}';\n`,
    ].join('');
  }
  return files;
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

async function violationsOf(files: Files): Promise<readonly string[]> {
  const folder = temporaryFolder(files);
  const scope = join(folder, 'node_modules', '@bitcoin-enterprise');
  mkdirSync(scope, { recursive: true });
  for (const name of Object.keys(floorOf)) symlinkSync(join('..', '..', 'libs', name), join(scope, name));
  for (const name of ['tools', 'test']) symlinkSync(join('..', '..', name), join(scope, name));
  const config = join(workspaceRoot, '.dependency-cruiser.cjs');
  const { stdout, stderr } = await runCommandIn(
    folder,
    'depcruise',
    ...['--config', config, '--output-type', 'json', 'libs', 'tools', 'test'],
  );
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as {
    readonly summary: { readonly violations: readonly Violation[] };
  };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

describe('the floors as rules', () => {
  it('finds nothing in a workspace that keeps them, where every sibling resolves to its source', async () => {
    expect(await violationsOf(soundWorkspace())).toEqual([]);
  });

  it('names every import that breaks one', async () => {
    const broken: Files = {
      // Upwards, and across on one floor.
      'libs/crypto-core/src/upward.ts': "import '@bitcoin-enterprise/audit';\n",
      'libs/crypto-core/test/upward.test.ts': "import '@bitcoin-enterprise/chain';\n",
      'libs/chain/src/upward.ts':
        "import type { name } from '@bitcoin-enterprise/audit';\nexport type N = typeof name;\n",
      'libs/audit/src/upward.ts': "import '@bitcoin-enterprise/threshold';\n",
      'libs/threshold/src/across.ts': "import '@bitcoin-enterprise/access-control';\n",
      'libs/access-control/src/across.ts': "import '@bitcoin-enterprise/threshold';\n",
      'libs/biscol/src/across.ts': "import '@bitcoin-enterprise/cci-sat';\n",
      'libs/cci-sat/src/across.ts': "import '@bitcoin-enterprise/biscol';\n",
      'libs/cci-sat/src/tooling.ts': "import '@bitcoin-enterprise/tools/runner';\n",
      'libs/cci-sat/src/testing.ts': "import '../test/harness.ts';\n",
      'libs/cci-sat/test/harness.ts': 'export const harness = 1;\n',
      'tools/runner/testing.ts': "import '../../test/e2e/swap.ts';\n",
      'libs/newcomer/src/index.ts': "import 'node:fs';\n",
      // Past the exports of another package, and around its name.
      'libs/chain/src/deep.ts': "import '@bitcoin-enterprise/crypto-core/src/secret.ts';\n",
      'libs/chain/src/deep-relative.ts': "import '../../crypto-core/src/secret.ts';\n",
      'libs/chain/src/relative.ts': "import '../../crypto-core/src/index.ts';\n",
      // Not declared.
      'libs/chain/src/undeclared.ts': "import 'declared-package';\n",
      'libs/chain/src/development.ts': "import 'development-package';\n",
      'libs/audit/src/peer.ts': "import 'peer-package';\n",
      'libs/access-control/src/undeclared.ts': "import '@bitcoin-enterprise/chain';\n",
      'libs/chain/src/absent.ts': "import './nowhere.ts';\nimport 'never-installed';\n",
      // A cycle.
      'libs/chain/src/cycle-one.ts': "import './cycle-two.ts';\n",
      'libs/chain/src/cycle-two.ts': "import './cycle-one.ts';\n",
      // The two rooms with rules of their own.
      'libs/audit/src/writer.ts': 'export const writer = 1;\n',
      'libs/audit/src/verify/shares.ts':
        "import '../writer.ts';\nimport '@bitcoin-enterprise/crypto-core';\n",
      'libs/audit/src/verify/node.ts': "import 'node:crypto';\n",
      'libs/cci-sat/src/swap/apply.ts': "import 'node:fs';\n",
    };
    expect([...(await violationsOf({ ...soundWorkspace(), ...broken }))].sort()).toEqual([
      'audit-verifier-shares-nothing: libs/audit/src/verify/shares.ts -> libs/audit/src/writer.ts',
      'audit-verifier-shares-nothing: libs/audit/src/verify/shares.ts -> libs/crypto-core/src/index.ts',
      'audit-verifier-without-node: libs/audit/src/verify/node.ts -> crypto',
      'declared-siblings-of-access-control: libs/access-control/src/across.ts -> libs/threshold/src/index.ts',
      'declared-siblings-of-access-control: libs/access-control/src/undeclared.ts -> libs/chain/src/index.ts',
      'declared-siblings-of-audit: libs/audit/src/upward.ts -> libs/threshold/src/index.ts',
      'declared-siblings-of-biscol: libs/biscol/src/across.ts -> libs/cci-sat/src/index.ts',
      'declared-siblings-of-cci-sat: libs/cci-sat/src/across.ts -> libs/biscol/src/index.ts',
      'declared-siblings-of-cci-sat: libs/cci-sat/src/tooling.ts -> tools/runner/runner.ts',
      'declared-siblings-of-chain: libs/chain/src/upward.ts -> libs/audit/src/index.ts',
      'declared-siblings-of-crypto-core: libs/crypto-core/src/upward.ts -> libs/audit/src/index.ts',
      'declared-siblings-of-threshold: libs/threshold/src/across.ts -> libs/access-control/src/index.ts',
      'declared-siblings-of-tools: tools/runner/testing.ts -> test/e2e/swap.ts',
      'floor-of-access-control: libs/access-control/src/across.ts -> libs/threshold/src/index.ts',
      'floor-of-audit: libs/audit/src/upward.ts -> libs/threshold/src/index.ts',
      'floor-of-biscol: libs/biscol/src/across.ts -> libs/cci-sat/src/index.ts',
      'floor-of-cci-sat: libs/cci-sat/src/across.ts -> libs/biscol/src/index.ts',
      'floor-of-chain: libs/chain/src/upward.ts -> libs/audit/src/index.ts',
      'floor-of-crypto-core: libs/crypto-core/src/upward.ts -> libs/audit/src/index.ts',
      'floor-of-crypto-core: libs/crypto-core/test/upward.test.ts -> libs/chain/src/index.ts',
      'floor-of-threshold: libs/threshold/src/across.ts -> libs/access-control/src/index.ts',
      'library-stands-alone: libs/cci-sat/src/testing.ts -> libs/cci-sat/test/harness.ts',
      'library-stands-alone: libs/cci-sat/src/tooling.ts -> tools/runner/runner.ts',
      'no-cycle: libs/chain/src/cycle-one.ts -> libs/chain/src/cycle-two.ts',
      'no-deep-import: libs/chain/src/deep-relative.ts -> libs/crypto-core/src/secret.ts',
      'no-deep-import: tools/runner/testing.ts -> test/e2e/swap.ts',
      'no-development-dependency-in-source: libs/chain/src/development.ts -> node_modules/development-package/index.js',
      'no-relative-import-across-packages: libs/chain/src/deep-relative.ts -> libs/crypto-core/src/secret.ts',
      'no-relative-import-across-packages: libs/chain/src/relative.ts -> libs/crypto-core/src/index.ts',
      'no-relative-import-across-packages: tools/runner/testing.ts -> test/e2e/swap.ts',
      'no-undeclared-dependency: libs/chain/src/undeclared.ts -> node_modules/declared-package/index.js',
      'no-unresolvable-import: libs/chain/src/absent.ts -> ./nowhere.ts',
      'no-unresolvable-import: libs/chain/src/absent.ts -> never-installed',
      'no-unresolvable-import: libs/chain/src/deep.ts -> @bitcoin-enterprise/crypto-core/src/secret.ts',
      'peer-for-types-only: libs/audit/src/peer.ts -> node_modules/peer-package/index.js',
      'swap-decisions-are-pure: libs/cci-sat/src/swap/apply.ts -> fs',
      'tools-below-tests: tools/runner/testing.ts -> test/e2e/swap.ts',
      'unlisted-library: libs/newcomer/src/index.ts -> fs',
    ]);
  });
});
