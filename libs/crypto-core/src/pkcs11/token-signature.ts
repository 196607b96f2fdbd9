import { isPrivate, privateNegate } from 'tiny-secp256k1';
import { CryptoError } from '../error.ts';
import { verifyEcdsa } from '../signature/ecdsa.ts';
import { verifyEd25519 } from '../signature/ed25519.ts';

const SCALAR_LENGTH = 32;
/** Half of the order of secp256k1, rounded down: the largest S that is low (BIP62, BIP146). */
const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex');

/**
 * A signature of a token in the form of this library: ECDSA with a low S, which no token gives by itself. It is verified,
 * because a signature that went wrong can tell the key.
 *
 * @param signed what was signed: a digest of 32 bytes for ECDSA, the message for Ed25519
 * @throws CryptoError `provider-failed`
 */
export function checkedSignature(
  algorithm: 'ECDSA-secp256k1' | 'Ed25519',
  o: { readonly signature: Uint8Array; readonly signed: Uint8Array; readonly publicKey: Uint8Array },
): Uint8Array {
  const isEcdsa = algorithm === 'ECDSA-secp256k1';
  const signature = isEcdsa ? withLowS(o.signature) : new Uint8Array(o.signature);
  const verify = isEcdsa ? verifyEcdsa : verifyEd25519;
  if (verify(signature, o.signed, o.publicKey)) return signature;
  throw new CryptoError('provider-failed', 'the token gave a signature that does not verify', {
    value: `${o.signature.length} bytes`,
    limit: algorithm,
  });
}

/** `n - s` signs the same for `s`; of the two only the lower one is standard. */
function withLowS(signature: Uint8Array): Uint8Array {
  const s = signature.subarray(SCALAR_LENGTH);
  const isHigh = s.length === SCALAR_LENGTH && isPrivate(s) && Buffer.compare(s, HALF_ORDER) > 0;
  const lowS = isHigh ? privateNegate(s) : s;
  return Uint8Array.of(...signature.subarray(0, SCALAR_LENGTH), ...lowS);
}
