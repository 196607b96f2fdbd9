import { encodeContext } from '../encoding/context.ts';
import { CryptoError } from '../error.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import { firstDocument } from './keyset-document.ts';
import { authenticate, authenticated, requireVersion } from './keyset-integrity.ts';
import type { KeysetStore } from './keyset-store.ts';
import type { Keyset } from './keyset.ts';
import { StoredKeyset } from './stored-keyset.ts';

/** Where a keyset and its keys are. Both stay the caller's, to be closed after the keyset's last use. */
export interface KeysetPlace {
  readonly store: KeysetStore;
  readonly provider: KeyProvider;
  /** What the keys are for, such as `customer-pii`: 1 to 255 bytes of UTF-8. */
  readonly purpose: string;
}

export interface CreateKeysetOptions extends KeysetPlace {
  /** Whether the keys may be backed up; false unless given. Of a provider that never gives one it cannot be true. */
  readonly exportable?: boolean;
}

export interface OpenKeysetOptions extends KeysetPlace {
  /** The version that the keyset had when it was last seen, kept where whoever writes the store cannot write. */
  readonly minimumVersion?: number;
}

/**
 * Makes a keyset with one generation: a key in the provider that authenticates the keyset, and one that seals.
 *
 * @throws CryptoError `keyset-exists`, `context-malformed` for the purpose, `key-not-exportable`; those of the provider and
 *   of the store
 */
export async function createKeyset(o: CreateKeysetOptions): Promise<Keyset> {
  encodeContext(o.purpose);
  if ((await o.store.read()) !== undefined) {
    throw new CryptoError('keyset-exists', 'there is a keyset already', { value: o.purpose });
  }
  const { exportable = false } = o;
  const key = { algorithm: 'HMAC-SHA-256', label: o.purpose, exportable } as const;
  const integrity = await o.provider.generate(key);
  const master = await o.provider.generate(key);
  const stored = await authenticate(o.provider, firstDocument(o.purpose, integrity.id, master.id));
  await o.store.replace(stored.bytes, undefined);
  return new StoredKeyset(o.store, o.provider, stored);
}

/**
 * Opens a keyset.
 *
 * @throws CryptoError `keyset-missing`, `keyset-malformed`; `keyset-refused` where its MAC is wrong or it is of another
 *   purpose; `keyset-rolled-back`; those of the provider and of the store
 */
export async function openKeyset(o: OpenKeysetOptions): Promise<Keyset> {
  const bytes = await o.store.read();
  if (bytes === undefined) {
    throw new CryptoError('keyset-missing', 'there is no keyset', { value: o.purpose });
  }
  const stored = await authenticated(o.provider, bytes, o.purpose);
  requireVersion(stored.document, o.minimumVersion ?? 1);
  return new StoredKeyset(o.store, o.provider, stored);
}
