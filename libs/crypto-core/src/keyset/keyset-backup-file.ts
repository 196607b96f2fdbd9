import { randomBytes } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import type { EnvelopeKey } from '../envelope/envelope-key.ts';
import { openWith, sealWith } from '../envelope/envelope-with-key.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { choosePassphraseKdf, keyFromPassphrase, type PassphraseKdfOptions } from '../kdf/passphrase-kdf.ts';
import { refuseEmptyPassphrase } from '../keystore/create-keystore.ts';
import {
  KDF_SALT_LENGTH,
  parsePassphraseFile,
  type PassphraseFileFormat,
  sealPassphraseFile,
  unsealPassphraseFile,
} from '../keystore/passphrase-file.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

const FORMAT: PassphraseFileFormat = {
  name: 'bitcoin-enterprise/keyset-backup',
  domain: 'keyset-backup/v1',
  malformed: 'backup-malformed',
};
/** Room for every key of the largest keyset. */
const MAX_LENGTH = 1024 * 1024;

/** What a backup is sealed under: a passphrase, or a key such as another provider's. */
export type BackupTarget =
  (PassphraseKdfOptions & { readonly passphrase: SecretBytes }) | { readonly key: EnvelopeKey };

/** What opens a backup. */
export type BackupSource = { readonly passphrase: SecretBytes } | { readonly key: EnvelopeKey };

/** @throws CryptoError `passphrase-empty`, `kdf-below-minimum`, `kdf-above-maximum`; those of the key */
export async function sealBackup(content: SecretBytes, target: BackupTarget): Promise<Uint8Array> {
  if ('key' in target) return await sealWith(target.key, content, { context: FORMAT.domain });
  refuseEmptyPassphrase(target.passphrase);
  const header = {
    derivation: choosePassphraseKdf(target),
    salt: new Uint8Array(randomBytes(KDF_SALT_LENGTH)),
  };
  using fileKey = await keyFromPassphrase(target.passphrase, header.salt, header.derivation);
  return utf8(sealPassphraseFile(FORMAT, { fileKey, header, content }));
}

/**
 * Opens what {@link sealBackup} made.
 *
 * @throws CryptoError `backup-malformed`; `backup-refused` for a wrong passphrase or key and for altered bytes, which
 *   cannot be told apart; those of the key
 */
export async function openBackup(backup: Uint8Array, source: BackupSource): Promise<SecretBytes> {
  if (backup.length > MAX_LENGTH) throw malformed(`${backup.length} bytes`, `at most ${MAX_LENGTH} bytes`);
  const content =
    'key' in source ? await openUnderKey(backup, source.key) : await openFile(backup, source.passphrase);
  if (content !== undefined) return content;
  throw new CryptoError(
    'backup-refused',
    'the backup does not open: wrong passphrase, wrong key or altered bytes',
  );
}

async function openFile(backup: Uint8Array, passphrase: SecretBytes): Promise<SecretBytes | undefined> {
  // One character a byte: the format is ASCII.
  const file = parsePassphraseFile(FORMAT, Buffer.from(backup).toString('latin1'));
  using fileKey = await keyFromPassphrase(passphrase, file.header.salt, file.header.derivation);
  return unsealPassphraseFile(FORMAT, fileKey, file);
}

async function openUnderKey(backup: Uint8Array, key: EnvelopeKey): Promise<SecretBytes | undefined> {
  try {
    return await openWith(key, backup, { context: FORMAT.domain });
  } catch (error) {
    if (!isCryptoError(error)) throw error;
    if (error.code === 'envelope-refused') return undefined;
    if (error.code === 'envelope-malformed') throw malformed(error.value, error.limit);
    throw error;
  }
}

function malformed(value: string | undefined, limit: string | undefined): CryptoError {
  return new CryptoError('backup-malformed', 'the backup is malformed', { value, limit });
}
