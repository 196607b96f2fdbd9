import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';
import { wordProblems } from '../words.ts';
import { runCommandIn } from '../workspace-command.ts';

/** A new Git repository with these files; the first is tracked, the others only there. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = temporaryFolder({ '.gitignore': 'ignored/\n', ...files });
  await runCommandIn(folder, 'git', 'init', '--quiet');
  const [first] = Object.keys(files);
  if (first !== undefined) await runCommandIn(folder, 'git', 'add', first);
  return (await wordProblems(folder)).map((problem) => problem.replaceAll(folder, '<folder>'));
}

// Put together here, so that this file does not break the rule that it tests.
const host = (label: string, rest: string) => [label, rest].join('.');
const home = (name: string) => ['', 'home', name, 'suite'].join('/');

describe('the words check', () => {
  it('finds nothing in files that speak of the project alone', async () => {
    const text =
      'Run `npm install`, read ./docs/architecture.md, /usr/bin/env bash, /tmp, https://example.com/registry\n';
    expect(await problemsOf({ 'a.md': text })).toEqual([]);
  });

  it('finds a home folder and a registry host, with the file and the line', async () => {
    const text = `fine\nsee ${home('someone')}/notes\nand https://${host('registry', 'example.org')}/left-pad\n`;
    expect(await problemsOf({ 'docs/a.md': text })).toEqual([
      `docs/a.md:2: a path in a home folder: see ${home('someone')}/notes`,
      `docs/a.md:3: the host of a package registry or mirror: and https://${host('registry', 'example.org')}/left-pad`,
    ]);
  });

  it.each([
    host('deb', 'example.org'),
    host('security', 'example.org'),
    host('archive', 'example.com'),
    host('mirror', 'one.example.net'),
  ])('finds the mirror %s', async (name) => {
    expect(await problemsOf({ 'a.ts': `const from = 'http://${name}/pool';\n` })).toHaveLength(1);
  });

  it('finds where this machine keeps the home folder', async () => {
    expect(await problemsOf({ 'a.ts': `read('${join(homedir(), 'x')}');\n` })).not.toEqual([]);
  });

  it('finds a line before it is committed, and reads neither ignored nor binary files', async () => {
    const line = `${home('someone')}\n`;
    const problems = await problemsOf({
      'a.md': '',
      'b.md': line,
      'ignored/c.md': line,
      'd.bin': `\0${line}`,
    });
    expect(problems).toEqual([`b.md:1: a path in a home folder: ${home('someone')}`]);
  });

  it('says so where there is no repository', async () => {
    expect((await wordProblems(temporaryFolder({ 'a.md': '' }))).join('\n')).toContain('git ls-files');
  });
});
