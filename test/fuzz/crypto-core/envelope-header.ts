import {
  describeEnvelope,
  type EnvelopeDescription,
  isCryptoError,
  seal,
  SUITE_NAMES,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { texts } from './input/bytes.ts';
import { markedKey, PLAINTEXT } from './input/sealed-target.ts';

const key = markedKey('envelope');
/** Magic, version, suite and length of the key id; salt and commitment. */
const LENGTH_WITHOUT_KEY_ID = 7 + 64;

export const target: FuzzTarget<EnvelopeDescription> = {
  seeds: ['k', 'a'.repeat(64), 'A-Z_0.9:z'].flatMap((keyId) =>
    SUITE_NAMES.map((suite) => seal(key, PLAINTEXT, { keyId, context: 'c', suite })),
  ),
  dictionary: texts('BESE', '\u0001', '\u0041'),
  maxLength: 512,
  isRefusal: isCryptoError,
  decode: describeEnvelope,
  check: ({ version, suite, keyId, ciphertextLength }, input) => {
    if (version !== 1 || !SUITE_NAMES.includes(suite))
      throw new Error(`version ${String(version)}, ${suite}`);
    if (!/^[A-Za-z0-9._:-]{1,64}$/u.test(keyId)) throw new Error(`key id ${JSON.stringify(keyId)}`);
    if (ciphertextLength < 16) throw new Error('no room for a tag');
    const length = LENGTH_WITHOUT_KEY_ID + keyId.length + ciphertextLength;
    if (length !== input.length)
      throw new Error(`${String(length)} bytes described of ${String(input.length)}`);
  },
};
