import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runCommandIn, workspaceRoot } from './workspace-command.ts';
import { librariesOf, type Manifest, readWorkspace, type WorkspacePackage } from './workspace.ts';

interface Tarball {
  readonly library: WorkspacePackage;
  readonly path: string;
  readonly files: readonly string[];
}

/**
 * Packs every library as it would be published and examines the tarballs, not the sources: what they hold, their
 * exports and types, and whether they install into an empty project and give there, from `dist` under plain Node, what
 * the sources give here. Builds what is not built.
 */
export async function libraryPackageProblems(): Promise<readonly string[]> {
  const built = await runCommandIn(workspaceRoot, 'nx', 'run-many', '-t', 'build', '--outputStyle=static');
  if (built.status !== 0) return [`the libraries do not build:\n${built.stdout}${built.stderr}`];
  const folder = mkdtempSync(join(tmpdir(), 'suite-packages-'));
  try {
    const tarballs: Tarball[] = [];
    for (const library of librariesOf(readWorkspace(workspaceRoot)))
      tarballs.push(await pack(library, folder));
    const problems: string[] = [];
    for (const tarball of tarballs)
      problems.push(...leftOverProblems(tarball), ...(await linterProblems(tarball)));
    return [...problems, ...(await installProblems(tarballs, folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pack(library: WorkspacePackage, folder: string): Promise<Tarball> {
  const { status, stdout, stderr } = await runCommandIn(
    library.path,
    'npm',
    ...['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
  );
  if (status !== 0) throw new Error(`npm pack in ${library.folder} failed: ${stderr}`);
  const [packed] = JSON.parse(stdout) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) throw new Error(`npm pack in ${library.folder} packed nothing`);
  return { library, path: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** `tsc -b` never removes what it wrote for a source that is gone, and a tarball would carry it for ever. */
function leftOverProblems({ library, files }: Tarball): readonly string[] {
  return files
    .filter((file) => /^dist\/.+\.js$/u.test(file))
    .filter((file) => !existsSync(join(library.path, file.replace(/^dist/u, 'src').replace(/\.js$/u, '.ts'))))
    .map(
      (file) =>
        `${library.folder}: the tarball holds ${file}, whose source is gone: remove dist and build again`,
    );
}

async function linterProblems({ library, path }: Tarball): Promise<readonly string[]> {
  const commands = [
    ['publint', path, '--strict'],
    ['attw', path, '--profile', 'esm-only', '--no-color'],
  ] as const;
  const problems: string[] = [];
  for (const [command, ...parameters] of commands) {
    const { status, stdout, stderr } = await runCommandIn(workspaceRoot, command, ...parameters);
    if (status !== 0) problems.push(`${library.folder}: ${command}:\n${stdout}${stderr}`);
  }
  return problems;
}

/** Prints what every entry point exports, as JSON; it runs in the workspace and in the empty project alike. */
const listExports = `
  const names = process.argv.slice(1);
  const listed = {};
  for (const name of names) listed[name] = Object.keys(await import(name)).sort();
  console.log(JSON.stringify(listed));
`;

async function installProblems(tarballs: readonly Tarball[], folder: string): Promise<readonly string[]> {
  const project = join(folder, 'project');
  mkdirSync(project);
  const dependencies = Object.fromEntries(
    tarballs.map(({ library, path }) => [library.manifest.name ?? library.folder, `file:${path}`]),
  );
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  const installed = await runCommandIn(
    project,
    'npm',
    ...['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
  );
  if (installed.status !== 0)
    return [`the tarballs do not install into an empty project:\n${installed.stderr}`];

  const names = tarballs.flatMap(({ library }) => entryPointsOf(library.manifest));
  const evaluate = ['--input-type=module', '--eval', listExports, ...names] as const;
  const [fromSource, fromTarball] = await Promise.all([
    runCommandIn(workspaceRoot, 'node', '--conditions=@bitcoin-enterprise/source', ...evaluate),
    runCommandIn(project, 'node', ...evaluate),
  ]);
  if (fromSource.status !== 0) return [`the sources cannot be imported:\n${fromSource.stderr}`];
  if (fromTarball.status !== 0) return [`the installed tarballs cannot be imported:\n${fromTarball.stderr}`];
  const wanted = JSON.parse(fromSource.stdout) as Readonly<Record<string, readonly string[]>>;
  const found = JSON.parse(fromTarball.stdout) as Readonly<Record<string, readonly string[]>>;
  return names
    .filter((name) => !isDeepStrictEqual(found[name], wanted[name]))
    .map(
      (name) =>
        `${name} exports ${String(found[name])} once installed, and its source ${String(wanted[name])}`,
    );
}

function entryPointsOf({ name = '', exports = {} }: Manifest): readonly string[] {
  return Object.keys(exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => name + subpath.slice(1));
}
