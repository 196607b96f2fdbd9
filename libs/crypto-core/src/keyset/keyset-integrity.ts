import { CryptoError } from '../error.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import { encodeKeyset, macInfo, parseKeyset } from './keyset-codec.ts';
import type { KeysetDocument } from './keyset-document.ts';

const MAC_LENGTH = 32;

/** A document, and the bytes of it that are in the store. */
export interface StoredDocument {
  readonly document: KeysetDocument;
  readonly bytes: Uint8Array;
}

/** A document with its MAC, which only who may use the integrity key can make. */
export async function authenticate(provider: KeyProvider, document: KeysetDocument): Promise<StoredDocument> {
  using mac = await provider.expand(document.integrityKeyId, macInfo(document), MAC_LENGTH);
  return { document, bytes: mac.expose((bytes) => encodeKeyset({ document, mac: bytes })) };
}

/**
 * What bytes from outside say, if their MAC is right and they are of this purpose.
 *
 * @throws CryptoError `keyset-malformed`, `keyset-refused`; those of the provider, `key-missing` where it has not the
 *   integrity key
 */
export async function authenticated(
  provider: KeyProvider,
  bytes: Uint8Array,
  purpose: string,
): Promise<StoredDocument> {
  const { document, mac } = parseKeyset(bytes);
  using expected = await provider.expand(document.integrityKeyId, macInfo(document), MAC_LENGTH);
  if (!expected.equals(mac)) {
    throw new CryptoError(
      'keyset-refused',
      'the keyset is not authentic: it was altered, or another wrote it',
    );
  }
  if (document.purpose !== purpose) {
    throw new CryptoError('keyset-refused', 'the keyset is of another purpose', {
      value: document.purpose,
      limit: purpose,
    });
  }
  return { document, bytes: new Uint8Array(bytes) };
}

/** @throws CryptoError `keyset-rolled-back` */
export function requireVersion(document: KeysetDocument, minimum: number): void {
  if (document.version >= minimum) return;
  throw new CryptoError('keyset-rolled-back', 'the keyset is older than one that is known', {
    value: `version ${document.version}`,
    limit: `version ${minimum} or later`,
  });
}
