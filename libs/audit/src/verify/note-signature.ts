import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { readCheckpoint } from './checkpoint-text.ts';
import { equal } from './merkle-proof.ts';
import type { ReadNote } from './signed-note.ts';
import { MAX_COSIGNER_NAME_BYTES, type VerifierKey } from './verifier-key.ts';

/** Verifies one signature, and never throws. */
export type SignatureVerifier = (
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
) => boolean;

/** What verifies signatures; on Node, the functions of these names of crypto-core do. */
export interface SignatureVerifiers {
  /** Ed25519 (RFC 8032). Where absent it is done in JavaScript, which runs in any browser and is slow. */
  readonly verifyEd25519?: SignatureVerifier;
  /** Pure ML-DSA-44 with an empty context (FIPS 204, algorithm 3). Where absent nothing verifies such signatures. */
  readonly verifyMlDsa44?: SignatureVerifier;
}

/** What a note says of one key. */
export type SignatureVerdict =
  | {
      readonly status: 'valid';
      /** Seconds since 1970, as the signer states them; `undefined` for a signature that states no time. */
      readonly time: number | undefined;
    }
  | { readonly status: 'missing' }
  | { readonly status: 'invalid'; readonly reason: string }
  /** A line of that key is there, and nothing was given that verifies it. */
  | { readonly status: 'unverified' };

const TIME_BYTES = 8;

/**
 * Looks for the signature of one key. Lines of other keys are ignored, even where they share its name or its key id; a
 * line that shares both must verify, and there must be one only (C2SP signed-note, tlog-checkpoint).
 */
export function checkSignature(
  note: ReadNote,
  key: VerifierKey,
  { verifyEd25519 = verifiesEd25519, verifyMlDsa44 }: SignatureVerifiers = {},
): SignatureVerdict {
  const own = note.signatures.filter((line) => line.keyName === key.name && equal(line.keyId, key.keyId));
  const [line] = own;
  if (line === undefined) return { status: 'missing' };
  if (own.length > 1) return invalid('more than one signature of this key');
  switch (key.type) {
    case 'ed25519':
      return verifyEd25519(line.signature, new TextEncoder().encode(note.text), key.publicKey)
        ? { status: 'valid', time: undefined }
        : invalid('the signature does not verify');
    case 'ed25519-cosignature':
      return checkTimed(line.signature, 64, (signature, seconds) =>
        verifyEd25519(signature, cosignatureText(note.text, seconds), key.publicKey),
      );
    case 'ml-dsa-44-cosignature': {
      if (verifyMlDsa44 === undefined) return { status: 'unverified' };
      return checkTimed(line.signature, 2420, (signature, _, time) => {
        const message = cosignedMessage(key.name, note.text, time);
        return message !== undefined && verifyMlDsa44(signature, message, key.publicKey);
      });
    }
  }
}

/** Ed25519 of RFC 8032, and not the looser ZIP 215, so that this agrees with OpenSSL about odd encodings. */
function verifiesEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function checkTimed(
  timed: Uint8Array,
  signatureBytes: number,
  verifies: (signature: Uint8Array, seconds: number, time: Uint8Array) => boolean,
): SignatureVerdict {
  if (timed.length !== TIME_BYTES + signatureBytes) return invalid('the signature is of another length');
  const time = timed.subarray(0, TIME_BYTES);
  const seconds = Number(new DataView(time.buffer, time.byteOffset, TIME_BYTES).getBigUint64(0));
  // The format ends at 2^63 - 1, doubles at 2^53 - 1: both are later than any clock.
  if (!Number.isSafeInteger(seconds)) return invalid('the signature is of no time');
  if (!verifies(timed.subarray(TIME_BYTES), seconds, time)) return invalid('the signature does not verify');
  return { status: 'valid', time: seconds === 0 ? undefined : seconds };
}

/** C2SP tlog-cosignature, "Ed25519 signed message". */
function cosignatureText(text: string, seconds: number): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/**
 * C2SP tlog-cosignature, "ML-DSA-44 signed message", of a whole tree: label, cosigner name, time, origin, start and end of
 * the tree, root hash; names behind a byte of length. Extension lines of the checkpoint are no part of it.
 */
function cosignedMessage(cosignerName: string, text: string, time: Uint8Array): Uint8Array | undefined {
  const checkpoint = readCheckpoint(text);
  const origin = new TextEncoder().encode(checkpoint?.origin);
  if (checkpoint === undefined || origin.length > MAX_COSIGNER_NAME_BYTES) return undefined;
  const encoder = new TextEncoder();
  const name = encoder.encode(cosignerName);
  const range = new DataView(new ArrayBuffer(16));
  range.setBigUint64(8, BigInt(checkpoint.size));
  return concatBytes(
    encoder.encode('subtree/v1\n\0'),
    Uint8Array.of(name.length),
    name,
    time,
    Uint8Array.of(origin.length),
    origin,
    new Uint8Array(range.buffer),
    checkpoint.rootHash,
  );
}

function invalid(reason: string): SignatureVerdict {
  return { status: 'invalid', reason };
}
