import { fromHex, hkdfExpand, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandByDescription } from './envelope-format.ts';
import { refusal } from './refusal.ts';

// RFC 5869, appendix A: PRK, info and OKM of the cases with SHA-256.
const figures = [
  {
    name: 'A.1',
    prk: '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
    info: 'f0f1f2f3f4f5f6f7f8f9',
    okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    name: 'A.2',
    prk: '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
    info: Buffer.from(Uint8Array.from({ length: 80 }, (_, index) => 0xb0 + index)).toString('hex'),
    okm:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
      'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    name: 'A.3',
    prk: '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
    info: '',
    okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
];

describe('HKDF-Expand with SHA-256', () => {
  it.each(figures)('gives the figures of RFC 5869 $name', ({ prk, info, okm }) => {
    using key = SecretBytes.copyOf(fromHex(prk));
    using output = hkdfExpand({ prk: key, info: fromHex(info), length: okm.length / 2 });
    expect(output.expose(toHex)).toBe(okm);
  });

  it('agrees with the HMAC of WebCrypto at every length and info', async () => {
    const prks = fc.uint8Array({ minLength: 32, maxLength: 100 });
    const lengths = fc.integer({ min: 1, max: 200 });
    await fc.assert(
      fc.asyncProperty(prks, fc.uint8Array({ maxLength: 300 }), lengths, async (prk, info, length) => {
        using key = SecretBytes.copyOf(prk);
        using output = hkdfExpand({ prk: key, info, length });
        expect(output.expose(toHex)).toBe(toHex(await expandByDescription(prk, info, length)));
        expect(key.equals(prk)).toBe(true);
      }),
    );
  });

  it('gives the longest output that RFC 5869 allows, and no longer one', async () => {
    using prk = SecretBytes.copyOf(new Uint8Array(32));
    using output = hkdfExpand({ prk, info: new Uint8Array(), length: 8160 });
    const expected = await expandByDescription(new Uint8Array(32), new Uint8Array(), 8160);
    expect(output.equals(expected)).toBe(true);
    for (const length of [0, -1, 8161, 1.5, Number.NaN]) {
      expect(refusal(() => hkdfExpand({ prk, info: new Uint8Array(), length }))).toMatchObject({
        code: 'length-out-of-range',
        value: String(length),
        limit: '1 to 8160 bytes',
      });
    }
  });

  it.each([0, 31])('refuses a pseudorandom key of %d bytes', (length) => {
    using prk = SecretBytes.copyOf(new Uint8Array(length));
    expect(refusal(() => hkdfExpand({ prk, info: new Uint8Array(), length: 32 }))).toMatchObject({
      code: 'length-out-of-range',
      value: `${length} bytes`,
      limit: '32 bytes or more',
    });
  });

  it('refuses a disposed key', () => {
    const prk = SecretBytes.random(32);
    prk[Symbol.dispose]();
    expect(refusal(() => hkdfExpand({ prk, info: new Uint8Array(), length: 32 })).code).toBe(
      'secret-disposed',
    );
  });
});
