import { randomBytes } from 'node:crypto';
import {
  isCryptoError,
  open,
  seal,
  SecretBytes,
  type SuiteName,
  SUITE_NAMES,
} from '@bitcoin-enterprise/crypto-core';
import type { Subject, Trial } from '../subject.ts';

const CONTEXT = 'leakage';
const KEY_ID = 'k';
/** Magic, version, suite, length of the key id, key id, salt: the commitment follows. */
const COMMITMENT_START = 4 + 1 + 1 + 1 + KEY_ID.length + 32;
const POOL = 64;

function isOpened(key: SecretBytes, envelope: Uint8Array): boolean {
  try {
    using plaintext = open(key, envelope, { context: CONTEXT });
    return plaintext.length > 0;
  } catch (error) {
    return !isCryptoError(error);
  }
}

function sealed(suite: SuiteName, key: SecretBytes, plaintext: Uint8Array): Uint8Array {
  return seal(key, plaintext, { context: CONTEXT, keyId: KEY_ID, suite });
}

/** An envelope in one buffer, of which one byte is wrong in each class: both are refused. */
function refusing(
  suite: SuiteName,
  places: (length: number) => readonly [first: number, second: number],
): Trial {
  const key = SecretBytes.random(32);
  const right = sealed(suite, key, new Uint8Array(64));
  const [first, second] = places(right.length);
  const envelope = right.slice();
  return {
    select: (isSecondClass) => {
      envelope.set(right);
      const place = isSecondClass ? second : first;
      envelope[place] = (right[place] ?? 0) ^ 0x80;
    },
    run: () => isOpened(key, envelope),
  };
}

/** One key and envelope again and again, or another pair each time, in one pair of buffers: all are opened. */
function opening(suite: SuiteName): Trial {
  const pool = Array.from({ length: POOL }, () => {
    const bytes = new Uint8Array(randomBytes(32));
    return { bytes, envelope: sealed(suite, SecretBytes.copyOf(bytes), randomBytes(64)) };
  });
  const key = SecretBytes.random(32);
  const envelope = new Uint8Array(pool[0]?.envelope ?? []);
  let turn = 0;
  return {
    select: (isSecondClass) => {
      turn += 1;
      const chosen = pool[isSecondClass ? 1 + (turn % (POOL - 1)) : 0];
      if (chosen === undefined) return;
      envelope.set(chosen.envelope);
      // The one place that writes into a secret: both classes must lie in the same memory.
      key.expose((bytes) => {
        bytes.set(chosen.bytes);
      });
    },
    run: () => isOpened(key, envelope),
  };
}

export const subjects: readonly Subject[] = [
  ...SUITE_NAMES.map((suite) => ({
    name: `open-${suite}`,
    classes: 'one key / random keys',
    prepare: () => opening(suite),
  })),
  ...SUITE_NAMES.slice(0, 1).flatMap((suite) => [
    {
      name: 'open-refused-tag',
      classes: 'first / last byte of the tag wrong',
      prepare: () => refusing(suite, (length) => [length - 16, length - 1]),
    },
    {
      name: 'open-refused-commitment',
      classes: 'first / last byte of the commitment wrong',
      prepare: () => refusing(suite, () => [COMMITMENT_START, COMMITMENT_START + 31]),
    },
  ]),
];
