import {
  derivePublicKey,
  fromHex,
  isCompressedPublicKey,
  isCryptoError,
  sha256,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { base58check } from './input/base58check.ts';

const GENERATOR = fromHex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
/** BIP32, "Serialization format": version, depth, fingerprint of the parent, child number. */
const MASTER = fromHex('0488b21e000000000000000000');
const CHILD = fromHex('0488b21e031234567880000000');
const chainCode = sha256(utf8('chain code'));

/** What an extended public key holds, with the right checksum put to it, so that altered content reaches the parser. */
export const target: FuzzTarget<Uint8Array> = {
  seeds: [
    Uint8Array.of(...MASTER, ...chainCode, ...GENERATOR),
    Uint8Array.of(...CHILD, ...chainCode, ...GENERATOR),
  ],
  dictionary: [
    fromHex('0488b21e'),
    fromHex('0488ade4'),
    fromHex('043587cf'),
    Uint8Array.of(255),
    new Uint8Array(33),
  ],
  maxLength: 100,
  isRefusal: isCryptoError,
  decode: (input) => derivePublicKey(base58check(input), 'm/0'),
  check: (publicKey, input) => {
    if (!isCompressedPublicKey(publicKey)) throw new Error('the result is no public key');
    if (input.length !== 78) throw new Error(`BIP32 has 78 bytes, not ${String(input.length)}`);
  },
};
