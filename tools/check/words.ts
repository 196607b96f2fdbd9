import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommandIn } from './workspace-command.ts';

interface Rule {
  readonly says: string;
  readonly pattern: RegExp;
}

const hostLabels = ['registry', 'deb', 'security', 'archive', 'snapshot', 'mirror', 'mirrors'];

const rules: readonly Rule[] = [
  { says: 'a path in a home folder', pattern: /(?<![\w.-])\/(?:home|Users)\/[\w.-]+|[A-Z]:\\Users\\/u },
  {
    says: 'the host of a package registry or mirror',
    pattern: new RegExp(
      String.raw`(?<![\w.-])(?:${hostLabels.join('|')})\.(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev)\b`,
      'u',
    ),
  },
];

/**
 * Lines of the repository's text files that name the machine they were written on or where its packages come from.
 * Files that Git would track are read too, so that a line is found before it is committed.
 */
export async function wordProblems(root: string): Promise<readonly string[]> {
  const listed = await runCommandIn(
    root,
    'git',
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  );
  if (listed.status !== 0) return [`git ls-files: ${listed.stderr.trim()}`];
  const all = [...rules, ...(await rulesOfThisMachine(root))];
  return listed.stdout
    .split('\0')
    .filter((file) => file !== '')
    .flatMap((file) => problemsIn(root, file, all));
}

function problemsIn(root: string, file: string, all: readonly Rule[]): readonly string[] {
  let text: string;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch (error) {
    // Deleted in the working tree and still in the index.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  if (text.includes('\0')) return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      all
        .filter(({ pattern }) => pattern.test(line))
        .map(({ says }) => `${file}:${String(index + 1)}: ${says}: ${line.trim().slice(0, 120)}`),
    );
}

/** Where this checkout, the home folder and the registry are is known only here, so those rules are made here. */
async function rulesOfThisMachine(root: string): Promise<readonly Rule[]> {
  const places = [dirname(root), homedir()].filter((place) => !['/', '/home', tmpdir()].includes(place));
  const registry = (await runCommandIn(root, 'npm', 'config', 'get', 'registry')).stdout.trim();
  return [
    ...[root, ...places.map((place) => `${place}/`)].map((place) => ({
      says: 'a path of this machine',
      pattern: new RegExp(String.raw`(?<![\w.-])${literally(place)}`, 'u'),
    })),
    ...(URL.canParse(registry)
      ? [
          {
            says: 'the registry of this machine',
            pattern: new RegExp(literally(new URL(registry).host), 'u'),
          },
        ]
      : []),
  ];
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
