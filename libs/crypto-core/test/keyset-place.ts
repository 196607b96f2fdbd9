import { join } from 'node:path';
import {
  ARGON2ID_MINIMUM,
  createKeyFile,
  type KeyProvider,
  keysetFile,
  type KeysetPlace,
  openKeyFile,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const passphrase = SecretBytes.fromUtf8('correct horse battery staple');

/** A place for a keyset over a key file, in a folder that is gone when the test is. */
export async function keysetPlace(): Promise<
  KeysetPlace & { readonly folder: string; readonly path: string; readonly keyPath: string }
> {
  const folder = await temporaryFolder();
  const [path, keyPath] = [join(folder, 'pii.keyset'), join(folder, 'keys.json')];
  const provider = await createKeyFile(keyPath, { passphrase, cost: ARGON2ID_MINIMUM });
  onTestFinished(() => provider.close());
  return { folder, path, keyPath, provider, store: keysetFile(path), purpose: 'customer-pii' };
}

/** Another provider over the same key file. */
export async function reopened(keyPath: string): Promise<KeyProvider> {
  const provider = await openKeyFile(keyPath, { passphrase });
  onTestFinished(() => provider.close());
  return provider;
}
