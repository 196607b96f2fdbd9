import { randomBytes } from 'node:crypto';
import { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { ecdhXOnly, multiplyPoint, Point, secretToPoint } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { Subject, Trial } from '../subject.ts';

/** The scalar that a multiplication in variable time is done with at once, or any other. */
function oneOrRandom(isSecondClass: boolean): Uint8Array {
  const bytes = new Uint8Array(randomBytes(32));
  // Below n whatever follows.
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  if (!isSecondClass) bytes.fill(0).fill(1, 31);
  return bytes;
}

function withSecret(use: (secret: SecretBytes) => unknown): Trial {
  let secret = SecretBytes.takeFrom(oneOrRandom(false));
  return {
    select: (isSecondClass) => {
      secret[Symbol.dispose]();
      secret = SecretBytes.takeFrom(oneOrRandom(isSecondClass));
    },
    run: () => use(secret),
  };
}

const theirs = Point.GENERATOR.add(Point.GENERATOR);
const classes = 'the scalar 1 / random scalars';

export const subjects: readonly Subject[] = [
  { name: 'secret-to-point', classes, prepare: () => withSecret((secret) => secretToPoint(secret)) },
  { name: 'multiply-point', classes, prepare: () => withSecret((secret) => multiplyPoint(theirs, secret)) },
  { name: 'ecdh-x-only', classes, prepare: () => withSecret((secret) => ecdhXOnly(secret, theirs)) },
];
