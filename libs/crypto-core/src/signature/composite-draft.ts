import { createHash, type KeyObject } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import { MAX_CONTEXT_LENGTH, publicKeyObject, signWith, signWithAsync, verifyWith } from './openssl-key.ts';
import { type CompositeAlgorithm, type MlDsaAlgorithm, SIGNATURE_LENGTHS } from './signature-algorithm.ts';

/** draft-ietf-lamps-pq-composite-sigs-19 section 2.2. */
const PREFIX = utf8('CompositeAlgorithmSignatures2025');

/** The ML-DSA half of each composite. */
export const ML_DSA_OF: Readonly<Record<CompositeAlgorithm, MlDsaAlgorithm>> = {
  'MLDSA44-Ed25519-SHA512': 'ML-DSA-44',
  'MLDSA65-Ed25519-SHA512': 'ML-DSA-65',
};

/** The two keys of a composite, as OpenSSL holds them. */
export interface CompositeKeys {
  readonly mlDsa: KeyObject;
  readonly ed25519: KeyObject;
}

/** Composite-ML-DSA.Sign of draft-ietf-lamps-pq-composite-sigs-19 (section 3.2): the ML-DSA signature, then the Ed25519 one. */
export function signComposite(
  algorithm: CompositeAlgorithm,
  keys: CompositeKeys,
  message: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  const representative = messageRepresentative(algorithm, message, context);
  const mlDsa = signWith(keys.mlDsa, representative, labelOf(algorithm));
  return joined(mlDsa, signWith(keys.ed25519, representative));
}

/** The same with both halves at once on libuv's thread pool. */
export async function signCompositeAsync(
  algorithm: CompositeAlgorithm,
  keys: CompositeKeys,
  message: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  const representative = messageRepresentative(algorithm, message, context);
  const [mlDsa, ed25519] = await Promise.all([
    signWithAsync(keys.mlDsa, representative, labelOf(algorithm)),
    signWithAsync(keys.ed25519, representative),
  ]);
  return joined(mlDsa, ed25519);
}

/** The two halves of a composite public key, or undefined for bytes that are none. */
export function compositePublicKeys(
  algorithm: CompositeAlgorithm,
  bytes: Uint8Array,
): CompositeKeys | undefined {
  if (bytes.length !== SIGNATURE_LENGTHS[algorithm].publicKey) return undefined;
  const mlDsaAlgorithm = ML_DSA_OF[algorithm];
  const border = SIGNATURE_LENGTHS[mlDsaAlgorithm].publicKey;
  const mlDsa = publicKeyObject(mlDsaAlgorithm, bytes.subarray(0, border));
  const ed25519 = publicKeyObject('Ed25519', bytes.subarray(border));
  return mlDsa === undefined || ed25519 === undefined ? undefined : { mlDsa, ed25519 };
}

/** Composite-ML-DSA.Verify of the draft (section 3.3): both halves or nothing. Never throws. */
export function verifyComposite(
  algorithm: CompositeAlgorithm,
  keys: CompositeKeys | undefined,
  signature: Uint8Array,
  message: Uint8Array,
  context: Uint8Array,
): boolean {
  if (keys === undefined || signature.length !== SIGNATURE_LENGTHS[algorithm].signature) return false;
  if (context.length > MAX_CONTEXT_LENGTH) return false;
  const border = SIGNATURE_LENGTHS[ML_DSA_OF[algorithm]].signature;
  const representative = messageRepresentative(algorithm, message, context);
  return (
    verifyWith(keys.mlDsa, signature.subarray(0, border), representative, labelOf(algorithm)) &&
    verifyWith(keys.ed25519, signature.subarray(border), representative)
  );
}

/** M' of section 2.2: Prefix || Label || len(ctx) || ctx || SHA-512(M). */
function messageRepresentative(
  algorithm: CompositeAlgorithm,
  message: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  const digest = createHash('sha512').update(message).digest();
  return Buffer.concat([PREFIX, labelOf(algorithm), Uint8Array.of(context.length), context, digest]);
}

/** Section 6, table of labels. It is also the context of the ML-DSA half. */
function labelOf(algorithm: CompositeAlgorithm): Uint8Array {
  return utf8(`COMPSIG-${algorithm}`);
}

function joined(mlDsa: Uint8Array, ed25519: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([mlDsa, ed25519]));
}
