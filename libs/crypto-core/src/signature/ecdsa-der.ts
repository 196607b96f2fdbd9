import { CryptoError } from '../error.ts';

const COMPACT_LENGTH = 64;
const SCALAR_LENGTH = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * The DER form of a compact ECDSA signature, as scripts take it (BIP66), without a hash type.
 *
 * @param signature r and s, 64 bytes
 * @throws CryptoError `signature-malformed`
 */
export function ecdsaSignatureToDer(signature: Uint8Array): Uint8Array {
  if (signature.length !== COMPACT_LENGTH) throw malformed(signature, `${COMPACT_LENGTH} bytes`);
  const r = encodeInteger(signature.subarray(0, SCALAR_LENGTH));
  const s = encodeInteger(signature.subarray(SCALAR_LENGTH));
  return Uint8Array.of(SEQUENCE, r.length + s.length, ...r, ...s);
}

/**
 * The compact form of a DER signature without a hash type: r and s, 64 bytes. Only the one encoding that BIP66 allows is
 * taken: every length minimal and exact, no negative and no padded number.
 *
 * @throws CryptoError `signature-malformed`
 */
export function ecdsaSignatureFromDer(der: Uint8Array): Uint8Array {
  const limit = 'a strict DER sequence of two positive numbers (BIP66)';
  const [sequence, length] = der;
  if (sequence !== SEQUENCE || length !== der.length - 2) throw malformed(der, limit);
  const r = decodeInteger(der.subarray(2));
  const s = r === undefined ? undefined : decodeInteger(der.subarray(2 + r.encodedLength));
  if (r === undefined || s === undefined) throw malformed(der, limit);
  if (2 + r.encodedLength + s.encodedLength !== der.length) throw malformed(der, limit);
  const signature = new Uint8Array(COMPACT_LENGTH);
  signature.set(r.scalar, 0);
  signature.set(s.scalar, SCALAR_LENGTH);
  return signature;
}

function encodeInteger(scalar: Uint8Array): Uint8Array {
  const first = scalar.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : scalar.subarray(first);
  const sign = digits.subarray(0, 1).some((byte) => byte >= 0x80) ? [0] : [];
  return Uint8Array.of(INTEGER, sign.length + digits.length, ...sign, ...digits);
}

function decodeInteger(
  bytes: Uint8Array,
): { readonly scalar: Uint8Array; readonly encodedLength: number } | undefined {
  const [tag, length, first, second] = bytes;
  if (tag !== INTEGER || length === undefined || length === 0 || first === undefined) return undefined;
  const encodedLength = 2 + length;
  if (encodedLength > bytes.length || first >= 0x80) return undefined;
  const isPadded = first === 0 && length > 1;
  if (isPadded && (second === undefined || second < 0x80)) return undefined;
  const digits = bytes.subarray(isPadded ? 3 : 2, encodedLength);
  if (digits.length > SCALAR_LENGTH) return undefined;
  const scalar = new Uint8Array(SCALAR_LENGTH);
  scalar.set(digits, SCALAR_LENGTH - digits.length);
  return { scalar, encodedLength };
}

function malformed(signature: Uint8Array, limit: string): CryptoError {
  const value = `${signature.length} bytes`;
  return new CryptoError('signature-malformed', 'the ECDSA signature is malformed', { value, limit });
}
