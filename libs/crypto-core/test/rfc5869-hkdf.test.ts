import { createHmac } from 'node:crypto';
import { fromHex, hkdfSha256, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';

/** Bytes that count up from the first to the last. */
const counting = (first: number, last: number): Uint8Array =>
  Uint8Array.from({ length: last - first + 1 }, (_, index) => first + index);

const empty = new Uint8Array();

// RFC 5869, appendix A: A.1, A.2 and A.3, the cases with SHA-256.
const figures = [
  {
    name: 'A.1',
    ikm: new Uint8Array(22).fill(0x0b),
    salt: counting(0x00, 0x0c),
    info: counting(0xf0, 0xf9),
    okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    name: 'A.2',
    ikm: counting(0x00, 0x4f),
    salt: counting(0x60, 0xaf),
    info: counting(0xb0, 0xff),
    okm:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
      'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    name: 'A.3',
    ikm: new Uint8Array(22).fill(0x0b),
    salt: empty,
    info: empty,
    okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
];

/** RFC 5869 sections 2.2 and 2.3 by hand. */
function extractAndExpand(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): string {
  const key = createHmac('sha256', salt).update(ikm).digest();
  let block = Buffer.alloc(0);
  let output = '';
  for (let count = 1; output.length < 2 * length; count += 1) {
    block = createHmac('sha256', key).update(block).update(info).update(Uint8Array.of(count)).digest();
    output += block.toString('hex');
  }
  return output.slice(0, 2 * length);
}

describe('HKDF-SHA-256', () => {
  it.each(figures)('gives the figures of RFC 5869 $name', ({ ikm, salt, info, okm }) => {
    using output = hkdfSha256({ ikm: SecretBytes.copyOf(ikm), salt, info, length: okm.length / 2 });
    expect(output.equals(fromHex(okm))).toBe(true);
  });

  it('agrees with the two steps computed by hand', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 200 }), (ikm, salt, info, length) => {
        using secret = SecretBytes.copyOf(ikm);
        using output = hkdfSha256({ ikm: secret, salt, info, length });
        expect(output.expose(toHex)).toBe(extractAndExpand(ikm, salt, info, length));
      }),
    );
  });

  it('gives the longest output that RFC 5869 allows', () => {
    using ikm = SecretBytes.random(32);
    using output = hkdfSha256({ ikm, salt: empty, info: empty, length: 8160 });
    expect(output.length).toBe(8160);
  });

  it.each([0, -1, 8161, 1.5, Number.NaN])('refuses an output of %d bytes', (length) => {
    using ikm = SecretBytes.random(32);
    expect(refusal(() => hkdfSha256({ ikm, salt: empty, info: empty, length }))).toMatchObject({
      code: 'length-out-of-range',
      value: String(length),
      limit: '1 to 8160 bytes',
    });
  });

  it('refuses an info that is too long for OpenSSL', () => {
    using ikm = SecretBytes.random(32);
    const run = (length: number): SecretBytes =>
      hkdfSha256({ ikm, salt: empty, info: new Uint8Array(length), length: 32 });
    expect(run(1024).length).toBe(32);
    expect(refusal(() => run(1025))).toMatchObject({
      code: 'length-out-of-range',
      value: '1025 bytes',
      limit: '1024 bytes',
    });
  });
});
