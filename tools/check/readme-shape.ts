import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { librariesOf, readWorkspace } from './workspace.ts';

const sections = ['Install', 'First example', 'What it gives', 'Errors', 'Security', 'Limits', 'Licence'];

/** What is not the same in the README of every library, a line each: its title, its sections, their order. */
export function readmeShapeProblems(root: string): readonly string[] {
  return librariesOf(readWorkspace(root)).flatMap(({ folder, path, manifest }) => {
    const file = join(path, 'README.md');
    if (!existsSync(file)) return [`${folder}: README.md is absent`];
    const { title, headings, empty } = outlineOf(readFileSync(file, 'utf8'));
    return [
      ...(title === manifest.name
        ? []
        : [`${folder}: README.md begins with "# ${title}", not with the package's name`]),
      ...(isDeepStrictEqual(headings, sections)
        ? []
        : [
            `${folder}: README.md has the sections ${headings.join(', ')}; every library has ${sections.join(', ')}`,
          ]),
      ...empty.map((heading) => `${folder}: README.md says nothing under ${heading}`),
    ];
  });
}

interface Outline {
  readonly title: string;
  readonly headings: readonly string[];
  /** The headings that nothing follows. */
  readonly empty: readonly string[];
}

function outlineOf(markdown: string): Outline {
  const headings: string[] = [];
  const told = new Set<string>();
  let title = '';
  let fenced = false;
  for (const line of markdown.split('\n')) {
    // A number sign inside a code block is a comment of a shell, not a heading.
    if (line.trimStart().startsWith('```')) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,2}) (.+?)\s*$/u.exec(line);
    if (heading?.[1] === '#') title ||= heading[2] ?? '';
    else if (heading?.[2] !== undefined) headings.push(heading[2]);
    else if (line.trim() !== '') told.add(headings.at(-1) ?? '');
  }
  return { title, headings, empty: headings.filter((heading) => !told.has(heading)) };
}
