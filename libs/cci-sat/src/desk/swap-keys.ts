import type { Keystore, SecretBytes, SigningKey } from '@bitcoin-enterprise/crypto-core';

/**
 * Every key and secret of a swap follows from the key store and the swap's id, so that nothing secret is ever stored
 * and the mnemonic alone recovers them. All steps are hardened (BIP32); `8360'` is this suite's purpose (BIP43 form).
 */
const PURPOSE = "m/8360'";

/** The key that signs this party's messages. */
export function identityKey(keys: Keystore): SigningKey {
  return keys.signingKey(`${PURPOSE}/0'`);
}

/** A fresh key of one swap: what the peer's lock pays to, or what takes the own lock back. */
export function swapKey(keys: Keystore, id: string, use: 'claim' | 'refund'): SigningKey {
  // Of the id's 128 bits, four indexes of 31 bits take 124.
  const indexes = [0, 8, 16, 24].map((at) => `${Number.parseInt(id.slice(at, at + 8), 16) & 0x7fff_ffff}'`);
  return keys.signingKey(`${PURPOSE}/1'/${indexes.join('/')}/${use === 'claim' ? 0 : 1}'`);
}

/** The secret of a swap that this party initiates: 32 bytes. */
export function swapPreimage(keys: Keystore, id: string): SecretBytes {
  return keys.deriveSecret(`bitcoin-enterprise/cci-sat/1/preimage/${id}`, 32);
}

/** What a sealed transaction of a swap is bound to. */
export function sealContext(id: string): string {
  return `bitcoin-enterprise/cci-sat/1/transaction/${id}`;
}
