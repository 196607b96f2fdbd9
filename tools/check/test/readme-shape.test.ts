import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';
import { readmeShapeProblems } from '../readme-shape.ts';

const readme = `# @bitcoin-enterprise/audit

A log.

## Install

\`\`\`sh
## a comment, and no section
npm install @bitcoin-enterprise/audit
\`\`\`

## First example

Code.

## What it gives

### More of it

Things.

## Errors

Codes.

## Security

Claims.

## Limits

Bounds.

## Licence

Apache-2.0
`;

function problemsOf(text: string | undefined): readonly string[] {
  return readmeShapeProblems(
    temporaryFolder({
      'package.json': '{"workspaces":["libs/*"]}',
      'libs/audit/package.json': '{"name":"@bitcoin-enterprise/audit"}',
      ...(text === undefined ? {} : { 'libs/audit/README.md': text }),
    }),
  );
}

describe('the shape of a README', () => {
  it('is right with the title, the sections and the order of every library', () => {
    expect(problemsOf(readme)).toEqual([]);
  });

  it.each<[string, string | undefined, string]>([
    ['no README', undefined, 'README.md is absent'],
    [
      'another title',
      readme.replace('# @bitcoin', '# The @bitcoin'),
      'begins with "# The @bitcoin-enterprise/audit"',
    ],
    [
      'a section that is missing',
      readme.replace('## Limits', '### Limits'),
      'has the sections Install, First example,',
    ],
    ['a section of its own', `${readme}\n## Thanks\n\nAll.\n`, 'Licence, Thanks; every library has Install,'],
    [
      'sections in another order',
      readme.replace('## Errors', '## x').replace('## Security', '## Errors').replace('## x', '## Security'),
      'Security, Errors',
    ],
    ['a section that says nothing', readme.replace('Claims.', ''), 'says nothing under Security'],
    [
      'a section that holds no more than a heading',
      readme.replace('Things.', '').replace('### More of it', ''),
      'says nothing under What it gives',
    ],
  ])('is broken by %s', (_what, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });
});
