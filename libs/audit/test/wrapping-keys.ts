import { envelopeKey, openWith, sealWith, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { PersonalDataKeys } from '../src/index.ts';

/** Keys that wrap those of subjects, the same in every run. */
export function wrappingKeys(byte = 1): PersonalDataKeys {
  const secret = SecretBytes.copyOf(new Uint8Array(32).fill(byte));
  const key = envelopeKey(secret, 'personal-1');
  return {
    seal: (plaintext, o) => sealWith(key, plaintext, o),
    open: (envelope, o) => openWith(key, envelope, o),
  };
}
