import { createHmac } from 'node:crypto';
import {
  CryptoError,
  Ed25519SigningKey,
  fromHex,
  SecretBytes,
  SigningKey,
  toHex,
  utf8,
  verifyEcdsa,
} from '@bitcoin-enterprise/crypto-core';
import { privateNegate } from 'tiny-secp256k1';
import { describe, expect, it } from 'vitest';
import { returnValueOf, tokenError } from '../src/pkcs11/token-error.ts';
import { expandByHmac } from '../src/pkcs11/token-expand.ts';
import { decodeEcPoint } from '../src/pkcs11/token-public-key.ts';
import { checkedSignature } from '../src/pkcs11/token-signature.ts';
import { bitFlips, cuts } from './alteration.ts';
import { Point } from './independent-secp256k1.ts';
import { expectNoSecret, refusal } from './refusal.ts';

describe('HKDF-Expand by HMAC alone', () => {
  const expand = (prk: string, info: string, length: number): string => {
    const hmac = (message: Buffer): Buffer => createHmac('sha256', fromHex(prk)).update(message).digest();
    using output = expandByHmac(hmac, fromHex(info), length);
    return output.expose(toHex);
  };

  it('gives the figures of RFC 5869 sections A.1 to A.3', () => {
    expect(
      expand('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5', 'f0f1f2f3f4f5f6f7f8f9', 42),
    ).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
    const long = Array.from({ length: 0x50 }, (_, index) => (0xb0 + index).toString(16)).join('');
    expect(expand('06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244', long, 82)).toBe(
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
        'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    );
    expect(expand('19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04', '', 42)).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('wipes what the token gave, and refuses what is no HMAC', () => {
    const given: Buffer[] = [];
    const hmac = (): Buffer => {
      const block = Buffer.alloc(32, 7);
      given.push(block);
      return block;
    };
    expandByHmac(hmac, new Uint8Array(), 64)[Symbol.dispose]();
    expect(given.map((block) => block.every((byte) => byte === 0))).toEqual([true, true]);
    expect(refusal(() => expandByHmac(() => Buffer.alloc(33), new Uint8Array(), 1))).toMatchObject({
      code: 'provider-failed',
      value: '33 bytes',
    });
  });
});

// Of these secrets some have a point with an even y and some with an odd one.
describe.each(['01', '02', '03', '04'])('the public key of a token with the secret %s…', (byte) => {
  const key = SigningKey.fromSecret(SecretBytes.takeFrom(fromHex(byte.repeat(32))));
  const point = Point.fromBytes(key.publicKey).toBytes(false);
  const wrapped = Uint8Array.of(0x04, 0x41, ...point);
  const edwards = Ed25519SigningKey.fromSeed(SecretBytes.random(32)).publicKey;

  it('is taken inside of an octet string and without one', () => {
    for (const value of [point, wrapped])
      expect(decodeEcPoint('ECDSA-secp256k1', value)).toEqual(key.publicKey);
    for (const value of [edwards, Uint8Array.of(0x04, 0x20, ...edwards)])
      expect(decodeEcPoint('Ed25519', value)).toEqual(edwards);
  });

  it('is refused in every other form, and after every flipped bit is another key or none', () => {
    for (const altered of [...cuts(wrapped), Uint8Array.of(...wrapped, 0), new Uint8Array(65)]) {
      const error = refusal(() => decodeEcPoint('ECDSA-secp256k1', altered));
      expect(error).toMatchObject({ code: 'provider-failed', limit: 'ECDSA-secp256k1' });
    }
    for (const altered of [new Uint8Array(31), new Uint8Array(33), Uint8Array.of(0x04, 0x21, ...edwards)])
      expect(refusal(() => decodeEcPoint('Ed25519', altered)).code).toBe('provider-failed');
    for (const altered of bitFlips(wrapped)) {
      // A flipped coordinate is off the curve; the hybrid form is a bit away, and refused for either parity of y.
      expect(refusal(() => decodeEcPoint('ECDSA-secp256k1', altered)).code).toBe('provider-failed');
    }
  });
});

describe('the signature of a token', () => {
  const key = SigningKey.generate();
  const signed = new Uint8Array(32).fill(5);
  const { publicKey } = key;

  it('gets a low S, and no other signature is touched', () => {
    const low = key.signEcdsa(signed);
    const high = Uint8Array.of(...low.subarray(0, 32), ...privateNegate(low.subarray(32)));
    expect(verifyEcdsa(high, signed, publicKey)).toBe(false);
    for (const signature of [low, high])
      expect(checkedSignature('ECDSA-secp256k1', { signature, signed, publicKey })).toEqual(low);
  });

  it('is refused after every flipped bit, every cut, and with an S of zero or of the order and more', () => {
    const signature = key.signEcdsa(signed);
    const edges = ['00', 'ff'].map((byte) =>
      Uint8Array.of(...signature.subarray(0, 32), ...fromHex(byte.repeat(32))),
    );
    for (const altered of [...bitFlips(signature), ...cuts(signature), ...edges]) {
      const error = refusal(() =>
        checkedSignature('ECDSA-secp256k1', { signature: altered, signed, publicKey }),
      );
      expect(error.code).toBe('provider-failed');
    }
  });
});

describe('what a token throws', () => {
  const thrown = (name: string, code: number): Error => Object.assign(new Error(name), { code });

  it.each([
    ['CKR_PIN_INCORRECT', 0xa0, 'pin-wrong'],
    ['CKR_PIN_INVALID', 0xa1, 'pin-wrong'],
    ['CKR_PIN_LEN_RANGE', 0xa2, 'pin-wrong'],
    ['CKR_PIN_EXPIRED', 0xa3, 'token-locked'],
    ['CKR_PIN_LOCKED', 0xa4, 'token-locked'],
    ['CKR_USER_PIN_NOT_INITIALIZED', 0x102, 'token-locked'],
    ['CKR_DEVICE_REMOVED', 0x32, 'token-missing'],
    ['CKR_TOKEN_NOT_PRESENT', 0xe0, 'token-missing'],
    ['CKR_TOKEN_NOT_RECOGNIZED', 0xe1, 'token-missing'],
    ['CKR_MECHANISM_INVALID', 0x70, 'algorithm-unsupported'],
    ['CKR_MECHANISM_PARAM_INVALID', 0x71, 'algorithm-unsupported'],
    ['CKR_DOMAIN_PARAMS_INVALID', 0x130, 'algorithm-unsupported'],
    ['CKR_CURVE_NOT_SUPPORTED', 0x140, 'algorithm-unsupported'],
    ['CKR_DEVICE_ERROR', 0x30, 'provider-failed'],
  ])('has a code of its own: %s', (name, code, expected) => {
    for (const error of [thrown(name, code), new Error(`${name}:${code}\n    at C_Login`)]) {
      expect(returnValueOf(error)).toBe(code);
      expect(tokenError(error, 'C_Login')).toMatchObject({
        code: expected,
        value: `C_Login: ${name} (${code})`,
      });
    }
  });

  it('is passed on in nothing but its name and number', () => {
    const pin = utf8('pin-73190');
    for (const error of [
      thrown('CKR_PIN_INCORRECT', 0xa0),
      new Error('pin-73190'),
      new TypeError('Argument 2 has wrong type: pin-73190'),
      'pin-73190',
    ]) {
      if (error instanceof Error) error.stack = 'at C_Login(pin-73190)';
      const passed = tokenError(error, 'C_Login');
      expectNoSecret(passed, [pin]);
      expect(passed.cause).toBe(undefined);
    }
    expect(tokenError(new Error('what?'), 'C_Login')).toMatchObject({
      code: 'provider-failed',
      value: 'C_Login',
    });
    expect(returnValueOf('CKR_OK:0')).toBe(undefined);
    const own = new CryptoError('key-missing', 'there is no such key');
    expect(tokenError(own, 'C_Login')).toBe(own);
  });
});
