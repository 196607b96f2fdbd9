import {
  ecdsaSignatureFromDer,
  ecdsaSignatureToDer,
  fromHex,
  SecretBytes,
  sha256,
  SigningKey,
  toHex,
  utf8,
  verifyEcdsa,
} from '@bitcoin-enterprise/crypto-core';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFlips } from './alteration.ts';
import { Point, sign, utils, verify } from './independent-secp256k1.ts';
import { refusal } from './refusal.ts';

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

// RFC 6979 states none for secp256k1. These are the ones that bitcoin's implementations share: bitcointalk.org topic
// 285142, with the low S of BIP62; r is that of the listed nonce.
const figures = [
  {
    secret: '0000000000000000000000000000000000000000000000000000000000000001',
    message: 'Satoshi Nakamoto',
    r: '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8',
    s: '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  },
  {
    secret: '0000000000000000000000000000000000000000000000000000000000000001',
    message: 'All those moments will be lost in time, like tears in rain. Time to die...',
    r: '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b',
    s: '547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
  },
];

describe('ECDSA', () => {
  it.each(figures)('gives the known figure for "$message"', ({ secret, message, r, s }) => {
    using key = SigningKey.fromSecret(SecretBytes.takeFrom(fromHex(secret)));
    const digest = sha256(utf8(message));
    expect(toHex(key.signEcdsa(digest))).toBe(r + s);
    expect(verifyEcdsa(fromHex(r + s), digest, key.publicKey)).toBe(true);
  });

  it('signs the very bytes that an independent implementation signs, which each accepts of the other', () => {
    fc.assert(
      fc.property(bytes32, (digest) => {
        const secret = utils.randomSecretKey();
        using key = SigningKey.fromSecret(SecretBytes.copyOf(secret));
        const signature = key.signEcdsa(digest);
        expect(toHex(signature)).toBe(toHex(sign(digest, secret, { prehash: false })));
        expect(verify(signature, digest, key.publicKey, { prehash: false, lowS: true })).toBe(true);
        expect(verifyEcdsa(signature, digest, key.publicKey)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses the other, high S that is valid ECDSA too', () => {
    using key = SigningKey.generate();
    const digest = sha256(utf8('malleable'));
    const signature = key.signEcdsa(digest);
    const highS = (order - BigInt(`0x${toHex(signature.subarray(32))}`)).toString(16).padStart(64, '0');
    const twin = fromHex(toHex(signature.subarray(0, 32)) + highS);
    expect(verify(twin, digest, key.publicKey, { prehash: false, lowS: false })).toBe(true);
    expect(verifyEcdsa(twin, digest, key.publicKey)).toBe(false);
  });

  it('accepts no signature with a flipped bit, another digest or another key', () => {
    using key = SigningKey.generate();
    using other = SigningKey.generate();
    const digest = sha256(utf8('x'));
    const signature = key.signEcdsa(digest);
    const accepted = [...bitFlips(signature)].filter((altered) =>
      verifyEcdsa(altered, digest, key.publicKey),
    );
    expect(accepted).toEqual([]);
    expect(verifyEcdsa(signature, sha256(utf8('y')), key.publicKey)).toBe(false);
    expect(verifyEcdsa(signature, digest, other.publicKey)).toBe(false);
  });

  it('says false and never throws for any lengths, zeros and numbers past n', () => {
    const any = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(any, any, any, (signature, digest, publicKey) => {
        expect(verifyEcdsa(signature, digest, publicKey)).toBe(false);
      }),
    );
    using key = SigningKey.generate();
    const digest = new Uint8Array(32);
    for (const signature of [
      new Uint8Array(64),
      new Uint8Array(64).fill(0xff),
      new Uint8Array(63),
      new Uint8Array(65),
    ]) {
      expect(verifyEcdsa(signature, digest, key.publicKey)).toBe(false);
    }
    const signature = key.signEcdsa(digest);
    const uncompressed = Point.fromBytes(key.publicKey).toBytes(false);
    expect(verifyEcdsa(signature, digest, uncompressed)).toBe(false);
    expect(verifyEcdsa(signature, new Uint8Array(33), key.publicKey)).toBe(false);
  });

  it.each([0, 31, 33, 64])('signs no digest of %d bytes', (length) => {
    using key = SigningKey.generate();
    expect(refusal(() => key.signEcdsa(new Uint8Array(length)))).toMatchObject({
      code: 'digest-length',
      value: `${length} bytes`,
      limit: '32 bytes',
    });
  });
});

describe('the DER form of an ECDSA signature', () => {
  const scalars = fc.oneof(
    bytes32,
    fc.nat(300).map((n) => fromHex(n.toString(16).padStart(64, '0'))),
  );

  it('round-trips any two numbers of 32 bytes', () => {
    fc.assert(
      fc.property(scalars, scalars, (r, s) => {
        const signature = Uint8Array.of(...r, ...s);
        expect(ecdsaSignatureFromDer(ecdsaSignatureToDer(signature))).toEqual(signature);
      }),
    );
  });

  it('is the one of an independent implementation', () => {
    fc.assert(
      fc.property(bytes32, (digest) => {
        using key = SigningKey.generate();
        const signature = key.signEcdsa(digest);
        const theirs = secp256k1.Signature.fromBytes(signature, 'compact').toBytes('der');
        expect(toHex(ecdsaSignatureToDer(signature))).toBe(toHex(theirs));
      }),
      { numRuns: 20 },
    );
  });

  it('has no second form: what is read is written back the same, or was refused', () => {
    const valid = ecdsaSignatureToDer(
      Uint8Array.of(...new Uint8Array(31), 0x80, ...new Uint8Array(32).fill(0x81)),
    );
    const outcomes = new Set([...bitFlips(valid)].map(rewritten));
    expect([...outcomes].sort()).toEqual(['same', 'signature-malformed']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12, max: 4 }), (tail) => {
        expect(rewritten(Uint8Array.of(0x30, tail.length, ...tail))).toMatch(
          /^(?:same|signature-malformed)$/,
        );
      }),
      { numRuns: 500 },
    );
  });

  // BIP66: what strict DER excludes.
  it.each([
    ['nothing', ''],
    ['only a tag', '30'],
    ['another tag', '3106020101020101'],
    ['a length that is too short', '3005020101020101'],
    ['a length that is too long', '3007020101020101'],
    ['a length in two bytes', '308106020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['one number', '3003020101'],
    ['three numbers', '3009020101020101020101'],
    ['a number of no bytes', '30050200020101'],
    ['a second number of no bytes', '30050201010200'],
    ['another tag in front of a number', '3006030101020101'],
    ['another tag in front of the second number', '3006020101030101'],
    ['a negative number', '3006020180020101'],
    ['a negative second number', '3006020101020180'],
    ['a padded number', '300702020001020101'],
    ['a number past the end', '3006020101020501'],
    ['a byte after the end', '300602010102010100'],
    ['a number of 33 bytes', `30260221${'01'.repeat(33)}020101`],
  ])('is refused: %s', (_name, hex) => {
    const der = fromHex(hex);
    const error = refusal(() => ecdsaSignatureFromDer(der));
    expect(error).toMatchObject({ code: 'signature-malformed', value: `${der.length} bytes` });
  });

  it.each([0, 63, 65])('is not made of a signature of %d bytes', (length) => {
    expect(refusal(() => ecdsaSignatureToDer(new Uint8Array(length)))).toMatchObject({
      code: 'signature-malformed',
      value: `${length} bytes`,
      limit: '64 bytes',
    });
  });
});

function rewritten(der: Uint8Array): string {
  try {
    return toHex(ecdsaSignatureToDer(ecdsaSignatureFromDer(der))) === toHex(der) ? 'same' : 'another';
  } catch {
    return refusal(() => ecdsaSignatureFromDer(der)).code;
  }
}
