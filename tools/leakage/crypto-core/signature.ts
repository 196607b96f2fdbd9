import { randomBytes } from 'node:crypto';
import { Ed25519SigningKey, SecretBytes, sha256, SigningKey, utf8 } from '@bitcoin-enterprise/crypto-core';
import type { Subject, Trial } from '../subject.ts';

const DIGEST = sha256(utf8('leakage'));
const NO_RANDOMNESS = new Uint8Array(32);

type SecretOf = (isSecondClass: boolean) => Uint8Array;

/** The key is made anew for every sample of either class, so that where it lies in memory tells nothing of the class. */
function signing<K>(secretOf: SecretOf, keyOf: (secret: SecretBytes) => K, sign: (key: K) => unknown): Trial {
  const make = (isSecondClass: boolean): K => keyOf(SecretBytes.takeFrom(secretOf(isSecondClass)));
  let key = make(false);
  return {
    select: (isSecondClass) => {
      key = make(isSecondClass);
    },
    run: () => sign(key),
  };
}

/** Any 32 bytes that are a scalar and neither start with zero nor with 0xff, which tiny-secp256k1 is known to tell. */
function randomScalar(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(32));
  bytes[0] = 1 + ((bytes[0] ?? 0) % 254);
  return bytes;
}

function fixedOrRandom(): SecretOf {
  const fixed = randomScalar();
  return (isSecondClass) => {
    const random = randomScalar();
    return isSecondClass ? random : fixed.slice();
  };
}

/** One bit set in every byte, or all but one. */
const fewOrManyBits: SecretOf = (isSecondClass) => {
  const flip = isSecondClass ? 0xff : 0;
  return new Uint8Array(randomBytes(32)).map((byte) => (1 << (byte & 7)) ^ flip);
};

const shortOrRandom: SecretOf = (isSecondClass) => {
  const bytes = randomScalar();
  if (!isSecondClass) bytes.fill(0, 0, 24);
  return bytes;
};

const ecdsa = (secretOf: SecretOf): Trial =>
  signing(
    secretOf,
    (secret) => SigningKey.fromSecret(secret),
    (key) => key.signEcdsa(DIGEST),
  );
const schnorr = (secretOf: SecretOf): Trial =>
  signing(
    secretOf,
    (secret) => SigningKey.fromSecret(secret),
    (key) => key.signSchnorr(DIGEST, NO_RANDOMNESS),
  );
const ed25519 = (secretOf: SecretOf): Trial =>
  signing(
    secretOf,
    (secret) => Ed25519SigningKey.fromSeed(secret),
    (key) => key.sign(DIGEST),
  );

const fixed = 'one key / random keys';
const bits = 'keys with few bits set / with many';

export const subjects: readonly Subject[] = [
  { name: 'sign-ecdsa-fixed', classes: fixed, prepare: () => ecdsa(fixedOrRandom()) },
  { name: 'sign-ecdsa-bits', classes: bits, prepare: () => ecdsa(fewOrManyBits) },
  { name: 'sign-schnorr-fixed', classes: fixed, prepare: () => schnorr(fixedOrRandom()) },
  { name: 'sign-schnorr-bits', classes: bits, prepare: () => schnorr(fewOrManyBits) },
  { name: 'sign-ed25519-fixed', classes: fixed, prepare: () => ed25519(fixedOrRandom()) },
  { name: 'sign-ed25519-bits', classes: bits, prepare: () => ed25519(fewOrManyBits) },
  {
    name: 'sign-ecdsa-short-key',
    classes: '24 zero bytes in front / random keys',
    knownLeak:
      'before each signature tiny-secp256k1 compares the key with 0 and n in JavaScript and stops at the first byte ' +
      'that differs, so that the time tells how many leading bytes are zero or those of n: 1 key in 128 has any',
    prepare: () => ecdsa(shortOrRandom),
  },
];
