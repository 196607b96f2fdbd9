import {
  derivePublicKey,
  ExtendedPrivateKey,
  isCompressedPublicKey,
  isCryptoError,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { latin1, markedSecret, texts } from './input/bytes.ts';

using master = ExtendedPrivateKey.fromSeed(SecretBytes.copyOf(markedSecret('extended public key')));
using account = master.derive("m/86'/0'/0'");

/** An extended public key, a line feed and a path below it. */
export const target: FuzzTarget<Uint8Array> = {
  seeds: texts(`${master.neuter()}\nm`, `${account.neuter()}\nm/0/5`),
  dictionary: texts('xpub', 'xprv', 'tpub', '\n', 'm/0', "'", '2147483647', '1111', 'zzzz'),
  maxLength: 200,
  isRefusal: isCryptoError,
  decode: (input) => {
    const [xpub = '', path = ''] = latin1(input).split('\n', 2);
    return derivePublicKey(xpub, path);
  },
  check: (publicKey) => {
    if (!isCompressedPublicKey(publicKey)) throw new Error('the result is no public key');
  },
};
