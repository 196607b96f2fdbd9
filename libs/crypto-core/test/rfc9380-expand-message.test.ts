import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { expand_message_xmd, hash_to_field } from '@noble/curves/abstract/hash-to-curve.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandMessageXmd, hashToScalar } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { refusal } from './refusal.ts';

const shortTag = utf8('QUUX-V01-CS02-with-expander-SHA256-128');
// RFC 9380 appendix K.2: 256 bytes, one more than fits.
const longTag = utf8(`QUUX-V01-CS02-with-expander-SHA256-128-long-DST-${'1'.repeat(208)}`);

const q128 = `q128_${'q'.repeat(128)}`;
const a512 = `a512_${'a'.repeat(512)}`;

// RFC 9380 appendices K.1 and K.2, SHA-256.
const figures = [
  { tag: shortTag, message: '', output: '68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235' },
  {
    tag: shortTag,
    message: 'abc',
    output: 'd8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615',
  },
  {
    tag: shortTag,
    message: 'abcdef0123456789',
    output: 'eff31487c770a893cfb36f912fbfcbff40d5661771ca4b2cb4eafe524333f5c1',
  },
  {
    tag: shortTag,
    message: q128,
    output: 'b23a1d2b4d97b2ef7785562a7e8bac7eed54ed6e97e29aa51bfe3f12ddad1ff9',
  },
  {
    tag: shortTag,
    message: a512,
    output: '4623227bcc01293b8c130bf771da8c298dede7383243dc0993d2d94823958c4c',
  },
  {
    tag: shortTag,
    message: '',
    output:
      'af84c27ccfd45d41914fdff5df25293e221afc53d8ad2ac06d5e3e29485dadbee0d121587713a3e0dd4d5e69e93eb7cd4f5df4cd103e188cf60cb02edc3edf18eda8576c412b18ffb658e3dd6ec849469b979d444cf7b26911a08e63cf31f9dcc541708d3491184472c2c29bb749d4286b004ceb5ee6b9a7fa5b646c993f0ced',
  },
  {
    tag: shortTag,
    message: 'abc',
    output:
      'abba86a6129e366fc877aab32fc4ffc70120d8996c88aee2fe4b32d6c7b6437a647e6c3163d40b76a73cf6a5674ef1d890f95b664ee0afa5359a5c4e07985635bbecbac65d747d3d2da7ec2b8221b17b0ca9dc8a1ac1c07ea6a1e60583e2cb00058e77b7b72a298425cd1b941ad4ec65e8afc50303a22c0f99b0509b4c895f40',
  },
  { tag: longTag, message: '', output: 'e8dc0c8b686b7ef2074086fbdd2f30e3f8bfbd3bdf177f73f04b97ce618a3ed3' },
  {
    tag: longTag,
    message: 'abc',
    output: '52dbf4f36cf560fca57dedec2ad924ee9c266341d8f3d6afe5171733b16bbb12',
  },
];

describe('expand_message_xmd of RFC 9380 with SHA-256', () => {
  it.each(figures)(
    'gives the published figure for a message of $message.length and an output of $output.length',
    (figure) => {
      const output = fromHex(figure.output);
      expect(toHex(expandMessageXmd(utf8(figure.message), figure.tag, output.length))).toBe(figure.output);
    },
  );

  it('is that of an independent implementation, for tags on both sides of 255 bytes and all lengths', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 8160 }),
        (message, tag, length) => {
          const theirs = expand_message_xmd(message, tag, length, sha256);
          expect(toHex(expandMessageXmd(message, tag, length))).toBe(toHex(theirs));
        },
      ),
    );
    const tag = new Uint8Array(255).fill(7);
    const theirs = expand_message_xmd(utf8('x'), tag, 8160, sha256);
    expect(toHex(expandMessageXmd(utf8('x'), tag, 8160))).toBe(toHex(theirs));
  });

  it('does not take a longer output for more of a shorter one', () => {
    const [short, long] = [32, 64].map((length) => toHex(expandMessageXmd(utf8('x'), shortTag, length)));
    expect(long?.startsWith(short ?? '')).toBe(false);
  });

  it.each([0, -1, 1.5, 8161, Number.NaN])('refuses an output of %d bytes', (length) => {
    expect(refusal(() => expandMessageXmd(utf8('x'), shortTag, length))).toMatchObject({
      code: 'length-out-of-range',
      value: String(length),
      limit: '1 to 8160 bytes',
    });
  });

  it('refuses an empty tag', () => {
    expect(refusal(() => expandMessageXmd(utf8('x'), new Uint8Array(), 32)).code).toBe('dst-empty');
    expect(refusal(() => hashToScalar(utf8('x'), new Uint8Array())).code).toBe('dst-empty');
  });
});

describe('hashing to a scalar', () => {
  it('is hash_to_field with the order of the group, as an independent implementation has it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (message, tag) => {
          const options = {
            DST: tag,
            p: secp256k1.Point.Fn.ORDER,
            m: 1,
            k: 128,
            expand: 'xmd',
            hash: sha256,
          } as const;
          const [[theirs] = []] = hash_to_field(message, 1, options);
          expect(hashToScalar(message, tag).toBigInt()).toBe(theirs);
        },
      ),
    );
  });

  it('gives another scalar for another tag', () => {
    const tags = ['one tag of this test', 'another tag of this test'];
    const [one, other] = tags.map((tag) => hashToScalar(utf8('x'), utf8(tag)).toString());
    expect(one).not.toBe(other);
  });
});
