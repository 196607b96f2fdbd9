import {
  derivePublicKey,
  ExtendedPrivateKey,
  fromHex,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { HDKey } from '@scure/bip32';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDerivationPath } from '../src/keys/derivation-path.ts';
import { addScalars } from '../src/signature/scalar.ts';
import { expectNoSecret, refusal } from './refusal.ts';

// BIP32, test vectors 1 to 4: 3 and 4 have leading zeros in a private key.
const figures: { name: string; seed: string; chains: [path: string, xpub: string][] }[] = [
  {
    name: 'vector 1',
    seed: '000102030405060708090a0b0c0d0e0f',
    chains: [
      [
        'm',
        'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8',
      ],
      [
        "m/0'",
        'xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw',
      ],
      [
        "m/0'/1",
        'xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ',
      ],
      [
        "m/0'/1/2'",
        'xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu4trkrX7x7DogT5Uv6fcLW5',
      ],
      [
        "m/0'/1/2'/2",
        'xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV',
      ],
      [
        "m/0'/1/2'/2/1000000000",
        'xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy',
      ],
    ],
  },
  {
    name: 'vector 2',
    seed: 'fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542',
    chains: [
      [
        'm',
        'xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB',
      ],
      [
        'm/0',
        'xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH',
      ],
      [
        "m/0/2147483647'",
        'xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8RuJiHjaDMBU4Zn9h8LZNnBC5y4a',
      ],
      [
        "m/0/2147483647'/1",
        'xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89LojfZ537wTfunKau47EL2dhHKon',
      ],
      [
        "m/0/2147483647'/1/2147483646'",
        'xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY2grBGRjaDMzQLcgJvLJuZZvRcEL',
      ],
      [
        "m/0/2147483647'/1/2147483646'/2",
        'xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2rnY5agb9rXpVGyy3bdW6EEgAtqt',
      ],
    ],
  },
  {
    name: 'vector 3',
    seed: '4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be',
    chains: [
      [
        'm',
        'xpub661MyMwAqRbcEZVB4dScxMAdx6d4nFc9nvyvH3v4gJL378CSRZiYmhRoP7mBy6gSPSCYk6SzXPTf3ND1cZAceL7SfJ1Z3GC8vBgp2epUt13',
      ],
      [
        "m/0'",
        'xpub68NZiKmJWnxxS6aaHmn81bvJeTESw724CRDs6HbuccFQN9Ku14VQrADWgqbhhTHBaohPX4CjNLf9fq9MYo6oDaPPLPxSb7gwQN3ih19Zm4Y',
      ],
    ],
  },
  {
    name: 'vector 4',
    seed: '3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678',
    chains: [
      [
        'm',
        'xpub661MyMwAqRbcGczjuMoRm6dXaLDEhW1u34gKenbeYqAix21mdUKJyuyu5F1rzYGVxyL6tmgBUAEPrEz92mBXjByMRiJdba9wpnN37RLLAXa',
      ],
      [
        "m/0'",
        'xpub69AUMk3qDBi3uW1sXgjCmVjJ2G6WQoYSnNHyzkmdCHEhSZ4tBok37xfFEqHd2AddP56Tqp4o56AePAgCjYdvpW2PU2jbUPFKsav5ut6Ch1m',
      ],
      [
        "m/0'/1'",
        'xpub6BJA1jSqiukeaesWfxe6sNK9CCGaujFFSJLomWHprUL9DePQ4JDkM5d88n49sMGJxrhpjazuXYWdMf17C9T5XnxkopaeS7jGk1GyyVziaMt',
      ],
    ],
  },
];

