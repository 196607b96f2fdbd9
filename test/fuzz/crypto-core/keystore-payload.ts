import { isCryptoError, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { markedSecret, texts } from './input/bytes.ts';

interface Payload {
  readonly entropy: SecretBytes;
  readonly generations: ReadonlyMap<string, number>;
}
const { decodeKeystorePayload, encodeKeystorePayload } = (await behindExports(
  'crypto-core',
  'keystore/keystore-payload.ts',
)) as {
  decodeKeystorePayload: (encoded: SecretBytes) => Payload;
  encodeKeystorePayload: (payload: Payload) => SecretBytes;
};

const entropy = SecretBytes.copyOf(markedSecret('entropy'));
const contents: readonly ReadonlyMap<string, number>[] = [
  new Map(),
  new Map([['customer-pii', 2]]),
  new Map([
    ['a', 2],
    ['ä', 4_294_967_295],
    ['z', 3],
  ]),
];

export const target: FuzzTarget<Payload> = {
  seeds: contents.map((generations) => {
    using encoded = encodeKeystorePayload({ entropy, generations });
    return encoded.expose((bytes) => bytes.slice());
  }),
  dictionary: texts('\u0001\u0020', '\ufeff', 'customer-pii'),
  maxLength: 256,
  secrets: [markedSecret('entropy')],
  isRefusal: isCryptoError,
  decode: (input) => {
    using encoded = SecretBytes.copyOf(input);
    return decodeKeystorePayload(encoded);
  },
  check: (payload, input) => {
    using again = encodeKeystorePayload(payload);
    if (!again.equals(input)) throw new Error('the payload written again differs');
    payload.entropy[Symbol.dispose]();
  },
};
