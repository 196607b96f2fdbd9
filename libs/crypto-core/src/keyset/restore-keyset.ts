import { envelopeKey } from '../envelope/envelope-key.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { type BackupKey, decodeBackupContent } from './keyset-backup-content.ts';
import { type BackupSource, openBackup } from './keyset-backup-file.ts';
import { keyCheck, keyIdsOf, WRAPPING_KEY_ID } from './keyset-backup-key.ts';
import { parseKeyset } from './keyset-codec.ts';
import { authenticated } from './keyset-integrity.ts';
import type { Keyset } from './keyset.ts';
import type { KeysetPlace } from './open-keyset.ts';
import { StoredKeyset } from './stored-keyset.ts';

export interface RestoreKeysetOptions extends KeysetPlace {
  readonly from: BackupSource;
}

/**
 * Puts the keys of a backup into a provider and the keyset into a store, and opens it. Keys that the provider has already
 * are compared, so that a restore that was interrupted can be run again.
 *
 * @throws CryptoError `backup-malformed`, `backup-refused`, `keyset-exists` where the store holds something else,
 *   `key-exists` where the provider has another key under the id of one of these, `key-destroyed` where it destroyed one,
 *   `key-not-exportable` where it takes no keys in, `keyset-refused` for a backup of another purpose; those of the provider
 *   and of the store
 */
export async function restoreKeyset(backup: Uint8Array, o: RestoreKeysetOptions): Promise<Keyset> {
  using opened = await openBackup(backup, o.from);
  const { wrappingKey, keyset, keys } = decodeBackupContent(opened);
  using secret = wrappingKey;
  const ids = keyIdsOf(parseKeyset(keyset).document);
  if (ids.length !== keys.length) throw mismatch(`${keys.length} keys`, `${ids.length} keys`);
  const found = await o.store.read();
  if (found !== undefined && Buffer.compare(found, keyset) !== 0) {
    throw new CryptoError('keyset-exists', 'there is another keyset already', { value: o.purpose });
  }
  for (const [index, id] of ids.entries()) {
    const key = keys[index];
    if (key !== undefined) await restoreKey(o.provider, id, key, secret);
  }
  const stored = await authenticated(o.provider, keyset, o.purpose);
  if (found === undefined) await o.store.replace(keyset, undefined);
  return new StoredKeyset(o.store, o.provider, stored);
}

async function restoreKey(
  provider: KeyProvider,
  id: string,
  key: BackupKey,
  wrappingKey: SecretBytes,
): Promise<void> {
  try {
    const taken = await provider.importSealed(key.sealed, envelopeKey(wrappingKey, WRAPPING_KEY_ID));
    if (taken.id !== id) throw mismatch(taken.id, id);
  } catch (error) {
    if (!isCryptoError(error) || error.code !== 'key-exists') throw error;
  }
  const check = await keyCheck(provider, id);
  if (Buffer.compare(check, key.check) !== 0) {
    throw new CryptoError('key-exists', 'the provider has another key under this id', { value: id });
  }
}

function mismatch(value: string, limit: string): CryptoError {
  return new CryptoError('backup-malformed', 'the keys of the backup are not those of its keyset', {
    value,
    limit,
  });
}
