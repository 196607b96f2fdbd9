import {
  describeStream,
  envelopeKey,
  isCryptoError,
  sealStream,
  type StreamDescription,
  SUITE_NAMES,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { texts } from './input/bytes.ts';
import { collected } from './input/collected.ts';
import { markedKey } from './input/sealed-target.ts';

/** Magic, version, suite, chunk length and length of the key id; salt and commitment. */
const LENGTH_WITHOUT_KEY_ID = 8 + 64;
const secret = markedKey('stream header');
const seeds: Uint8Array[] = [];
for (const keyId of ['k', 'b'.repeat(64)]) {
  for (const suite of SUITE_NAMES) {
    seeds.push(await collected(sealStream(envelopeKey(secret, keyId), [], { context: 'c', suite })));
  }
}

export const target: FuzzTarget<StreamDescription> = {
  seeds,
  dictionary: texts('BESS', '\u0006', '\u0014', '\u0041'),
  maxLength: 256,
  isRefusal: isCryptoError,
  decode: describeStream,
  check: ({ version, suite, keyId, chunkLength, headerLength }, input) => {
    if (version !== 1 || !SUITE_NAMES.includes(suite))
      throw new Error(`version ${String(version)}, ${suite}`);
    if (!/^[A-Za-z0-9._:-]{1,64}$/u.test(keyId)) throw new Error(`key id ${JSON.stringify(keyId)}`);
    const bits = Math.log2(chunkLength);
    if (!Number.isInteger(bits) || bits < 6 || bits > 20)
      throw new Error(`chunks of ${String(chunkLength)} bytes`);
    if (headerLength !== LENGTH_WITHOUT_KEY_ID + keyId.length || headerLength > input.length) {
      throw new Error(`a header of ${String(headerLength)} bytes`);
    }
  },
};
