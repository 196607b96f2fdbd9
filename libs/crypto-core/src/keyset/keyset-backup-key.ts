import { domainSeparated } from '../encoding/domain.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import type { KeysetDocument } from './keyset-document.ts';

/** The id of the key that is made for one backup, in the keys that it wraps. */
export const WRAPPING_KEY_ID = 'keyset-backup';
export const KEY_LENGTH = 32;

/** The integrity key, then the key of each generation that is not destroyed. */
export function keyIdsOf({ integrityKeyId, generations }: KeysetDocument): readonly string[] {
  const kept = generations.filter(({ state }) => state !== 'destroyed');
  return [integrityKeyId, ...kept.map(({ keyId }) => keyId)];
}

/** Public bytes that no other key gives. */
export async function keyCheck(provider: KeyProvider, id: string): Promise<Uint8Array> {
  using check = await provider.expand(id, domainSeparated('key-check/v1', id), KEY_LENGTH);
  return check.expose((bytes) => bytes.slice());
}
