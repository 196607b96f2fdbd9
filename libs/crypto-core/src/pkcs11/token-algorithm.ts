import type { KeyAlgorithm } from '../provider/key-algorithm.ts';
import { CKK, CKM } from './cryptoki.ts';

/** `id-secp256k1`, 1.3.132.0.10 (SEC 2 appendix A.2.1), in DER. */
const SECP256K1 = Buffer.from('06052b8104000a', 'hex');
/** `id-Ed25519`, 1.3.101.112 (RFC 8410 section 3), in DER. */
const ED25519 = Buffer.from('06032b6570', 'hex');
/** The other name of PKCS #11 version 3.0 section 2.3.10 for the same curve: a printable string. */
const EDWARDS25519 = Buffer.from('130c656477617264733235353139', 'hex');

/** How a token makes and uses keys of an algorithm. */
export interface TokenAlgorithm {
  readonly algorithm: KeyAlgorithm & ('HMAC-SHA-256' | 'ECDSA-secp256k1' | 'Ed25519');
  readonly generation: number;
  /** The mechanism that signs, or computes the HMAC. */
  readonly use: number;
  /** `CKA_KEY_TYPE` of new keys first. */
  readonly keyTypes: readonly [number, ...number[]];
  /** `CKA_EC_PARAMS` of new keys first; empty for a symmetric key. */
  readonly curves: readonly Buffer[];
}

/** What a PKCS #11 token can do here. Version 3.0 knows neither Schnorr signatures nor ML-DSA. */
export const TOKEN_ALGORITHMS: readonly TokenAlgorithm[] = [
  {
    algorithm: 'HMAC-SHA-256',
    generation: CKM.genericSecretKeyGeneration,
    use: CKM.sha256Hmac,
    keyTypes: [CKK.genericSecret, CKK.sha256Hmac],
    curves: [],
  },
  {
    algorithm: 'ECDSA-secp256k1',
    generation: CKM.ecKeyPairGeneration,
    use: CKM.ecdsa,
    keyTypes: [CKK.ec],
    curves: [SECP256K1],
  },
  {
    algorithm: 'Ed25519',
    generation: CKM.edwardsKeyPairGeneration,
    use: CKM.eddsa,
    keyTypes: [CKK.ecEdwards],
    curves: [ED25519, EDWARDS25519],
  },
];
