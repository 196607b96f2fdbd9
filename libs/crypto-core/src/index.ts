export { fromHex, toHex } from './encoding/hex.ts';
export { utf8 } from './encoding/utf8.ts';
export {
  describeEnvelope,
  type EnvelopeDescription,
  open,
  type OpenOptions,
  seal,
  type SealOptions,
} from './envelope/envelope.ts';
export {
  CRYPTO_ERROR_CODES,
  CryptoError,
  type CryptoErrorCode,
  type CryptoErrorDetail,
  isCryptoError,
} from './error.ts';
export { hash160 } from './hash/hash160.ts';
export { sha256 } from './hash/sha256.ts';
export { taggedHash } from './hash/tagged-hash.ts';
export {
  ARGON2ID_DEFAULT,
  ARGON2ID_MAXIMUM,
  ARGON2ID_MINIMUM,
  argon2id,
  type Argon2idCost,
  type Argon2idOptions,
} from './kdf/argon2id.ts';
export { type HkdfOptions, hkdfSha256 } from './kdf/hkdf.ts';
export { ExtendedPrivateKey } from './keys/extended-private-key.ts';
export { derivePublicKey } from './keys/extended-public-key.ts';
export {
  entropyFromMnemonic,
  generateMnemonic,
  mnemonicFromEntropy,
  seedFromMnemonic,
  validateMnemonic,
} from './keys/mnemonic.ts';
export { createKeystore, type CreateKeystoreOptions } from './keystore/create-keystore.ts';
export type { Keystore } from './keystore/keystore.ts';
export { openKeystore, type OpenKeystoreOptions } from './keystore/open-keystore.ts';
export { constantTimeEqual, constantTimeSelect } from './secret/constant-time.ts';
export { SecretBytes } from './secret/secret-bytes.ts';
export { ecdsaSignatureFromDer, ecdsaSignatureToDer } from './signature/ecdsa-der.ts';
export { verifyEcdsa } from './signature/ecdsa.ts';
export { Ed25519SigningKey, verifyEd25519 } from './signature/ed25519.ts';
export { isCompressedPublicKey, isXOnlyPublicKey } from './signature/public-key.ts';
export { verifySchnorr } from './signature/schnorr.ts';
export { SigningKey } from './signature/signing-key.ts';