// BIP32, test vector 5: keys that must be refused.
const invalid: [reason: string, key: string][] = [
  [
    'pubkey version / prvkey mismatch',
    'xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6LBpB85b3D2yc8sfvZU521AAwdZafEz7mnzBBsz4wKY5fTtTQBm',
  ],
  [
    'prvkey version / pubkey mismatch',
    'xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGTQQD3dC4H2D5GBj7vWvSQaaBv5cxi9gafk7NF3pnBju6dwKvH',
  ],
  [
    'invalid pubkey prefix 04',
    'xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Txnt3siSujt9RCVYsx4qHZGc62TG4McvMGcAUjeuwZdduYEvFn',
  ],
  [
    'invalid prvkey prefix 04',
    'xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFGpWnsj83BHtEy5Zt8CcDr1UiRXuWCmTQLxEK9vbz5gPstX92JQ',
  ],
  [
    'invalid pubkey prefix 01',
    'xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6N8ZMMXctdiCjxTNq964yKkwrkBJJwpzZS4HS2fxvyYUA4q2Xe4',
  ],
  [
    'invalid prvkey prefix 01',
    'xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD9y5gkZ6Eq3Rjuahrv17fEQ3Qen6J',
  ],
  [
    'zero depth with non-zero parent fingerprint',
    'xprv9s2SPatNQ9Vc6GTbVMFPFo7jsaZySyzk7L8n2uqKXJen3KUmvQNTuLh3fhZMBoG3G4ZW1N2kZuHEPY53qmbZzCHshoQnNf4GvELZfqTUrcv',
  ],
  [
    'zero depth with non-zero parent fingerprint',
    'xpub661no6RGEX3uJkY4bNnPcw4URcQTrSibUZ4NqJEw5eBkv7ovTwgiT91XX27VbEXGENhYRCf7hyEbWrR3FewATdCEebj6znwMfQkhRYHRLpJ',
  ],
  [
    'zero depth with non-zero index',
    'xprv9s21ZrQH4r4TsiLvyLXqM9P7k1K3EYhA1kkD6xuquB5i39AU8KF42acDyL3qsDbU9NmZn6MsGSUYZEsuoePmjzsB3eFKSUEh3Gu1N3cqVUN',
  ],
  [
    'zero depth with non-zero index',
    'xpub661MyMwAuDcm6CRQ5N4qiHKrJ39Xe1R1NyfouMKTTWcguwVcfrZJaNvhpebzGerh7gucBvzEQWRugZDuDXjNDRmXzSZe4c7mnTK97pTvGS8',
  ],
  [
    'unknown extended key version',
    'DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHGMQzT7ayAmfo4z3gY5KfbrZWZ6St24UVf2Qgo6oujFktLHdHY4',
  ],
  [
    'unknown extended key version',
    'DMwo58pR1QLEFihHiXPVykYB6fJmsTeHvyTp7hRThAtCX8CvYzgPcn8XnmdfHPmHJiEDXkTiJTVV9rHEBUem2mwVbbNfvT2MTcAqj3nesx8uBf9',
  ],
  [
    'private key 0 not in 1..n-1',
    'xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx',
  ],
  [
    'private key n not in 1..n-1',
    'xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD5SDKr24z3aiUvKr9bJpdrcLg1y3G',
  ],
  [
    'invalid pubkey 020000000000000000000000000000000000000000000000000000000000000007',
    'xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Q5JXayek4PRsn35jii4veMimro1xefsM58PgBMrvdYre8QyULY',
  ],
  [
    'invalid checksum',
    'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHL',
  ],
];

function rootOf(seed: Uint8Array): ExtendedPrivateKey {
  using secret = SecretBytes.copyOf(seed);
  return ExtendedPrivateKey.fromSeed(secret);
}

describe('ExtendedPrivateKey', () => {
  it.each(figures)('gives the figures of BIP32 $name', ({ seed, chains }) => {
    using root = rootOf(fromHex(seed));
    for (const [path, xpub] of chains) {
      using key = root.derive(path);
      expect(key.neuter()).toBe(xpub);
      expect(key.depth).toBe(parseDerivationPath(path).length);
    }
  });

  it('agrees with an independent implementation on any seed and path', () => {
    const step = fc.tuple(fc.nat(0x7fffffff), fc.constantFrom('', "'"));
    const paths = fc.array(step, { maxLength: 4 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), paths, (seed, steps) => {
        const path = ['m', ...steps.map(([number, mark]) => `${number}${mark}`)].join('/');
        using root = rootOf(seed);
        using key = root.derive(path);
        using signer = key.signingKey();
        const theirs = HDKey.fromMasterSeed(seed).derive(path);
        expect(key.neuter()).toBe(theirs.publicExtendedKey);
        expect(toHex(signer.publicKey)).toBe(toHex(theirs.publicKey ?? new Uint8Array()));
        expect(Buffer.from(key.fingerprint).readUInt32BE()).toBe(theirs.fingerprint);
        const digest = new Uint8Array(32).fill(7);
        expect(toHex(signer.signEcdsa(digest))).toBe(toHex(theirs.sign(digest)));
      }),
      { numRuns: 25 },
    );
  });

  it('derives step by step what it derives at once, with either mark', () => {
    using root = rootOf(new Uint8Array(32).fill(9));
    using account = root.derive("m/86'/0'/0'");
    using child = account.derive('m/0/5');
    using same = root.derive('m/86h/0h/0h/0/5');
    expect(child.neuter()).toBe(same.neuter());
    expect(child.depth).toBe(5);
    expect(derivePublicKey(account.neuter(), 'm/0/5')).toEqual(child.publicKey);
  });

  it('gives keys of their own, which outlive it and do not wipe it', () => {
    const root = rootOf(new Uint8Array(32).fill(9));
    const self = root.derive('m');
    self[Symbol.dispose]();
    using child = root.derive('m/1');
    using signer = child.signingKey();
    root[Symbol.dispose]();
    expect(refusal(() => root.derive('m/1')).code).toBe('secret-disposed');
    expect(refusal(() => root.signingKey()).code).toBe('secret-disposed');
    expect(refusal(() => root.neuter()).code).toBe('secret-disposed');
    expect(child.derive('m/0').depth).toBe(2);
    child[Symbol.dispose]();
    expect(signer.signEcdsa(new Uint8Array(32)).length).toBe(64);
  });

  it('never shows its secret, and gives copies of its public bytes', () => {
    const seed = fromHex('000102030405060708090a0b0c0d0e0f');
    using root = rootOf(seed);
    const theirs = HDKey.fromMasterSeed(seed);
    const secrets = [theirs.privateKey, theirs.chainCode].filter((bytes) => bytes !== null);
    expect(secrets.length).toBe(2);
    expectNoSecret(root, [seed, ...secrets]);
    root.publicKey.fill(0);
    root.fingerprint.fill(0);
    expect(toHex(root.publicKey)).toBe(toHex(theirs.publicKey ?? new Uint8Array()));
    expect(toHex(root.fingerprint)).toBe('3442193e');
  });

  it.each([0, 15, 65])('refuses a seed of %d bytes', (length) => {
    using seed = SecretBytes.copyOf(new Uint8Array(length));
    expect(refusal(() => ExtendedPrivateKey.fromSeed(seed))).toMatchObject({
      code: 'seed-length',
      value: `${length} bytes`,
      limit: '16 to 64 bytes',
    });
  });

  it('refuses to go below depth 255', () => {
    using root = rootOf(new Uint8Array(32).fill(9));
    using deepest = root.derive(`m${'/0'.repeat(255)}`);
    expect(deepest.depth).toBe(255);
    const expected = { code: 'path-malformed', value: '1 steps below depth 255', limit: 'depth 255' };
    expect(refusal(() => deepest.derive('m/0'))).toMatchObject(expected);
    expect(refusal(() => derivePublicKey(deepest.neuter(), 'm/0'))).toMatchObject(expected);
  });
});

