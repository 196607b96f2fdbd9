import { randomBytes } from 'node:crypto';
import {
  decodeSecretBase64,
  decodeSecretHex,
  encodeSecretBase64,
  encodeSecretHex,
  isCryptoError,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { Subject, Trial } from '../subject.ts';

const LENGTH = 48;

type Encoding = 'hex' | 'base64';
const decoders = { hex: decodeSecretHex, base64: decodeSecretBase64 };
const encoders = { hex: encodeSecretHex, base64: encodeSecretBase64 };

/** Zeros or random bytes, by the same work. */
function contentOf(isSecondClass: boolean): Buffer {
  const mask = isSecondClass ? 0xff : 0;
  return Buffer.from(randomBytes(LENGTH).map((byte) => byte & mask));
}

function decoding(encoding: Encoding): Trial {
  const text = new Uint8Array(Buffer.from(contentOf(false).toString(encoding)));
  return {
    select: (isSecondClass) => {
      text.set(Buffer.from(contentOf(isSecondClass).toString(encoding)));
    },
    run: () => decoders[encoding](text),
  };
}

function refusing(encoding: Encoding): Trial {
  const text = new Uint8Array(Buffer.from(contentOf(true).toString(encoding)));
  const right = text.slice();
  return {
    select: (isSecondClass) => {
      text.set(right);
      text[isSecondClass ? text.length - 1 : 0] = 0x21;
    },
    run: () => {
      try {
        return decoders[encoding](text);
      } catch (error) {
        return isCryptoError(error);
      }
    },
  };
}

function encoding(name: Encoding): Trial {
  const secret = SecretBytes.copyOf(contentOf(false));
  return {
    select: (isSecondClass) => {
      const content = contentOf(isSecondClass);
      // The one place that writes into a secret: both classes must lie in the same memory.
      secret.expose((bytes) => {
        bytes.set(content);
      });
    },
    run: () => encoders[name](secret),
  };
}

const names: readonly Encoding[] = ['hex', 'base64'];

export const subjects: readonly Subject[] = names.flatMap((name) => [
  { name: `decode-${name}`, classes: 'zeros / random bytes', prepare: () => decoding(name) },
  { name: `decode-${name}-refused`, classes: 'first / last character wrong', prepare: () => refusing(name) },
  { name: `encode-${name}`, classes: 'zeros / random bytes', prepare: () => encoding(name) },
]);
