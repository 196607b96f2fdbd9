import {
  entropyFromMnemonic,
  isCryptoError,
  mnemonicFromEntropy,
  SecretBytes,
  sha256,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';

const LENGTHS = [16, 20, 24, 28, 32] as const;

function wordsOf(entropy: Uint8Array): Uint8Array {
  using secret = SecretBytes.copyOf(entropy);
  using mnemonic = mnemonicFromEntropy(secret);
  return mnemonic.expose((words) => words.slice());
}

export const target: FuzzTarget<SecretBytes> = {
  seeds: LENGTHS.map((length) => wordsOf(markedSecret('mnemonic').subarray(0, length))),
  dictionary: texts('abandon', 'about', 'zoo', 'art', ' ', '  ', '\u3000', 'ABANDON', 'aband'),
  maxLength: 240,
  isInputSecret: true,
  isRefusal: isCryptoError,
  decode: (input) => entropyFromMnemonic(SecretBytes.copyOf(input)),
  check: (entropy, input) => {
    using secret = entropy;
    using again = mnemonicFromEntropy(secret);
    if (!again.equals(input)) throw new Error('the entropy has other words');
  },
  // The checksum stops every altered word: other words with a right one.
  repair: (input, numbers) => wordsOf(sha256(input).subarray(0, LENGTHS[numbers.below(LENGTHS.length)])),
};
