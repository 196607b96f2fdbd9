import { readVerifierKey, verifierKey, writeVerifierKey, type VerifierKey } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const NO_KEY = new Error('no verifier key');
const KEYS = (['ed25519', 'ed25519-cosignature', 'ml-dsa-44-cosignature'] as const).flatMap((type) =>
  ['a', 'witness.example/w1', '\u00fcber/\u{1f600}'].map((name) =>
    verifierKey(name, type, new Uint8Array(type === 'ml-dsa-44-cosignature' ? 1312 : 32).fill(7)),
  ),
);
const known = KEYS.flatMap((key) => key ?? []);

export const target: FuzzTarget<VerifierKey> = {
  seeds: known.map((key) => Buffer.from(writeVerifierKey(key))),
  dictionary: ['+', '=', ' ', '\n', 'AQ', 'BA', 'Bg', '00000000'].map((part) => Buffer.from(part)),
  maxLength: 1_900,
  isRefusal: (error) => error === NO_KEY,
  decode: (input) => {
    const key = readVerifierKey(Buffer.from(input).toString('utf8'));
    if (key === undefined) throw NO_KEY;
    return key;
  },
  check: (key, input) => {
    if (writeVerifierKey(key) !== Buffer.from(input).toString('utf8')) throw new Error('a key has two forms');
  },
  // The key id stops every altered key: other keys with a right one.
  repair: (input, numbers) => {
    const { type, publicKey } = known[numbers.below(known.length)] ?? { type: 'ed25519', publicKey: input };
    const name = Buffer.from(input.subarray(0, 30)).toString('utf8');
    const key = verifierKey(name, type, publicKey) ?? verifierKey('a', type, publicKey);
    return Buffer.from(key === undefined ? '' : writeVerifierKey(key));
  },
};
