import {
  SCRYPT_DEFAULT,
  SCRYPT_MAXIMUM,
  SCRYPT_MINIMUM,
  scrypt,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { scryptOfAnyCost } from '../src/kdf/scrypt.ts';
import { rejection } from './refusal.ts';

const salt = utf8('SodiumChloride');
const password = (text = 'pleaseletmein'): SecretBytes => SecretBytes.fromUtf8(text);

describe('scrypt', () => {
  it.each([
    {
      text: '',
      salt: '',
      cost: { log2N: 4, blockSize: 1, parallelization: 1 },
      figure:
        '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' +
        'fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    },
    {
      text: 'password',
      salt: 'NaCl',
      cost: { log2N: 10, blockSize: 8, parallelization: 16 },
      figure:
        'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
        '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    },
    {
      text: 'pleaseletmein',
      salt: 'SodiumChloride',
      cost: { log2N: 14, blockSize: 8, parallelization: 1 },
      figure:
        '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
        'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    },
  ])('gives the figure of RFC 7914 section 12 for N = 2^$cost.log2N', async ({ figure, ...o }) => {
    // All three are below the floor of this library.
    using input = password(o.text);
    using output = await scryptOfAnyCost({
      password: input,
      salt: utf8(o.salt),
      cost: o.cost,
      length: 64,
    });
    expect(output.expose(toHex)).toBe(figure);
  });

  it('gives the figure of RFC 7914 section 12 for N = 2^20, which takes 1 GiB', async () => {
    using input = password();
    using output = await scrypt({
      password: input,
      salt,
      cost: { log2N: 20, blockSize: 8, parallelization: 1 },
      length: 64,
    });
    expect(output.expose(toHex)).toBe(
      '2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa47' +
        '8e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4',
    );
  }, 180_000);

  it('has the floor of OWASP and a ceiling', () => {
    expect(SCRYPT_MINIMUM).toEqual({ log2N: 17, blockSize: 8, parallelization: 1 });
    expect(SCRYPT_DEFAULT).toEqual(SCRYPT_MINIMUM);
    expect(SCRYPT_MAXIMUM).toEqual({ log2N: 20, blockSize: 16, parallelization: 16 });
    for (const cost of [SCRYPT_MINIMUM, SCRYPT_DEFAULT, SCRYPT_MAXIMUM])
      expect(Object.isFrozen(cost)).toBe(true);
  });

  it('reads the password before it returns, so that the caller may dispose it at once', async () => {
    using again = password();
    const early = password();
    const pending = scrypt({ password: early, salt, cost: SCRYPT_MINIMUM, length: 32 });
    early[Symbol.dispose]();
    using first = await pending;
    using second = await scrypt({ password: again, salt, cost: SCRYPT_MINIMUM, length: 32 });
    expect(first.equals(second)).toBe(true);
  });

  it('says that it could not be computed where OpenSSL refuses the numbers', async () => {
    const cost = { log2N: 16, blockSize: 1, parallelization: 2 ** 26 };
    const pending = scryptOfAnyCost({ password: password(), salt, cost, length: 32 });
    expect((await rejection(pending)).code).toBe('kdf-failed');
  });

  it.each([
    [{ ...SCRYPT_MINIMUM, log2N: 16 }, 'kdf-below-minimum', 'log2N 16', 'at least 17'],
    [{ ...SCRYPT_MINIMUM, log2N: 17.5 }, 'kdf-below-minimum', 'log2N 17.5', 'at least 17'],
    [{ ...SCRYPT_MINIMUM, blockSize: 7 }, 'kdf-below-minimum', 'blockSize 7', 'at least 8'],
    [{ ...SCRYPT_MINIMUM, parallelization: 0 }, 'kdf-below-minimum', 'parallelization 0', 'at least 1'],
    [{ ...SCRYPT_MINIMUM, log2N: Number.NaN }, 'kdf-below-minimum', 'log2N NaN', 'at least 17'],
    [{ ...SCRYPT_MINIMUM, log2N: 21 }, 'kdf-above-maximum', 'log2N 21', 'at most 20'],
    [{ ...SCRYPT_MINIMUM, blockSize: 17 }, 'kdf-above-maximum', 'blockSize 17', 'at most 16'],
    [{ ...SCRYPT_MINIMUM, parallelization: 17 }, 'kdf-above-maximum', 'parallelization 17', 'at most 16'],
  ])('refuses the cost %j', async (cost, code, value, limit) => {
    const pending = scrypt({ password: password(), salt, cost, length: 32 });
    expect(await rejection(pending, [utf8('pleaseletmein')])).toMatchObject({ code, value, limit });
  });

  it.each([
    [new Uint8Array(7), 32, '7', '8 to 1024 bytes'],
    [new Uint8Array(1025), 32, '1025', '8 to 1024 bytes'],
    [salt, 3, '3', '4 to 1024 bytes'],
    [salt, 1025, '1025', '4 to 1024 bytes'],
  ])('refuses a salt or an output of another length', async (salt, length, value, limit) => {
    const pending = scrypt({ password: password(), salt, cost: SCRYPT_MINIMUM, length });
    expect(await rejection(pending)).toMatchObject({ code: 'length-out-of-range', value, limit });
  });
});
