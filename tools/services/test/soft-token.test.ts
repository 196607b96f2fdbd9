import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPkcs11Binding } from '../pkcs11-binding.ts';
import { isServiceError } from '../service-error.ts';
import { openSoftTokens, type Pkcs11Setup } from '../soft-token.ts';
import { locateSoftHsm } from '../softhsm-library.ts';
import { privateFolder } from './private-folder.ts';

const binding = await loadPkcs11Binding();
const reason = 'lacks' in binding ? ` (not here: this machine has no ${binding.lacks})` : '';

describe('locating SoftHSM', () => {
  it('takes the environment variable first, and then what is installed', async () => {
    await using folder = await privateFolder();
    const [own, installed] = [join(folder.path, 'own.so'), join(folder.path, 'installed.so')];
    for (const path of [own, installed]) await writeFile(path, '');
    const environment = { SOFTHSM2: own, PATH: '', BITCOIN_ENTERPRISE_CACHE: folder.path };
    expect(await locateSoftHsm({ environment, installed: [installed] })).toEqual({
      path: own,
      needs: [],
      source: 'environment',
    });
    environment.SOFTHSM2 = '';
    expect(await locateSoftHsm({ environment, installed: [join(folder.path, 'none'), installed] })).toEqual({
      path: installed,
      needs: [],
      source: 'path',
    });
  });

  it('refuses an environment variable that names nothing, and says in one line what to install', async () => {
    await using folder = await privateFolder();
    const wrong = await locateSoftHsm({ environment: { SOFTHSM2: '/nowhere.so' } }).catch((e: unknown) => e);
    expect(wrong).toMatchObject({ code: 'service-not-executable', value: '/nowhere.so' });
    const environment = { PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
    const missing = await locateSoftHsm({ environment, installed: [] }).catch((e: unknown) => e);
    if (!isServiceError(missing)) throw new Error('it was found');
    expect(missing.code).toBe('service-not-found');
    expect(missing.message).toMatch(/Install SoftHSM .* SOFTHSM2/);
    expect(missing.message).not.toContain('\n');
  });
});

describe('the binding to PKCS #11', () => {
  it('says what the machine lacks to compile it with', async () => {
    await using folder = await privateFolder();
    const environment = { PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
    expect(await loadPkcs11Binding({ environment })).toEqual({ lacks: 'npm to compile pkcs11js with' });
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe.skipIf('lacks' in binding)(`SoftHSM tokens${reason}`, () => {
  it('are of this process and its children alone, and gone after dispose', async () => {
    const tokens = await openSoftTokens();
    if ('lacks' in tokens) throw new Error(tokens.lacks);
    expect(await readdir(tokens.tokenFolder)).toEqual([]);
    tokens.add('with a PIN', { pin: '1234' });
    tokens.add('without');
    expect((await readdir(tokens.tokenFolder)).length).toBe(2);
    const module = new tokens.PKCS11() as Pkcs11Setup;
    module.load(tokens.libraryPath);
    module.C_Initialize();
    tokens.add('while it is in use', { pin: '1234' });
    const labels = module.C_GetSlotList(true).map((slot) => module.C_GetTokenInfo(slot).label.trimEnd());
    expect(labels.sort()).toEqual(['', 'while it is in use', 'with a PIN', 'without']);
    module.C_Finalize();
    module.close();
    tokens[Symbol.dispose]();
    expect(existsSync(tokens.tokenFolder)).toBe(false);
  });

  it('leave no folder behind when the process ends without a word', () => {
    const program = `
      import { openSoftTokens } from '@bitcoin-enterprise/tools/services';
      const tokens = await openSoftTokens();
      tokens.add('left', { pin: '1234' });
      process.stdout.write(tokens.tokenFolder);
    `;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--conditions=@bitcoin-enterprise/source', '--input-type=module', '-e', program],
      { cwd: import.meta.dirname, encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('softhsm-');
    expect(existsSync(stdout)).toBe(false);
  });
});
