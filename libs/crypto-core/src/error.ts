/** Every reason for which this library refuses. The table in the README says what each one means. */
export const CRYPTO_ERROR_CODES = [
  'algorithm-unsupported',
  'backup-malformed',
  'backup-refused',
  'base64-malformed',
  'challenge-zero',
  'context-malformed',
  'derivation-invalid',
  'digest-length',
  'dst-empty',
  'elligator-swift-length',
  'entropy-length',
  'envelope-malformed',
  'envelope-refused',
  'extended-key-malformed',
  'generation-missing',
  'hex-malformed',
  'hpke-export-only',
  'hpke-key-malformed',
  'hpke-message-limit',
  'hpke-psk-malformed',
  'hpke-refused',
  'hpke-sender-unsupported',
  'integer-out-of-range',
  'kdf-above-maximum',
  'kdf-below-minimum',
  'kdf-failed',
  'key-destroyed',
  'key-disabled',
  'key-exists',
  'key-id-malformed',
  'key-length',
  'key-malformed',
  'key-missing',
  'key-not-exportable',
  'key-state-refused',
  'keyset-changed',
  'keyset-exists',
  'keyset-full',
  'keyset-malformed',
  'keyset-missing',
  'keyset-refused',
  'keyset-rolled-back',
  'keystore-changed',
  'keystore-disposed',
  'keystore-exists',
  'keystore-full',
  'keystore-locked',
  'keystore-malformed',
  'keystore-missing',
  'keystore-unreadable',
  'keystore-unwritable',
  'keystore-wrong-passphrase',
  'length-mismatch',
  'length-out-of-range',
  'mnemonic-invalid',
  'msm-too-large',
  'passphrase-empty',
  'path-malformed',
  'pin-wrong',
  'plaintext-too-long',
  'point-at-infinity',
  'point-malformed',
  'policy-context-malformed',
  'policy-malformed',
  'provider-closed',
  'provider-failed',
  'provider-unavailable',
  'public-key-info-malformed',
  'public-key-mismatch',
  'recipient-count',
  'recipient-key-malformed',
  'recipients-malformed',
  'recipients-refused',
  'provenance-refused',
  'scalar-out-of-range',
  'scalar-zero',
  'secret-disposed',
  'seed-length',
  'signature-malformed',
  'suite-forbidden',
  'suite-unknown',
  'text-malformed',
  'token-locked',
  'token-missing',
  'transcript-empty',
  'transcript-frozen',
  'transcript-record-malformed',
] as const;

export type CryptoErrorCode = (typeof CRYPTO_ERROR_CODES)[number];

/** What was given, what limit it broke, and what lies underneath. None of them ever holds a secret. */
export interface CryptoErrorDetail {
  readonly value?: string | undefined;
  readonly limit?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class of this library. Tell it apart with {@link isCryptoError} and its `code`, never by its text. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode;
  /** What was given, in words; absent where it would say something of a secret. */
  declare readonly value?: string;
  /** The limit that the value broke. */
  declare readonly limit?: string;

  constructor(code: CryptoErrorCode, problem: string, detail: CryptoErrorDetail = {}) {
    const given = detail.value === undefined ? '' : `; given: ${detail.value}`;
    const limit = detail.limit === undefined ? '' : `; limit: ${detail.limit}`;
    super(problem + given + limit, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    if (detail.value !== undefined) this.value = detail.value;
    if (detail.limit !== undefined) this.limit = detail.limit;
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'CryptoError',
      configurable: true,
      writable: true,
    });
  }
}

const CODES: ReadonlySet<unknown> = new Set(CRYPTO_ERROR_CODES);

/** True for a {@link CryptoError} of any copy of this package, so that two versions in one process agree. */
export function isCryptoError(error: unknown): error is CryptoError {
  return error instanceof Error && error.name === 'CryptoError' && 'code' in error && CODES.has(error.code);
}
