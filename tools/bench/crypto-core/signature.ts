import { randomBytes } from 'node:crypto';
import { SecretBytes, SigningKey, verifyEcdsa, verifySchnorr } from '@bitcoin-enterprise/crypto-core';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

/** The opponent is measured in the version of the opponents' own lockfile. */
export const needsOpponents = true;

/** What is used of @noble/curves 2.4.0. */
interface Secp256k1Module {
  readonly secp256k1: {
    sign(digest: Uint8Array, secret: Uint8Array, options: { readonly prehash: false }): Uint8Array;
    verify(
      signature: Uint8Array,
      digest: Uint8Array,
      publicKey: Uint8Array,
      options: { readonly prehash: false; readonly lowS: true },
    ): boolean;
  };
  readonly schnorr: {
    sign(digest: Uint8Array, secret: Uint8Array, auxiliaryRandomness: Uint8Array): Uint8Array;
    verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
  };
}

const PEER = '@noble/curves@2.4.0';
const INPUTS = 16;
const RAW = { prehash: false } as const;
const RAW_LOW_S = { prehash: false, lowS: true } as const;

/** One digest with one key, as each side holds it before anything is timed: a `SigningKey`, and the bytes of the secret. */
interface Input {
  readonly digest: Uint8Array;
  readonly auxiliaryRandomness: Uint8Array;
  readonly secret: Uint8Array;
  readonly key: SigningKey;
  readonly publicKey: Uint8Array;
  readonly xOnlyPublicKey: Uint8Array;
}

function inputs(): readonly Input[] {
  return Array.from({ length: INPUTS }, () => {
    const secret = new Uint8Array(randomBytes(32));
    const key = SigningKey.fromSecret(SecretBytes.copyOf(secret));
    const { publicKey, xOnlyPublicKey } = key;
    const [digest, auxiliaryRandomness] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    return { digest, auxiliaryRandomness, secret, key, publicKey, xOnlyPublicKey };
  });
}

/** Both sides on the same inputs in turn; each must accept what the other made before either is timed. */
function sides<T>(made: readonly T[], ours: (input: T) => unknown, peer: (input: T) => unknown): Prepared {
  const through = (run: (input: T) => unknown) => (): void => {
    for (const input of made) run(input);
  };
  return { ours: through(ours), peer: through(peer) };
}

function check(isRight: boolean): void {
  if (!isRight) throw new Error('one side does not accept what the other signed');
}

async function noble(): Promise<Secp256k1Module> {
  return (await opponent('@noble/curves/secp256k1.js')) as Secp256k1Module;
}

async function signEcdsa(): Promise<Prepared> {
  const { secp256k1 } = await noble();
  const made = inputs();
  for (const { digest, secret, key, publicKey } of made) {
    check(verifyEcdsa(secp256k1.sign(digest, secret, RAW), digest, publicKey));
    check(secp256k1.verify(key.signEcdsa(digest), digest, publicKey, RAW_LOW_S));
  }
  return sides(
    made,
    ({ key, digest }) => key.signEcdsa(digest),
    ({ digest, secret }) => secp256k1.sign(digest, secret, RAW),
  );
}

async function verifyEcdsaSignature(): Promise<Prepared> {
  const { secp256k1 } = await noble();
  const made = inputs().map((input) => ({ ...input, signature: input.key.signEcdsa(input.digest) }));
  for (const { signature, digest, publicKey } of made) {
    check(verifyEcdsa(signature, digest, publicKey));
    check(secp256k1.verify(signature, digest, publicKey, RAW_LOW_S));
  }
  return sides(
    made,
    ({ signature, digest, publicKey }) => verifyEcdsa(signature, digest, publicKey),
    ({ signature, digest, publicKey }) => secp256k1.verify(signature, digest, publicKey, RAW_LOW_S),
  );
}

async function signSchnorr(): Promise<Prepared> {
  const { schnorr } = await noble();
  const made = inputs();
  for (const { digest, secret, key, auxiliaryRandomness, xOnlyPublicKey } of made) {
    check(verifySchnorr(schnorr.sign(digest, secret, auxiliaryRandomness), digest, xOnlyPublicKey));
    check(schnorr.verify(key.signSchnorr(digest, auxiliaryRandomness), digest, xOnlyPublicKey));
  }
  return sides(
    made,
    ({ key, digest, auxiliaryRandomness }) => key.signSchnorr(digest, auxiliaryRandomness),
    ({ digest, secret, auxiliaryRandomness }) => schnorr.sign(digest, secret, auxiliaryRandomness),
  );
}

export const benches: readonly Bench[] = [
  { name: 'sign-ecdsa', goal: 3, peer: PEER, unitsOurs: INPUTS, unitsPeer: INPUTS, prepare: signEcdsa },
  {
    name: 'verify-ecdsa',
    goal: 4,
    peer: PEER,
    unitsOurs: INPUTS,
    unitsPeer: INPUTS,
    prepare: verifyEcdsaSignature,
  },
  { name: 'sign-schnorr', goal: 8, peer: PEER, unitsOurs: INPUTS, unitsPeer: INPUTS, prepare: signSchnorr },
];
