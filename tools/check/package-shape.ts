import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { dependencyProblems } from './dependency-shape.ts';
import { librariesOf, type Manifest, readWorkspace, type WorkspacePackage } from './workspace.ts';

const sourceCondition = '@bitcoin-enterprise/source';
const published = ['dist', '!dist/**/*.tsbuildinfo', 'README.md', 'LICENSE'];

/** What is not as it is in every package of the workspace, a line each; empty when all have the one shape. */
export function packageShapeProblems(root: string): readonly string[] {
  const packages = readWorkspace(root);
  const rootManifest = packages[0]?.manifest ?? {};
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  return [
    ...packages.flatMap((one) => sharedProblems(one, rootManifest)),
    ...librariesOf(packages).flatMap((library) => libraryProblems(library, rootManifest, licence)),
    ...dependencyProblems(packages),
  ];
}

function sharedProblems({ folder, manifest }: WorkspacePackage, rootManifest: Manifest): readonly string[] {
  const say = problemIn(folder);
  return [
    ...say(
      manifest.license === rootManifest.license,
      `license is ${String(manifest.license)}, not the root's`,
    ),
    ...say(manifest.type === 'module', `type is ${String(manifest.type)}, not module`),
  ];
}

function libraryProblems(
  { folder, path, manifest }: WorkspacePackage,
  rootManifest: Manifest,
  licence: string,
): readonly string[] {
  const say = problemIn(folder);
  const shortName = folder.slice('libs/'.length);
  const scripts = {
    build: 'tsc -b tsconfig.build.json',
    typecheck: 'tsc -p tsconfig.json --noEmit',
    test: `vitest run --root ../.. --project ${shortName}`,
    // What a package holds beside the compiler's output, made before it is packed.
    ...(manifest.scripts?.prepack === undefined ? {} : { prepack: manifest.scripts.prepack }),
  };
  const licenceFile = join(path, 'LICENSE');
  return [
    ...say(manifest.name === `@bitcoin-enterprise/${shortName}`, `name is ${String(manifest.name)}`),
    ...say(
      /^\d+\.\d+\.\d+$/u.test(manifest.version ?? ''),
      `version ${String(manifest.version)} is not x.y.z`,
    ),
    ...say(/^[A-Z].*\.$/u.test(manifest.description ?? ''), 'description is not a sentence'),
    ...say(manifest.private === undefined, 'private keeps it from being published'),
    ...say(manifest.sideEffects === false, 'sideEffects is not false'),
    ...say(isDeepStrictEqual(manifest.engines, rootManifest.engines), "engines are not the root's"),
    ...say(isDeepStrictEqual(manifest.files, published), `files are not ${JSON.stringify(published)}`),
    ...say(manifest.publishConfig?.access === 'public', 'publishConfig.access is not public'),
    ...say(isDeepStrictEqual(manifest.scripts, scripts), `scripts are not ${JSON.stringify(scripts)}`),
    ...say(
      existsSync(licenceFile) && readFileSync(licenceFile, 'utf8') === licence,
      "LICENSE is not the root's",
    ),
    ...exportProblems(folder, path, manifest),
    ...referenceProblems(folder, path, manifest),
  ];
}

/** Subpaths in order: `.` first, `./package.json` last, and between them one form for every entry point. */
function exportProblems(folder: string, path: string, manifest: Manifest): readonly string[] {
  const say = problemIn(folder);
  const subpaths = Object.entries(manifest.exports ?? {});
  return [
    ...say(subpaths[0]?.[0] === '.', 'exports do not begin with "."'),
    ...say(
      isDeepStrictEqual(subpaths.at(-1), ['./package.json', './package.json']),
      'exports do not end with "./package.json"',
    ),
    ...subpaths.slice(0, -1).flatMap(([subpath, target]) => {
      const source = String((target as Readonly<Record<string, unknown>> | null)?.[sourceCondition]);
      const stem = /^\.\/src\/(.+)\.ts$/u.exec(source)?.[1];
      const wanted = {
        [sourceCondition]: `./src/${String(stem)}.ts`,
        types: `./dist/${String(stem)}.d.ts`,
        default: `./dist/${String(stem)}.js`,
      };
      return [
        // Compared as text, because the order of conditions decides which one applies.
        ...say(
          JSON.stringify(target) === JSON.stringify(wanted),
          `exports["${subpath}"] is not {"${sourceCondition}": "./src/….ts", "types": "./dist/….d.ts", "default": "./dist/….js"} of one file`,
        ),
        ...say(existsSync(join(path, source)), `exports["${subpath}"] names ${source}, which does not exist`),
      ];
    }),
  ];
}

/** `tsc -b` builds in the right order only when the references name exactly the sibling dependencies. */
function referenceProblems(folder: string, path: string, manifest: Manifest): readonly string[] {
  const file = join(path, 'tsconfig.build.json');
  if (!existsSync(file)) return [`${folder}: tsconfig.build.json is absent`];
  const { references = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly references?: readonly { readonly path: string }[];
  };
  const wanted = Object.keys(manifest.dependencies ?? {})
    .filter((name) => name.startsWith('@bitcoin-enterprise/'))
    .map((name) => `../${name.slice('@bitcoin-enterprise/'.length)}/tsconfig.build.json`);
  return problemIn(folder)(
    isDeepStrictEqual(references.map((reference) => reference.path).sort(), wanted.sort()),
    `tsconfig.build.json references are not its sibling dependencies: ${wanted.join(', ') || 'none'}`,
  );
}

function problemIn(folder: string): (ok: boolean, problem: string) => readonly string[] {
  return (ok, problem) => (ok ? [] : [`${folder}: ${problem}`]);
}
