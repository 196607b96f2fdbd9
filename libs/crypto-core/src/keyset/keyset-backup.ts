import { envelopeKey } from '../envelope/envelope-key.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { type BackupKey, encodeBackupContent } from './keyset-backup-content.ts';
import { type BackupTarget, sealBackup } from './keyset-backup-file.ts';
import { KEY_LENGTH, keyCheck, keyIdsOf, WRAPPING_KEY_ID } from './keyset-backup-key.ts';
import type { StoredDocument } from './keyset-integrity.ts';

/** A keyset and its keys, sealed. */
export async function backupKeyset(
  provider: KeyProvider,
  { document, bytes }: StoredDocument,
  target: BackupTarget,
): Promise<Uint8Array> {
  using wrappingKey = SecretBytes.random(KEY_LENGTH);
  const keys: BackupKey[] = [];
  for (const id of keyIdsOf(document)) {
    const sealed = await provider.exportSealed(id, envelopeKey(wrappingKey, WRAPPING_KEY_ID));
    keys.push({ check: await keyCheck(provider, id), sealed });
  }
  using content = encodeBackupContent({ wrappingKey, keyset: bytes, keys });
  return await sealBackup(content, target);
}
