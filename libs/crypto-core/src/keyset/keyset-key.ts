import type { KeyProvider } from '../provider/key-provider.ts';
import type { KeysetDocument } from './keyset-document.ts';

/** Makes a master key like the others of a keyset: exportable if its integrity key is. */
export async function generateMaster(
  provider: KeyProvider,
  { purpose, integrityKeyId }: KeysetDocument,
): Promise<string> {
  const { exportable } = await provider.describe(integrityKeyId);
  return (await provider.generate({ algorithm: 'HMAC-SHA-256', label: purpose, exportable })).id;
}
