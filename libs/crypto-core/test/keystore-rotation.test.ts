import { spawn } from 'node:child_process';
import { readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  ARGON2ID_MINIMUM,
  createKeystore,
  describeEnvelope,
  type Keystore,
  openKeystore,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { deriveFileKey, sealKeystoreFile } from '../src/keystore/sealed-keystore.ts';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
const cost = ARGON2ID_MINIMUM;

function generation(keystore: Keystore, context: string): number {
  return Number(describeEnvelope(keystore.seal(utf8('x'), { context })).keyId.split('.')[1]);
}

describe('a rotation', () => {
  it('is in the order of its calls, also when they are not awaited one by one', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    using keystore = await createKeystore(path, { passphrase, cost });
    await Promise.all([
      keystore.rotate('a'),
      keystore.rotate('b'),
      keystore.rotate('a'),
      keystore.rotate('a'),
    ]);
    using again = await openKeystore(path, { passphrase });
    for (const store of [keystore, again])
      expect([generation(store, 'a'), generation(store, 'b')]).toEqual([4, 2]);
  });

  it('keeps what another process wrote meanwhile', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    using first = await createKeystore(path, { passphrase, cost });
    using second = await openKeystore(path, { passphrase });
    await first.rotate('a');
    await first.rotate('a');
    await second.rotate('b');
    await second.rotate('a');
    expect([generation(second, 'a'), generation(second, 'b')]).toEqual([4, 2]);
    await first.rotate('\ufeffc');
    using again = await openKeystore(path, { passphrase });
    const contexts = ['a', 'b', '\ufeffc', 'c'];
    expect(contexts.map((context) => generation(again, context))).toEqual([4, 2, 2, 1]);
  });

  it('follows a symbolic link and leaves it', async () => {
    const folder = await temporaryFolder();
    const [path, link] = [join(folder, 'keys.json'), join(folder, 'link.json')];
    using keystore = await createKeystore(path, { passphrase, cost });
    await symlink(path, link);
    using linked = await openKeystore(link, { passphrase });
    await linked.rotate('a');
    using again = await openKeystore(path, { passphrase });
    expect(generation(again, 'a')).toBe(2);
    expect(again.id).toBe(keystore.id);
  });

  it('changes nothing where the file is gone, is another key store or is damaged, and goes on when it is back', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'keys.json');
    using keystore = await createKeystore(path, { passphrase, cost });
    await rename(path, join(folder, 'aside'));
    expect((await rejection(keystore.rotate('a'))).code).toBe('keystore-missing');
    using other = await createKeystore(path, { passphrase, cost });
    expect(await rejection(keystore.rotate('a'))).toMatchObject({ code: 'keystore-changed', value: path });
    await writeFile(path, '{}');
    expect((await rejection(keystore.rotate('a'))).code).toBe('keystore-malformed');
    expect(other.id).not.toBe(keystore.id);
    expect(generation(keystore, 'a')).toBe(1);
    await rename(join(folder, 'aside'), path);
    await keystore.rotate('a');
    expect(generation(keystore, 'a')).toBe(2);
  });

  it('is refused, and writes nothing, when the key store is disposed before its turn', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    using keystore = await createKeystore(path, { passphrase, cost });
    const before = await readFile(path, 'utf8');
    const pending = keystore.rotate('a');
    keystore[Symbol.dispose]();
    expect((await rejection(pending)).code).toBe('keystore-disposed');
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('is refused for a malformed context, for the 1,025th context and past the last generation', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    const header = { derivation: { kdf: 'argon2id' as const, cost }, salt: new Uint8Array(16).fill(1) };
    const names = Array.from({ length: 1024 }, (_, index) => [`context ${index}`, 2] as const);
    const generations = new Map<string, number>([...names, ['context 7', 0xffffffff]]);
    using fileKey = await deriveFileKey(passphrase, header);
    await writeFile(
      path,
      sealKeystoreFile(fileKey, header, { entropy: SecretBytes.random(16), generations }),
    );
    using keystore = await openKeystore(path, { passphrase });
    const before = await readFile(path, 'utf8');
    expect((await rejection(keystore.rotate(''))).code).toBe('context-malformed');
    for (const context of ['one more', 'context 7']) {
      expect(await rejection(keystore.rotate(context))).toMatchObject({
        code: 'keystore-full',
        limit: '1024 contexts, generation 4294967295',
      });
    }
    expect(await readFile(path, 'utf8')).toBe(before);
    await keystore.rotate('context 0');
    expect(generation(keystore, 'context 0')).toBe(3);
  });

  it.each([1, 2, 5, 9])(
    'is on disk once it resolved, when the process is killed after %d of them',
    async (count) => {
      const path = join(await temporaryFolder(), 'keys.json');
      (await createKeystore(path, { passphrase, cost }))[Symbol.dispose]();
      const program = new URL('rotate-for-ever.ts', import.meta.url);
      const child = spawn(
        process.execPath,
        ['--conditions=@bitcoin-enterprise/source', program.pathname, path],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const gone = new Promise((resolve) => child.once('exit', resolve));
      let acknowledged = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged > count) child.kill('SIGKILL');
      }
      await gone;
      expect(child.signalCode).toBe('SIGKILL');
      using keystore = await openKeystore(path, { passphrase });
      expect(generation(keystore, 'a')).toBeGreaterThanOrEqual(acknowledged);
      await keystore.rotate('a');
    },
  );
});
