import {
  PBKDF2_DEFAULT,
  PBKDF2_MAXIMUM,
  PBKDF2_MINIMUM,
  pbkdf2,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { pbkdf2OfAnyCost } from '../src/kdf/pbkdf2.ts';
import { rejection } from './refusal.ts';

const salt = utf8('0123456789abcdef');
const password = (): SecretBytes => SecretBytes.fromUtf8('password');

describe('PBKDF2 with HMAC-SHA-256', () => {
  it.each([
    [
      'passwd',
      'salt',
      1,
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc' +
        '49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    ],
    [
      'Password',
      'NaCl',
      80_000,
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56' +
        'a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    ],
  ])('gives the figure of RFC 7914 section 11 for %s', async (text, salt, iterations, figure) => {
    // Both are below the floor of this library.
    using input = SecretBytes.fromUtf8(text);
    using output = await pbkdf2OfAnyCost({
      password: input,
      salt: utf8(salt),
      cost: { iterations },
      length: 64,
    });
    expect(output.expose(toHex)).toBe(figure);
  });

  it('gives at its floor what an independent implementation gives', async () => {
    using input = password();
    using output = await pbkdf2({ password: input, salt, cost: PBKDF2_MINIMUM, length: 32 });
    // @noble/hashes 2.4.0; it takes half a minute, so that its figure stands here instead of its call.
    expect(output.expose(toHex)).toBe('996d7c90f74a4a169cf7adef42b06848f7d1bac3e568d1cc94d4f79be1ee0263');
  });

  it('has the floor of OWASP and a ceiling', () => {
    expect(PBKDF2_MINIMUM).toEqual({ iterations: 600_000 });
    expect(PBKDF2_DEFAULT).toEqual(PBKDF2_MINIMUM);
    expect(PBKDF2_MAXIMUM).toEqual({ iterations: 10_000_000 });
    for (const cost of [PBKDF2_MINIMUM, PBKDF2_DEFAULT, PBKDF2_MAXIMUM])
      expect(Object.isFrozen(cost)).toBe(true);
  });

  it('reads the password before it returns, so that the caller may dispose it at once', async () => {
    using again = password();
    const early = password();
    const pending = pbkdf2({ password: early, salt, cost: PBKDF2_MINIMUM, length: 32 });
    early[Symbol.dispose]();
    using first = await pending;
    using second = await pbkdf2({ password: again, salt, cost: PBKDF2_MINIMUM, length: 32 });
    expect(first.equals(second)).toBe(true);
  });

  it('says that it could not be computed where OpenSSL refuses the numbers', async () => {
    const pending = pbkdf2OfAnyCost({ password: password(), salt, cost: { iterations: 0 }, length: 32 });
    expect((await rejection(pending)).code).toBe('kdf-failed');
  });

  it.each([
    [599_999, 'kdf-below-minimum', 'iterations 599999', 'at least 600000'],
    [600_000.5, 'kdf-below-minimum', 'iterations 600000.5', 'at least 600000'],
    [10_000_001, 'kdf-above-maximum', 'iterations 10000001', 'at most 10000000'],
  ])('refuses %d iterations', async (iterations, code, value, limit) => {
    const pending = pbkdf2({ password: password(), salt, cost: { iterations }, length: 32 });
    expect(await rejection(pending, [utf8('password')])).toMatchObject({ code, value, limit });
  });

  it.each([
    [new Uint8Array(7), 32, '7', '8 to 1024 bytes'],
    [salt, 1025, '1025', '4 to 1024 bytes'],
  ])('refuses a salt or an output of another length', async (salt, length, value, limit) => {
    const pending = pbkdf2({ password: password(), salt, cost: PBKDF2_MINIMUM, length });
    expect(await rejection(pending)).toMatchObject({ code: 'length-out-of-range', value, limit });
  });
});
