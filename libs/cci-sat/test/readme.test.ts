import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARGON2ID_MINIMUM, createKeystore, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { answerOverTcp } from '../src/transport/tcp.ts';
import { deskOf, POLICY, TwoChains } from './two-desks.ts';

const LIBRARY = join(import.meta.dirname, '..');

describe('the first example of the README', () => {
  it('runs as it stands against a counterparty and real nodes, to the claim', async () => {
    const example = /```ts\n(.*?)```/s.exec(await readFile(join(LIBRARY, 'README.md'), 'utf8'))?.[1] ?? '';
    expect(example).toContain('openSwapDesk');
    await using chains = await TwoChains.start();
    const bob = await chains.party('bob');
    for (const [chain, amountSat] of [
      ['bitcoin', 5_000_000n],
      ['litecoin', 5_000_000n],
    ] as const) {
      await chains.regtest.createWallet(chain, 'reader');
      await chains.regtest.fund(chain, 'reader', amountSat);
    }
    // The example keeps the default policy, so its counterparty has to wait no longer than that.
    await using desk = deskOf(bob, { policy: { ...POLICY, longestLockSeconds: 10 ** 7 } });
    await using answerer = await answerOverTcp((message) => desk.answer(message));

    const folder = await mkdtemp(join(tmpdir(), 'cci-sat-readme-'));
    using passphrase = SecretBytes.fromUtf8('the passphrase of a reader');
    (await createKeystore(join(folder, 'desk.keys'), { passphrase, cost: ARGON2ID_MINIMUM }))[
      Symbol.dispose
    ]();
    await mkdir(join(folder, 'node_modules', '@bitcoin-enterprise'), { recursive: true });
    for (const library of ['crypto-core', 'chain', 'audit', 'cci-sat']) {
      await symlink(
        join(LIBRARY, '..', library),
        join(folder, 'node_modules', '@bitcoin-enterprise', library),
        'junction',
      );
    }
    const access = (chain: 'bitcoin' | 'litecoin'): string => {
      const { url, cookieFile } = chains.regtest[chain];
      return JSON.stringify({ url, auth: { cookieFile } });
    };
    await writeFile(
      join(folder, 'settings.ts'),
      `import { fromHex, SecretBytes } from '@bitcoin-enterprise/crypto-core';
export const passphrase = SecretBytes.fromUtf8('the passphrase of a reader');
export const bitcoind = ${access('bitcoin')};
export const litecoind = ${access('litecoin')};
export const walletName = 'reader';
export const counterparty = { identity: fromHex('${toHex(desk.identity)}'), address: ${JSON.stringify(answerer.address)} };
`,
    );
    await writeFile(join(folder, 'example.ts'), example);

    const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', 'example.ts'], {
      cwd: folder,
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [status] = (await chains.mineWhile(once(child, 'exit'))) as [number];
    expect(said).toContain('claim-final → claimed-final\ntrue\n');
    expect(status).toBe(0);
    await rm(folder, { recursive: true });
  });
});
