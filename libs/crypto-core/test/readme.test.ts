import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CRYPTO_ERROR_CODES } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');

/** Every example with the output that follows it, under the heading that it stands below. */
const examples = [
  ...readme.matchAll(/^#{2,3} ([^\n]+)(?:(?!^#{2,3} ).)*?```ts\n(.*?)```\n\n```text\n(.*?)```/gms),
].map(([, heading, code, output]) => ({ heading, code: code ?? '', output }));

describe('the examples of the README', () => {
  it('are all found', () => {
    expect(examples).toHaveLength(readme.split('```ts\n').length - 1);
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples)('run as they stand, in a folder of their own: $heading', async ({ code, output }) => {
    const folder = await temporaryFolder();
    const scope = join(folder, 'node_modules', '@bitcoin-enterprise');
    await mkdir(scope, { recursive: true });
    await symlink(packageFolder, join(scope, 'crypto-core'), 'junction');
    await writeFile(join(folder, 'example.mts'), code);
    const arguments_ = ['--conditions=@bitcoin-enterprise/source', 'example.mts'];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: folder });
    expect(stdout).toBe(output);
  });
});

describe('the table of errors in the README', () => {
  it('has one row for every code, in order', () => {
    const errors = /^## Errors\n(.*?)^## /ms.exec(readme)?.[1];
    const codes = [...(errors ?? '').matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code);
    expect(codes).toEqual(CRYPTO_ERROR_CODES);
  });
});
