import { ChainError } from '../error/chain-error.ts';

/** `SIGHASH_DEFAULT` (BIP341): as `SIGHASH_ALL`, and the signature carries no byte for it. */
export const SIGHASH_DEFAULT = 0x00;
export const SIGHASH_ALL = 0x01;
export const SIGHASH_NONE = 0x02;
export const SIGHASH_SINGLE = 0x03;
export const SIGHASH_ANYONECANPAY = 0x80;

/** The part of a hash type that says which outputs are signed. */
export function outputsOf(hashType: number): number {
  return hashType & 0x1f;
}

/**
 * Refuses what no signature can commit to.
 *
 * @throws ChainError `sighash-unsupported`
 */
export function refuseSighash(value: string, limit: string): never {
  throw new ChainError('sighash-unsupported', `${value}: ${limit}`, { value, limit });
}