describe('a child that BIP32 calls invalid', () => {
  const order = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
  const one = Uint8Array.from({ length: 32 }, (_, index) => (index === 31 ? 1 : 0));
  const minusOne = order.map((byte, index) => (index === 31 ? byte - 1 : byte));

  it('is one whose tweak is n or more, or whose sum is zero', () => {
    expect(addScalars(one, order)).toBeUndefined();
    expect(addScalars(one, new Uint8Array(32).fill(0xff))).toBeUndefined();
    expect(addScalars(one, minusOne)).toBeUndefined();
  });

  it('is not one whose tweak is zero or whose sum passes n', () => {
    expect(addScalars(one, new Uint8Array(32))?.equals(one)).toBe(true);
    const two = one.map((byte) => byte * 2);
    expect(addScalars(two, minusOne)?.equals(one)).toBe(true);
  });
});

describe('derivePublicKey', () => {
  it.each(invalid)('refuses a key of BIP32 vector 5: %s', (_reason, key) => {
    const error = refusal(() => derivePublicKey(key, 'm/0'), [utf8(key), utf8(key.slice(4, 40))]);
    expect(error).toMatchObject({ code: 'extended-key-malformed', value: `${key.length} characters` });
  });

  it('refuses a private key, which it does not show', () => {
    const xprv = HDKey.fromMasterSeed(new Uint8Array(32).fill(9)).privateExtendedKey;
    expect(refusal(() => derivePublicKey(xprv, 'm'), [utf8(xprv.slice(4))]).code).toBe(
      'extended-key-malformed',
    );
  });

  it('gives the key itself for m, and refuses hardened steps', () => {
    using root = rootOf(new Uint8Array(32).fill(9));
    expect(derivePublicKey(root.neuter(), 'm')).toEqual(root.publicKey);
    expect(refusal(() => derivePublicKey(root.neuter(), "m/0'"))).toMatchObject({
      code: 'path-malformed',
      value: `"m/0'"`,
      limit: 'steps without mark',
    });
  });
});

describe('a derivation path', () => {
  it('round-trips any child numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffffffff), { maxLength: 255 }),
        fc.constantFrom("'", 'h'),
        (numbers, mark) => {
          const steps = numbers.map((n) => (n >= 0x80000000 ? `${n - 0x80000000}${mark}` : String(n)));
          expect(parseDerivationPath(['m', ...steps].join('/'))).toEqual(numbers);
        },
      ),
    );
  });

  it.each([
    '',
    '/',
    'm/',
    'M/0',
    '0/1',
    'm//0',
    'm/0/',
    'm/-1',
    'm/+1',
    'm/01',
    'm/1.5',
    'm/1e3',
    'm/0x1',
    'm/2147483648',
    "m/2147483648'",
    "m/0''",
    "m/0'h",
    'm/0H',
    'm/ 0',
    'm/0 ',
    'm/0\n',
    'm/٣',
    "m'",
    'm/*',
    `m${'/0'.repeat(256)}`,
  ])('may not be %j', (path) => {
    const error = refusal(() => parseDerivationPath(path));
    expect(error.code).toBe('path-malformed');
    expect(error.value?.length).toBeLessThan(110);
    expect(error.limit).toBeDefined();
  });
});
