import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

describe('the first example of the README', () => {
  it('runs as it stands, in a folder of its own, and prints what the README says', async () => {
    const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const output = /```text\n(.*?)```/s.exec(readme)?.[1] ?? '';
    expect(example).toContain('createKeystore');

    const folder = await temporaryFolder();
    const scope = join(folder, 'node_modules', '@bitcoin-enterprise');
    await mkdir(scope, { recursive: true });
    await symlink(packageFolder, join(scope, 'crypto-core'), 'junction');
    await writeFile(join(folder, 'example.mts'), example);
    const arguments_ = ['--conditions=@bitcoin-enterprise/source', 'example.mts'];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: folder });
    expect(stdout).toBe(output);
  });
});
