import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hchacha20 } from '../src/envelope/hchacha20.ts';
import {
  decryptChunk,
  encryptChunk,
  MAX_CHUNKS,
  release,
  TAG_LENGTH,
} from '../src/envelope/message-cipher.ts';
import { suiteById, suiteByName, SUITE_NAMES } from '../src/envelope/suite.ts';
import { bitFlips, cuts } from './alteration.ts';
import { independentAead } from './envelope-format.ts';
import { refusal } from './refusal.ts';

const sunscreen = utf8(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const counting = (first: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => first + index);
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

const figures = [
  {
    source: 'the GCM specification of McGrew and Viega, test case 16',
    suite: 'AES-256-GCM',
    key: fromHex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'),
    nonce: fromHex('cafebabefacedbaddecaf888'),
    additionalData: fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
    plaintext: fromHex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    ),
    sealed:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
  },
  {
    source: 'RFC 8439 section 2.8.2',
    suite: 'ChaCha20-Poly1305',
    key: counting(0x80, 32),
    nonce: fromHex('070000004041424344454647'),
    additionalData: fromHex('50515253c0c1c2c3c4c5c6c7'),
    plaintext: sunscreen,
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b' +
      '1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
      '3ff4def08e4b7a9de576d26586cec64b6116' +
      '1ae10b594f09e26a7e902ecbd0600691',
  },
  {
    source: 'draft-irtf-cfrg-xchacha-03 appendix A.3.1',
    suite: 'XChaCha20-Poly1305',
    key: counting(0x80, 32),
    nonce: counting(0x40, 24),
    additionalData: fromHex('50515253c0c1c2c3c4c5c6c7'),
    plaintext: sunscreen,
    sealed:
      'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39' +
      'ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
      '21f9664c97637da9768812f615c68b13b52e' +
      'c0875924c1c7987947deafd8780acf49',
  },
] as const;

describe.each(figures)('$suite', ({ source, suite, key, nonce, additionalData, plaintext, sealed }) => {
  const cipher = suiteByName(suite).cipher(key, nonce);

  it(`gives the figures of ${source}`, () => {
    const output = new Uint8Array(plaintext.length + TAG_LENGTH);
    encryptChunk(cipher, 0, plaintext, additionalData, output);
    expect(toHex(output)).toBe(sealed);
    expect(decryptChunk(cipher, 0, fromHex(sealed), additionalData)).toEqual(new Uint8Array(plaintext));
  });

  it('opens nothing with a bit flipped, a byte cut off, other additional data or another chunk number', () => {
    const whole = fromHex(sealed);
    for (const altered of [...bitFlips(whole), ...cuts(whole)]) {
      expect(decryptChunk(cipher, 0, altered, additionalData)).toBeUndefined();
    }
    for (const altered of bitFlips(additionalData)) {
      expect(decryptChunk(cipher, 0, whole, altered)).toBeUndefined();
    }
    expect(decryptChunk(cipher, 0, whole)).toBeUndefined();
    for (const chunk of [1, 0x8000_0000, MAX_CHUNKS]) {
      expect(decryptChunk(cipher, chunk, whole, additionalData)).toBeUndefined();
    }
  });

  it('numbers chunks up to 2^32 - 1 and refuses to seal the next', () => {
    const last = new Uint8Array(1 + TAG_LENGTH);
    encryptChunk(cipher, MAX_CHUNKS - 1, Uint8Array.of(7), undefined, last);
    expect(decryptChunk(cipher, MAX_CHUNKS - 1, last)).toEqual(Uint8Array.of(7));
    expect(decryptChunk(cipher, MAX_CHUNKS - 2, last)).toBeUndefined();
    expect(
      refusal(() => {
        encryptChunk(cipher, MAX_CHUNKS, Uint8Array.of(7), undefined, last);
      }),
    ).toMatchObject({ code: 'plaintext-too-long', limit: '4294967296 chunks' });
  });
});

describe('the suites', () => {
  it('seal as other implementations do, whatever the nonce, the data and the number of the chunk', async () => {
    const chunks = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff_ffff }));
    const cases = fc.tuple(
      bytes(32),
      bytes(24),
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        cases,
        chunks,
        async (id, [key, nonces, plaintext, aad], chunk) => {
          const suite = suiteById(id);
          if (suite === undefined) throw new Error('no suite');
          const nonce = nonces.subarray(0, suite.nonceLength);
          const output = new Uint8Array(plaintext.length + TAG_LENGTH);
          encryptChunk(suite.cipher(key, nonce), chunk, plaintext, aad, output);
          const view = new DataView(nonces.slice(0, suite.nonceLength).buffer);
          view.setUint32(suite.nonceLength - 4, (view.getUint32(suite.nonceLength - 4) ^ chunk) >>> 0);
          const own = new Uint8Array(view.buffer);
          expect(toHex(output)).toBe(toHex(await independentAead(id).seal(key, own, plaintext, aad)));
        },
      ),
    );
  });

  it('are known by their byte and by their name, and by no other', () => {
    expect(SUITE_NAMES.map((name) => suiteByName(name).id)).toEqual([1, 2, 3]);
    expect([0, 1, 2, 3, 4, 255].map((id) => suiteById(id)?.name)).toEqual([
      undefined,
      ...SUITE_NAMES,
      undefined,
      undefined,
    ]);
    expect(refusal(() => suiteByName('AES-128-GCM'))).toMatchObject({
      code: 'suite-unknown',
      value: 'AES-128-GCM',
      limit: 'AES-256-GCM, ChaCha20-Poly1305, XChaCha20-Poly1305',
    });
  });
});

describe('HChaCha20', () => {
  it('gives the figures of draft-irtf-cfrg-xchacha-03 section 2.2.1', () => {
    const subkey = hchacha20(counting(0, 32), fromHex('000000090000004a0000000031415927'));
    expect(toHex(subkey)).toBe('82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc');
  });

  it('agrees with another implementation, by the cipher that stands on it', () => {
    fc.assert(
      fc.property(bytes(32), bytes(24), fc.uint8Array({ maxLength: 200 }), (key, nonce, plaintext) => {
        const output = new Uint8Array(plaintext.length + TAG_LENGTH);
        encryptChunk(suiteByName('XChaCha20-Poly1305').cipher(key, nonce), 0, plaintext, undefined, output);
        expect(toHex(output)).toBe(toHex(xchacha20poly1305(key, nonce).encrypt(plaintext)));
      }),
      { numRuns: 300 },
    );
  });

  it('reads key and nonce where they lie in a larger array, and changes neither', () => {
    const whole = counting(0, 64);
    const subkey = hchacha20(whole.subarray(3, 35), whole.subarray(40, 56));
    expect(subkey).toEqual(hchacha20(whole.slice(3, 35), whole.slice(40, 56)));
    expect(whole).toEqual(counting(0, 64));
  });
});

describe('memory that is returned', () => {
  it('is zeroed and gone where an array has its buffer for itself', () => {
    const own = new Uint8Array(64).fill(9);
    release(own);
    expect(own.length).toBe(0);
    expect(own.buffer.byteLength).toBe(0);
  });

  it('is zeroed alone where the buffer is shared with others', () => {
    const whole = new Uint8Array(8).fill(9);
    release(whole.subarray(2, 4));
    expect([...whole]).toEqual([9, 9, 0, 0, 9, 9, 9, 9]);
  });
});
