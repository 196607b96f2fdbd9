import {
  entropyFromMnemonic,
  fromHex,
  generateMnemonic,
  mnemonicFromEntropy,
  seedFromMnemonic,
  SecretBytes,
  toHex,
  utf8,
  validateMnemonic,
} from '@bitcoin-enterprise/crypto-core';
import { mnemonicToSeedSync } from '@scure/bip39';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { refusal, rejection } from './refusal.ts';

// BIP39, "Test vectors" (trezor/python-mnemonic vectors.json); the passphrase of every one is "TREZOR".
const figures = [
  {
    entropy: '00000000000000000000000000000000',
    mnemonic: 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
    seed:
      'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141' +
      '630c7a3c4ab7c81b2f001698e7463b04',
  },
  {
    entropy: '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f',
    mnemonic:
      'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal will',
    seed:
      'f2b94508732bcbacbcc020faefecfc89feafa6649a5491b8c952cede496c214a0c7b3c392d168748f2d4a612bada0753' +
      'b52a1c7ac53c1e93abd5c6320b9e95dd',
  },
  {
    entropy: 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    mnemonic:
      'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote',
    seed:
      'dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3992' +
      'c456cdf60f5d4564b8ba3f05a69890ad',
  },
  {
    entropy: '9e885d952ad362caeb4efe34a8e91bd2',
    mnemonic: 'ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic',
    seed:
      '274ddc525802f7c828d8ef7ddbcdc5304e87ac3535913611fbbfa986d0c9e5476c91689f9c8a54fd55bd38606aa6a859' +
      '5ad213d4c9c9f9aca3fb217069a41028',
  },
  {
    entropy: 'f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f',
    mnemonic:
      'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol ' +
      'group space point ten exist slush involve unfold',
    seed:
      '01f5bced59dec48e362f2c45b5de68b9fd6c92c6634f44d6d40aab69056506f0e35524a518034ddc1192e1dacd32c1ed' +
      '3eaa3c3b131c88ed8e7e54c49a5d0998',
  },
];

const words = (text: string): SecretBytes => SecretBytes.fromUtf8(text);
const text = (secret: SecretBytes): string => secret.expose((bytes) => Buffer.from(bytes).toString());
const entropies = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

