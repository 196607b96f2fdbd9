export { fromHex, toHex } from './encoding/hex.ts';
export { decodeSecretBase64, encodeSecretBase64 } from './encoding/secret-base64.ts';
export { decodeSecretHex, encodeSecretHex } from './encoding/secret-hex.ts';
export { utf8 } from './encoding/utf8.ts';
export { type EnvelopeKey, envelopeKey, type FindEnvelopeKey } from './envelope/envelope-key.ts';
export { openWith, sealWith } from './envelope/envelope-with-key.ts';
export {
  describeEnvelope,
  type EnvelopeDescription,
  open,
  seal,
  type SealOptions,
} from './envelope/envelope.ts';
export { fileSource } from './envelope/file-source.ts';
export { openStream, type OpenStreamOptions } from './envelope/open-stream.ts';
export { reseal, type ResealOptions, resealStream, resealWith } from './envelope/reseal.ts';
export { type ByteSource, sealStream, type SealStreamOptions } from './envelope/seal-stream.ts';
export type { MessageOptions, OpenOptions } from './envelope/sealed-message.ts';
export { describeStream, type StreamDescription } from './envelope/stream-header.ts';
export { openStreamAt, type RandomAccessSource, type StreamReader } from './envelope/stream-reader.ts';
export { SUITE_NAMES, type SuiteName } from './envelope/suite.ts';
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
export { hkdfExpand, type HkdfExpandOptions, type HkdfOptions, hkdfSha256 } from './kdf/hkdf.ts';
export type { PassphraseKdfOptions } from './kdf/passphrase-kdf.ts';
export {
  pbkdf2,
  PBKDF2_DEFAULT,
  PBKDF2_MAXIMUM,
  PBKDF2_MINIMUM,
  type Pbkdf2Cost,
  type Pbkdf2Options,
} from './kdf/pbkdf2.ts';
export {
  scrypt,
  SCRYPT_DEFAULT,
  SCRYPT_MAXIMUM,
  SCRYPT_MINIMUM,
  type ScryptCost,
  type ScryptOptions,
} from './kdf/scrypt.ts';
export { ExtendedPrivateKey } from './keys/extended-private-key.ts';
export { derivePublicKey } from './keys/extended-public-key.ts';
export {
  entropyFromMnemonic,
  generateMnemonic,
  mnemonicFromEntropy,
  seedFromMnemonic,
  validateMnemonic,
} from './keys/mnemonic.ts';
export { GENERATION_STATES, type GenerationState } from './keyset/generation-state.ts';
export type { BackupSource, BackupTarget } from './keyset/keyset-backup-file.ts';
export type { KeysetGeneration } from './keyset/keyset-document.ts';
export { keysetFile, type KeysetStore } from './keyset/keyset-store.ts';
export type { Keyset } from './keyset/keyset.ts';
export {
  createKeyset,
  type CreateKeysetOptions,
  type KeysetPlace,
  openKeyset,
  type OpenKeysetOptions,
} from './keyset/open-keyset.ts';
export { restoreKeyset, type RestoreKeysetOptions } from './keyset/restore-keyset.ts';
export { createKeystore, type CreateKeystoreOptions } from './keystore/create-keystore.ts';
export type { Keystore } from './keystore/keystore.ts';
export { openKeystore, type OpenKeystoreOptions } from './keystore/open-keystore.ts';
export { KEY_ALGORITHMS, type KeyAlgorithm, type SigningAlgorithm } from './provider/key-algorithm.ts';
export type { GenerateKeyOptions, KeyDescription, KeyProvider } from './provider/key-provider.ts';
export {
  createKeyFile,
  type CreateKeyFileOptions,
  openKeyFile,
  type OpenKeyFileOptions,
} from './provider/open-key-file.ts';
export { providerSigner } from './provider/provider-signer.ts';
export {
  CryptoPolicy,
  DEFAULT_POLICY,
  type PolicyExplanation,
  type RuleJudgement,
} from './policy/crypto-policy.ts';
export type { PolicyDecision, PolicyFloor } from './policy/decision.ts';
export {
  DEFAULT_POLICY_DOCUMENT,
  POLICY_FORMAT,
  type PolicyConditions,
  type PolicyContext,
  type PolicyDocument,
  type PolicyOutcome,
  type PolicyRule,
  type PolicyVocabulary,
} from './policy/policy-document.ts';
export {
  MAX_PROVENANCE_HEADER_LENGTH,
  parseProvenanceHeader,
  type ProvenanceHeader,
} from './provenance/provenance-header.ts';
export {
  type ProvenanceTrust,
  type ProvenBlock,
  verifyProvenance,
  verifyProvenanceBlock,
} from './provenance/verify-provenance.ts';
export { writeProvenance, type WriteProvenanceOptions } from './provenance/write-provenance.ts';
export {
  describeRecipients,
  type RecipientDescription,
  type RecipientsDescription,
} from './recipient/describe-recipients.ts';
export type { RecipientsBody } from './recipient/recipient-header.ts';
export { RecipientKey } from './recipient/recipient-key.ts';
export { RecipientPublicKey } from './recipient/recipient-public-key.ts';
export { RECIPIENT_TYPES, type RecipientType } from './recipient/recipient-type.ts';
export { openStreamAs, sealStreamTo } from './recipient/seal-stream-to.ts';
export { openAs, sealTo } from './recipient/seal-to.ts';
export { constantTimeCompare, constantTimeEqual, constantTimeSelect } from './secret/constant-time.ts';
export { SecretBytes } from './secret/secret-bytes.ts';
export { secretKeyObject } from './secret/secret-key-object.ts';
export { compositeContext, CompositeSigningKey, verifyCompositeSignature } from './signature/composite.ts';
export { ecdsaSignatureFromDer, ecdsaSignatureToDer } from './signature/ecdsa-der.ts';
export { verifyEcdsa } from './signature/ecdsa.ts';
export { Ed25519SigningKey, verifyEd25519 } from './signature/ed25519.ts';
export { MlDsaSigningKey, verifyMlDsa44, verifyMlDsa65 } from './signature/ml-dsa.ts';
export { isCompressedPublicKey, isXOnlyPublicKey } from './signature/public-key.ts';
export { verifySchnorr } from './signature/schnorr.ts';
export type {
  CompositeAlgorithm,
  MlDsaAlgorithm,
  SignatureAlgorithm,
  Signer,
} from './signature/signature-algorithm.ts';
export { SigningKey } from './signature/signing-key.ts';
