import { fromHex, isCompressedPublicKey, isCryptoError } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { expectSame } from './input/bytes.ts';

const { decodeEcPoint } = (await behindExports('crypto-core', 'pkcs11/token-public-key.ts')) as {
  decodeEcPoint: (algorithm: 'ECDSA-secp256k1' | 'Ed25519', value: Uint8Array) => Uint8Array;
};

/** The generator of secp256k1, uncompressed (SEC 2 section 2.4.1). */
const GENERATOR = fromHex(
  '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' +
    '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
);
const ED25519 = new Uint8Array(32).fill(9);

/** A byte for the algorithm, then what a token gives as its public key, in a DER octet string or without. */
export const target: FuzzTarget<Uint8Array> = {
  seeds: [
    Uint8Array.of(0, ...GENERATOR),
    Uint8Array.of(0, 4, 65, ...GENERATOR),
    Uint8Array.of(1, ...ED25519),
    Uint8Array.of(1, 4, 32, ...ED25519),
  ],
  dictionary: [Uint8Array.of(4, 65), Uint8Array.of(4, 32), Uint8Array.of(6), Uint8Array.of(3, 66, 0)],
  maxLength: 100,
  isRefusal: isCryptoError,
  decode: ([kind = 0, ...value]) =>
    decodeEcPoint(kind % 2 === 0 ? 'ECDSA-secp256k1' : 'Ed25519', Uint8Array.from(value)),
  check: (publicKey, [kind = 0, ...value]) => {
    const given = Uint8Array.from(value);
    if (kind % 2 === 1) {
      expectSame(publicKey, given.subarray(-32), 'the key that was given');
      return;
    }
    if (!isCompressedPublicKey(publicKey)) throw new Error('that is no public key');
    expectSame(publicKey.subarray(1), given.subarray(-64, -32), 'x of the point that was given');
  },
};
