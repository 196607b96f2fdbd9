import { fromHex, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  EXPORT_ONLY,
  HKDF_SHA256,
  HKDF_SHA384,
  HKDF_SHA512,
  type HpkeAead,
  type HpkeKdf,
  type HpkeKem,
  MLKEM768_X25519,
  SHAKE128,
  SHAKE256,
} from '@bitcoin-enterprise/crypto-core/hpke';

/** What the files of HPKE vectors have in common: hexadecimal, with the names of RFC 9180 appendix A. */
export interface HpkeVector {
  readonly mode: number;
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly shared_secret?: string;
  readonly pkSm?: string;
  readonly psk?: string;
  readonly psk_id?: string;
  readonly encryptions?: readonly {
    readonly aad: string;
    readonly pt: string;
    readonly ct: string;
    readonly seq?: number;
  }[];
  readonly exports?: readonly {
    readonly exporter_context: string;
    readonly L: number;
    readonly exported_value: string;
  }[];
}

export interface HpkeAlgorithms {
  readonly kem: HpkeKem;
  readonly kdf: HpkeKdf;
  readonly aead: HpkeAead;
}

const KEMS = [DHKEM_X25519_HKDF_SHA256, DHKEM_P256_HKDF_SHA256, MLKEM768_X25519];
const KDFS = [HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, SHAKE128, SHAKE256];
const AEADS = [AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, EXPORT_ONLY];

/** Algorithms that the vectors use and the library has not got (RFC 9180 section 7, draft-ietf-hpke-pq). */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['KEM 0x0011', 'DHKEM(P-384, HKDF-SHA384)'],
  ['KEM 0x0012', 'DHKEM(P-521, HKDF-SHA512)'],
  ['KEM 0x0021', 'DHKEM(X448, HKDF-SHA512)'],
  ['KEM 0x0040', 'ML-KEM-512'],
  ['KEM 0x0041', 'ML-KEM-768'],
  ['KEM 0x0042', 'ML-KEM-1024'],
  ['KEM 0x0050', 'MLKEM768-P256'],
  ['KEM 0x0051', 'MLKEM1024-P384'],
  ['KDF 0x0012', 'TurboSHAKE128, which OpenSSL has not got'],
]);

const hex = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`;

/** The algorithms of a vector, or the reason why it cannot be run. */
export function algorithmsOf(vector: HpkeVector): HpkeAlgorithms | string {
  const kem = KEMS.find(({ id }) => id === vector.kem_id);
  if (kem === undefined) return unsupported('KEM', vector.kem_id);
  const kdf = KDFS.find(({ id }) => id === vector.kdf_id);
  if (kdf === undefined) return unsupported('KDF', vector.kdf_id);
  const aead = AEADS.find(({ id }) => id === vector.aead_id);
  if (aead === undefined) return unsupported('AEAD', vector.aead_id);
  return { kem, kdf, aead };
}

export function nameOf(vector: HpkeVector): string {
  const mode = ['base', 'psk', 'auth', 'auth_psk'][vector.mode] ?? String(vector.mode);
  return `${hex(vector.kem_id)} ${hex(vector.kdf_id)} ${hex(vector.aead_id)} ${mode}`;
}

export function secretOf(text: string): SecretBytes {
  return SecretBytes.takeFrom(fromHex(text));
}

function unsupported(kind: string, id: number): string {
  return `${kind} ${hex(id)} is not supported: ${OTHERS.get(`${kind} ${hex(id)}`) ?? 'unknown'}`;
}
