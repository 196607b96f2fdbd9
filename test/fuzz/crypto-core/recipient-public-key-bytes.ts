import {
  isCryptoError,
  RECIPIENT_TYPES,
  RecipientKey,
  RecipientPublicKey,
  sealTo,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';
import { markedKey } from './input/sealed-target.ts';

/** A byte for the kind of key, then the key as its KEM writes it. */
export const target: FuzzTarget<RecipientPublicKey> = {
  seeds: RECIPIENT_TYPES.map((type, index) =>
    Uint8Array.of(index, ...RecipientKey.fromSeed(type, markedKey(type)).publicKey.bytes),
  ),
  dictionary: [
    new Uint8Array(32),
    Uint8Array.of(1, ...new Uint8Array(31)),
    Uint8Array.of(4),
    new Uint8Array(32).fill(255),
  ],
  maxLength: 1_300,
  isRefusal: isCryptoError,
  decode: ([kind = 0, ...bytes]) =>
    RecipientPublicKey.fromBytes(
      RECIPIENT_TYPES[kind % RECIPIENT_TYPES.length] ?? 'x25519',
      Uint8Array.from(bytes),
    ),
  check: (publicKey, [, ...bytes]) => {
    expectSame(publicKey.bytes, Uint8Array.from(bytes), 'the key written again');
    expectSame(
      RecipientPublicKey.decode(publicKey.encode()).bytes,
      publicKey.bytes,
      'the key read from its text',
    );
    // Whatever was taken as a key can be sealed to.
    if (sealTo([publicKey], new Uint8Array(), { context: 'c' }).length === 0)
      throw new Error('nothing was sealed');
  },
};
