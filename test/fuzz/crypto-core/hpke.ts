import { CryptoError, type SecretBytes, utf8 } from '@bitcoin-enterprise/crypto-core';
import {
  AES_256_GCM,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  HKDF_SHA256,
  MLKEM768_X25519,
  openSingleShot,
  sealSingleShot,
} from '@bitcoin-enterprise/crypto-core/hpke';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, same } from './input/bytes.ts';
import { joinFields, splitFields } from './input/fields.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const options = { kdf: HKDF_SHA256, aead: AES_256_GCM, info: utf8('fuzz'), aad: utf8('aad') };
const keys = [DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256, MLKEM768_X25519].map((kem, index) => ({
  kind: Uint8Array.of(index),
  key: kem.deriveKeyPair(markedKey(kem.name)),
  secret: markedSecret(kem.name),
}));

/** Which key, the encapsulated key and the ciphertext. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: keys.map(({ kind, key }) => {
    const { encapsulatedKey, ciphertext } = sealSingleShot(key.publicKey, PLAINTEXT, options);
    return joinFields(kind, encapsulatedKey, ciphertext);
  }),
  secrets: keys.map(({ secret }) => secret),
  given: (input) => joinFields(...splitFields(input, 3)),
  open: (input) => {
    const [kind, encapsulatedKey, ciphertext] = splitFields(input, 3) as [Uint8Array, Uint8Array, Uint8Array];
    const chosen = keys.find((one) => same(one.kind, kind));
    if (chosen === undefined) throw new CryptoError('hpke-refused', 'there is no such key');
    return openSingleShot(chosen.key, { encapsulatedKey, ciphertext }, options);
  },
});
