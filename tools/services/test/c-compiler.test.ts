import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileProgram, compileSharedLibrary, locateCCompiler, preprocess } from '../c-compiler.ts';
import { findDebianTools } from '../debian-tools.ts';
import { isServiceError } from '../service-error.ts';
import { privateFolder } from './private-folder.ts';

const tools = await findDebianTools(process.env);
const reason = 'lacks' in tools ? ` (not here: this machine has no ${tools.lacks})` : '';

async function writeProgram(path: string): Promise<string> {
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

const COMPILER = /^(?:cc|c89|c99|tcc|clang.*|.*gcc.*)$/;

/** A PATH with everything that this machine has, but for compilers. */
async function pathWithoutCompiler(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const taken = new Set<string>();
  for (const from of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    for (const name of await readdir(from).catch(() => [])) {
      if (COMPILER.test(name) || taken.has(name)) continue;
      taken.add(name);
      await symlink(join(from, name), join(bin, name));
    }
  }
  return bin;
}

describe('locating a C compiler', () => {
  it('takes the environment variable first, which may be a name on PATH, and then PATH', async () => {
    await using folder = await privateFolder();
    const own = await writeProgram(join(folder.path, 'own-cc'));
    const gcc = await writeProgram(join(folder.path, 'gcc'));
    const environment = { CC: own, PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
    expect(await locateCCompiler({ environment })).toMatchObject({ command: own, source: 'environment' });
    environment.CC = 'own-cc';
    expect(await locateCCompiler({ environment })).toMatchObject({ command: own, source: 'environment' });
    environment.CC = '';
    expect(await locateCCompiler({ environment })).toMatchObject({ command: gcc, source: 'path' });
  });

  it('refuses a variable that names nothing, and says in one line what to install', async () => {
    await using folder = await privateFolder();
    const environment = { CC: '/nowhere/cc', PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
    const wrong = await locateCCompiler({ environment }).catch((e: unknown) => e);
    expect(wrong).toMatchObject({ code: 'service-not-executable', value: '/nowhere/cc' });
    environment.CC = '';
    const missing = await locateCCompiler({ environment }).catch((e: unknown) => e);
    if (!isServiceError(missing)) throw new Error('it was found');
    expect(missing.code).toBe('service-not-found');
    expect(missing.message).toMatch(/^no C compiler found .* Install a C compiler .* CC /);
    expect(missing.message).not.toContain('\n');
  });

  it('tells what the compiler said of a source that is none', async () => {
    await using folder = await privateFolder();
    const source = join(folder.path, 'wrong.c');
    await writeFile(source, 'this is no C');
    const refused = await compileProgram([source], join(folder.path, 'wrong'), []).catch((e: unknown) => e);
    expect(refused).toMatchObject({ code: 'compiler-refused' });
    expect((refused as Error).message).toContain('wrong.c');
  });
});

describe.skipIf('lacks' in tools)(`a machine without a C compiler${reason}`, () => {
  it('gets one from Debian, which makes programs and shared libraries', async () => {
    await using folder = await privateFolder();
    const environment = { ...process.env, CC: '', PATH: await pathWithoutCompiler(folder.path) };
    const { source } = await locateCCompiler({ environment });
    expect(['cache', 'debian']).toContain(source);

    const text = join(folder.path, 'text.txt');
    await writeFile(text, '#ifdef SAYS\nhello SAYS\n#endif\n');
    const program = join(folder.path, 'program.c');
    const preprocessed = join(folder.path, 'text.out');
    await preprocess(text, preprocessed, ['-DSAYS=world'], { environment });
    await writeFile(program, '#include <stdio.h>\nint main(void) { return printf("%d", ANSWER) != 2; }\n');
    const compiled = await compileProgram([program], join(folder.path, 'program'), ['-DANSWER=42'], {
      environment,
    });
    const ran = spawnSync(compiled.command, compiled.prefixArguments, { encoding: 'utf8' });
    expect([ran.status, ran.stdout]).toEqual([0, '42']);

    const shared = join(folder.path, 'shared.c');
    await writeFile(shared, '#include <unistd.h>\npid_t getppid(void) { return 4242; }\n');
    await compileSharedLibrary([shared], join(folder.path, 'shared.so'), { environment });
    const preloaded = spawnSync(process.execPath, ['-p', 'process.ppid'], {
      encoding: 'utf8',
      env: { ...process.env, LD_PRELOAD: join(folder.path, 'shared.so') },
    });
    expect(preloaded.stdout.trim()).toBe('4242');
  });
});
