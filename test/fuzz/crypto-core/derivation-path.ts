import { isCryptoError } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { expectSame, latin1, texts } from './input/bytes.ts';

const HARDENED = 0x80000000;
const { parseDerivationPath } = (await behindExports('crypto-core', 'keys/derivation-path.ts')) as {
  parseDerivationPath: (path: string) => readonly number[];
};

function format(childNumbers: readonly number[]): string {
  const steps = childNumbers.map((number) =>
    number < HARDENED ? String(number) : `${String(number - HARDENED)}'`,
  );
  return ['m', ...steps].join('/');
}

export const target: FuzzTarget<readonly number[]> = {
  seeds: texts('m', "m/86'/0'/0'/0/5", 'm/84h/2h/0h/1/2147483647', 'm/0/1/2/3/4/5/6/7'),
  dictionary: texts("2147483647'", '2147483648', "0'", 'h', 'H', '/', 'm/', '//', '00', '٣'),
  maxLength: 1_200,
  isRefusal: isCryptoError,
  decode: (input) => parseDerivationPath(latin1(input)),
  check: (childNumbers, input) => {
    expectSame(format(childNumbers), latin1(input).replaceAll('h', "'"), 'the path written again');
  },
};
