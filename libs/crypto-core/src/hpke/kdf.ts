import type { SecretBytes } from '../secret/secret-bytes.ts';

/** Everything that the secrets of a context follow from (RFC 9180 section 5.1). */
export interface HpkeKeyScheduleInput {
  /** `HPKE` and the ids of KEM, KDF and AEAD. */
  readonly suiteId: Uint8Array;
  /** 0 base, 1 psk, 2 auth, 3 auth_psk. */
  readonly mode: number;
  readonly sharedSecret: SecretBytes;
  readonly info: Uint8Array;
  /** Empty without one. */
  readonly psk: SecretBytes;
  /** Empty without one. */
  readonly pskId: Uint8Array;
  /** Nk of the AEAD, in bytes; 0 where there is none. */
  readonly keyLength: number;
  /** Nn of the AEAD, in bytes; 0 where there is none. */
  readonly nonceLength: number;
}

/** The secrets of a context. */
export interface HpkeContextSecrets {
  /** Nk bytes. */
  readonly key: SecretBytes;
  /** Nn bytes, which each message's number is added to. */
  readonly baseNonce: SecretBytes;
  /** Nh bytes. */
  readonly exporterSecret: SecretBytes;
}

/** A key derivation function of HPKE: of two stages (RFC 9180) or of one (draft-ietf-hpke-hpke). */
export interface HpkeKdf {
  /** The KDF id of RFC 9180 section 7.2 and its registry. */
  readonly id: number;
  readonly name: string;
  /** The most bytes of one exported secret. */
  readonly maxExportLength: number;
  /** The caller disposes what it gets. */
  schedule(input: HpkeKeyScheduleInput): HpkeContextSecrets;
  /** Context.Export (RFC 9180 section 5.3), 1 to `maxExportLength` bytes, which the caller checks. */
  exportSecret(
    suiteId: Uint8Array,
    exporterSecret: SecretBytes,
    exporterContext: Uint8Array,
    length: number,
  ): SecretBytes;
}
