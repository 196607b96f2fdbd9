import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ARGON2ID_MINIMUM,
  type CreateKeystoreOptions,
  createKeyFile,
  createKeystore,
  openKeyFile,
  openKeystore,
  PBKDF2_MINIMUM,
  SCRYPT_MINIMUM,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
const wrong = SecretBytes.fromUtf8('correct horse battery stapl');

interface Choice {
  readonly o: Omit<CreateKeystoreOptions, 'passphrase' | 'mnemonic'>;
  readonly kdf: object;
}

const choices: readonly Choice[] = [
  {
    o: { kdf: 'argon2id', cost: ARGON2ID_MINIMUM },
    kdf: { name: 'argon2id', memoryKiB: 19456, passes: 2, parallelism: 1 },
  },
  { o: { kdf: 'scrypt' }, kdf: { name: 'scrypt', log2N: 17, blockSize: 8, parallelization: 1 } },
  { o: { kdf: 'pbkdf2' }, kdf: { name: 'pbkdf2-hmac-sha256', iterations: 600000 } },
  {
    o: { kdf: 'pbkdf2', cost: { iterations: 600001 } },
    kdf: { name: 'pbkdf2-hmac-sha256', iterations: 600001 },
  },
];

describe('the derivation of a file of keys', () => {
  it.each(choices)('is chosen when it is made, and the file says which it is: $kdf', async ({ o, kdf }) => {
    const folder = await temporaryFolder();
    const [store, keys] = [join(folder, 'store.json'), join(folder, 'keys.json')];
    using created = await createKeystore(store, { ...(o as object), passphrase });
    await (await createKeyFile(keys, { ...(o as object), passphrase })).close();
    for (const path of [store, keys]) {
      const { kdf: found } = JSON.parse(await readFile(path, 'utf8')) as { kdf: { salt: string } };
      expect(found).toEqual({ ...kdf, salt: found.salt });
    }
    using opened = await openKeystore(store, { passphrase });
    expect(opened.id).toBe(created.id);
    await (await openKeyFile(keys, { passphrase })).close();
    for (const open of [openKeystore, openKeyFile] as const) {
      const path = open === openKeystore ? store : keys;
      expect((await rejection(open(path, { passphrase: wrong }))).code).toBe('keystore-wrong-passphrase');
    }
  });

  it('is refused under its floor when it is made, and as malformed when a file says so', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    const cheap = [
      { kdf: 'scrypt', cost: { ...SCRYPT_MINIMUM, log2N: 16 } },
      { kdf: 'pbkdf2', cost: { iterations: 1000 } },
      { kdf: 'argon2id', cost: { ...ARGON2ID_MINIMUM, passes: 1 } },
    ] as const;
    for (const o of cheap) {
      expect((await rejection(createKeyFile(path, { ...o, passphrase }))).code).toBe('kdf-below-minimum');
    }
    await (await createKeyFile(path, { kdf: 'pbkdf2', cost: PBKDF2_MINIMUM, passphrase })).close();
    const text = await readFile(path, 'utf8');
    const changes: [from: string, to: string, code: string][] = [
      ['600000', '599999', 'keystore-malformed'],
      ['600000', '10000001', 'keystore-malformed'],
      ['600000', '600001', 'keystore-wrong-passphrase'],
      ['pbkdf2-hmac-sha256', 'pbkdf2', 'keystore-malformed'],
      ['pbkdf2-hmac-sha256', 'scrypt', 'keystore-malformed'],
      ['"iterations": 600000', '"iterations": "600000"', 'keystore-malformed'],
    ];
    for (const [from, to, code] of changes) {
      await writeFile(path, text.replace(from, to));
      expect((await rejection(openKeyFile(path, { passphrase }))).code).toBe(code);
    }
  });

  it('opens no file of another kind, though the passphrase is right', async () => {
    const folder = await temporaryFolder();
    const [store, keys] = [join(folder, 'store.json'), join(folder, 'keys.json')];
    (await createKeystore(store, { passphrase, cost: ARGON2ID_MINIMUM }))[Symbol.dispose]();
    await (await createKeyFile(keys, { passphrase, cost: ARGON2ID_MINIMUM })).close();
    expect((await rejection(openKeystore(keys, { passphrase }))).code).toBe('keystore-malformed');
    expect((await rejection(openKeyFile(store, { passphrase }))).code).toBe('keystore-malformed');
    const relabelled = (await readFile(keys, 'utf8')).replace('key-file', 'keystore');
    await writeFile(keys, relabelled);
    expect((await rejection(openKeystore(keys, { passphrase }))).code).toBe('keystore-wrong-passphrase');
  });
});
