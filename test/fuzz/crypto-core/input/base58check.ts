import { sha256 } from '@bitcoin-enterprise/crypto-core';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58Check: the payload and the first four bytes of its double SHA-256, in base 58, a `1` for each leading zero. */
export function base58check(payload: Uint8Array): string {
  const bytes = Buffer.concat([payload, sha256(sha256(payload)).subarray(0, 4)]);
  let number = BigInt(`0x00${bytes.toString('hex')}`);
  let digits = '';
  for (; number > 0n; number /= 58n) digits = (ALPHABET[Number(number % 58n)] ?? '') + digits;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + digits;
}