describe('a BIP39 mnemonic', () => {
  it.each(figures)('has the figures of BIP39 for entropy $entropy', async ({ entropy, mnemonic, seed }) => {
    expect(text(mnemonicFromEntropy(SecretBytes.takeFrom(fromHex(entropy))))).toBe(mnemonic);
    expect(entropyFromMnemonic(words(mnemonic)).expose(toHex)).toBe(entropy);
    expect((await seedFromMnemonic(words(mnemonic), words('TREZOR'))).expose(toHex)).toBe(seed);
  });

  it('round-trips any entropy', () => {
    fc.assert(
      fc.property(entropies, (entropy) => {
        using mnemonic = mnemonicFromEntropy(SecretBytes.copyOf(entropy));
        expect(entropyFromMnemonic(mnemonic).equals(entropy)).toBe(true);
        expect(text(mnemonic).split(' ').length).toBe((entropy.length / 4) * 3);
      }),
    );
  });

  it('is new each time, of 24 words unless 12 are asked for', () => {
    const made = [generateMnemonic(), generateMnemonic(256), generateMnemonic(128), generateMnemonic(128)];
    expect(made.map((mnemonic) => text(mnemonic).split(' ').length)).toEqual([24, 24, 12, 12]);
    expect(new Set(made.map(text)).size).toBe(4);
    for (const mnemonic of made) validateMnemonic(mnemonic);
  });

  it.each([
    ['', 'nothing'],
    ['abandon', 'one word'],
    ['abandon '.repeat(11).trim(), 'eleven words'],
    ['abandon '.repeat(12).trim(), 'a wrong checksum'],
    [`${'abandon '.repeat(11)}About`, 'upper case'],
    [`${'abandon '.repeat(11)}bitcoin`, 'a word that is not in the list'],
    [`${'abandon '.repeat(11)} about`, 'two spaces'],
    [` ${'abandon '.repeat(11)}about`, 'a space in front'],
    [`${'abandon '.repeat(11)}about\n`, 'a line feed'],
    [`${'abandon\u3000'.repeat(11)}about`, 'ideographic spaces'],
    [`${'abandon '.repeat(10)}abandon\u00a0about`, 'a no-break space'],
    [`${'ａbandon '.repeat(11)}about`, 'letters that NFKD would turn into the right ones'],
    ['abandon '.repeat(1000), 'a thousand words'],
  ])('is refused without being shown: %j', (mnemonic) => {
    const shown = mnemonic.length > 2 ? [utf8(mnemonic), utf8('abandon'), utf8('bitcoin')] : [];
    const error = refusal(() => {
      validateMnemonic(words(mnemonic));
    }, shown);
    expect(error.code).toBe('mnemonic-invalid');
    expect(error.value).toBeUndefined();
    expect(error.cause).toBeUndefined();
  });

  it.each([
    ['a no-break space', 7, 0xa0],
    ['an ordinal sign in the place of its letter', 0, 0xaa],
  ])('is refused with one byte of Latin-1 in it: %s', (_, offset, byte) => {
    const bytes = utf8(`${'abandon '.repeat(11)}about`);
    bytes[offset] = byte;
    using mnemonic = SecretBytes.copyOf(bytes);
    expect(refusal(() => entropyFromMnemonic(mnemonic)).code).toBe('mnemonic-invalid');
  });

  it('is refused when bytes are not UTF-8', () => {
    using bytes = SecretBytes.copyOf(new Uint8Array(100).fill(0xff));
    expect(refusal(() => entropyFromMnemonic(bytes)).code).toBe('mnemonic-invalid');
  });

  it.each([0, 15, 17, 33, 64])('is not made from %d bytes of entropy', (length) => {
    using entropy = SecretBytes.copyOf(new Uint8Array(length));
    expect(refusal(() => mnemonicFromEntropy(entropy))).toMatchObject({
      code: 'entropy-length',
      value: `${length} bytes`,
      limit: '16, 20, 24, 28, 32 bytes',
    });
  });
});

describe('the seed of a mnemonic', () => {
  const mnemonic = 'ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic';

  it('agrees with an independent implementation for any passphrase', async () => {
    const passphrases = anyText(12);
    await fc.assert(
      fc.asyncProperty(passphrases, async (passphrase) => {
        using seed = await seedFromMnemonic(words(mnemonic), words(passphrase));
        expect(seed.expose(toHex)).toBe(toHex(mnemonicToSeedSync(mnemonic, passphrase)));
      }),
      { numRuns: 12, examples: [[''], ['\u0301combining'], ['\ufeffmark'], ['ﬁ'], ['e\u0301'], ['Å']] },
    );
  });

  it('is the same for a passphrase in either normal form', async () => {
    using composed = await seedFromMnemonic(words(mnemonic), words('caf\u00e9'));
    using decomposed = await seedFromMnemonic(words(mnemonic), words('cafe\u0301'));
    expect(composed.equals(decomposed)).toBe(true);
  });

  it('is the one of an empty passphrase where none is given, and reads the words at once', async () => {
    const early = words(mnemonic);
    const pending = seedFromMnemonic(early);
    early[Symbol.dispose]();
    using without = await pending;
    using empty = await seedFromMnemonic(words(mnemonic), words(''));
    expect(without.equals(empty)).toBe(true);
    expect(without.length).toBe(64);
  });

  it('refuses an invalid mnemonic and a passphrase that is not UTF-8', async () => {
    expect((await rejection(seedFromMnemonic(words('abandon')))).code).toBe('mnemonic-invalid');
    const latin1 = Uint8Array.of(0x70, 0x61, 0xe9, 0x73);
    const error = await rejection(seedFromMnemonic(words(mnemonic), SecretBytes.copyOf(latin1)), [latin1]);
    expect(error).toMatchObject({ code: 'text-malformed', value: '4 bytes' });
    expect(error.cause).toBeUndefined();
  });
});
