import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a package.json that the checks read. Anything may be absent: saying so is their work. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the workspace's root, with forward slashes; `.` for the root itself. */
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

/** The root package and every package that its `workspaces` name (`<folder>` or `<folder>/*`), in that order. */
export function readWorkspace(root: string): readonly WorkspacePackage[] {
  const rootManifest = readManifest(root);
  const folders = (rootManifest.workspaces ?? []).flatMap((pattern) =>
    pattern.endsWith('/*') ? foldersIn(root, pattern.slice(0, -2)) : [pattern],
  );
  return [
    { folder: '.', path: root, manifest: rootManifest },
    ...folders.map((folder) => {
      const path = join(root, folder);
      return { folder, path, manifest: readManifest(path) };
    }),
  ];
}

/** The packages that are published: the libraries. */
export function librariesOf(packages: readonly WorkspacePackage[]): readonly WorkspacePackage[] {
  return packages.filter(({ folder }) => folder.startsWith('libs/'));
}

function foldersIn(root: string, parent: string): readonly string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, parent, entry.name, 'package.json')))
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}

function readManifest(folder: string): Manifest & { readonly workspaces?: readonly string[] } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest & {
    readonly workspaces?: readonly string[];
  };
}
