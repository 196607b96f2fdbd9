import { DHKEM_P256_HKDF_SHA256, DHKEM_X25519_HKDF_SHA256 } from '../hpke/dhkem.ts';
import type { HpkeKem } from '../hpke/kem.ts';
import { MLKEM768_X25519 } from '../hpke/mlkem768-x25519.ts';

/** The kinds of key that can be sealed to. Only `mlkem768-x25519` withstands a quantum computer. */
export const RECIPIENT_TYPES = ['x25519', 'p256', 'mlkem768-x25519'] as const;

export type RecipientType = (typeof RECIPIENT_TYPES)[number];

/** How a kind of key is used. The byte names the whole suite: the KEM, HKDF-SHA256 and AES-256-GCM. */
export interface RecipientSuite {
  /** The byte in a header. Never given a second meaning. */
  readonly id: number;
  readonly kem: HpkeKem;
}

const SUITES: Readonly<Record<RecipientType, RecipientSuite>> = {
  x25519: { id: 1, kem: DHKEM_X25519_HKDF_SHA256 },
  p256: { id: 2, kem: DHKEM_P256_HKDF_SHA256 },
  'mlkem768-x25519': { id: 3, kem: MLKEM768_X25519 },
};

export function suiteOf(type: RecipientType): RecipientSuite {
  return SUITES[type];
}

/** Undefined for a byte that no kind of key has yet. */
export function recipientTypeOf(id: number): RecipientType | undefined {
  return RECIPIENT_TYPES.find((type) => SUITES[type].id === id);
}

export function isRecipientType(name: string): name is RecipientType {
  return (RECIPIENT_TYPES as readonly string[]).includes(name);
}
