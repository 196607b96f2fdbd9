import type { WorkspacePackage } from './workspace.ts';

interface Use {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Dependencies that are not pinned to one exact version, third-party ones that stand at two versions in the
 * workspace, and siblings that are not at the version that the sibling has.
 */
export function dependencyProblems(packages: readonly WorkspacePackage[]): readonly string[] {
  const uses = packages.flatMap(({ folder, manifest }) =>
    [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) =>
      Object.entries(group ?? {}).map(([name, version]) => ({ folder, name, version })),
    ),
  );
  const siblings = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  return [
    ...unpinned(uses),
    ...disagreeing(uses.filter(({ name }) => !siblings.has(name))),
    ...stale(uses, siblings),
  ];
}

function unpinned(uses: readonly Use[]): readonly string[] {
  return uses
    .filter(({ version }) => !/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/u.test(version))
    .map(({ folder, name, version }) => `${folder}: ${name} is at ${version}, not at one exact version`);
}

function disagreeing(uses: readonly Use[]): readonly string[] {
  return [...Map.groupBy(uses, ({ name }) => name)]
    .filter(([, group]) => new Set(group.map(({ version }) => version)).size > 1)
    .map(([name, group]) => {
      const places = group.map(({ folder, version }) => `${version} in ${folder}`).join(', ');
      return `${name} stands at more than one version: ${places}`;
    });
}

function stale(
  uses: readonly Use[],
  siblings: ReadonlyMap<string | undefined, string | undefined>,
): readonly string[] {
  return uses
    .filter(({ name, version }) => siblings.has(name) && siblings.get(name) !== version)
    .map(
      ({ folder, name, version }) =>
        `${folder}: ${name} is at ${version}, and that sibling is at ${String(siblings.get(name))}`,
    );
}
