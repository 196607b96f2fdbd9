export {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  EXPORT_ONLY,
  type HpkeAead,
  type HpkeCipher,
} from './hpke/aead.ts';
export type { HpkeRecipientContext, HpkeSenderContext } from './hpke/context.ts';
export { DHKEM_P256_HKDF_SHA256, DHKEM_X25519_HKDF_SHA256 } from './hpke/dhkem.ts';
export type { HpkeContextSecrets, HpkeKdf, HpkeKeyScheduleInput } from './hpke/kdf.ts';
export type { HpkeEncapsulation, HpkeKem, HpkePrivateKey, HpkePublicKey } from './hpke/kem.ts';
export { MLKEM768_X25519 } from './hpke/mlkem768-x25519.ts';
export { SHAKE128, SHAKE256 } from './hpke/one-stage-kdf.ts';
export {
  type HpkeOptions,
  type HpkePsk,
  type HpkeRecipientOptions,
  type HpkeSenderOptions,
  type HpkeSenderSetup,
  setupRecipient,
  setupSender,
} from './hpke/setup.ts';
export { type HpkeMessage, openSingleShot, sealSingleShot } from './hpke/single-shot.ts';
export { HKDF_SHA256, HKDF_SHA384, HKDF_SHA512 } from './hpke/two-stage-kdf.ts';
