import { createHmac, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { fromHex, SecretBytes, secretKeyObject } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { expectNoSecret, refusal } from './refusal.ts';

describe('secretKeyObject', () => {
  it('is a key that OpenSSL computes with, also after the secret was wiped (RFC 4231 section 4.2)', () => {
    const secret = SecretBytes.takeFrom(new Uint8Array(20).fill(0x0b));
    const key = secretKeyObject(secret);
    secret[Symbol.dispose]();
    expect(createHmac('sha256', key).update('Hi There').digest('hex')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
  });

  it('gives HKDF the figure of RFC 5869 appendix A.1', () => {
    using secret = SecretBytes.takeFrom(new Uint8Array(22).fill(0x0b));
    const salt = fromHex('000102030405060708090a0b0c');
    const output = hkdfSync('sha256', secretKeyObject(secret), salt, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42);
    expect(Buffer.from(output).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('prints without its bytes', () => {
    const bytes = fromHex('c0ffee00c0ffee00c0ffee00c0ffee00');
    const key = secretKeyObject(SecretBytes.copyOf(bytes));
    expect(key.symmetricKeySize).toBe(16);
    expectNoSecret(key, [bytes]);
    expectNoSecret(inspect({ key }, { depth: null, showHidden: true }), [bytes]);
  });

  it('refuses a secret that was disposed', () => {
    const secret = SecretBytes.random(16);
    secret[Symbol.dispose]();
    expect(refusal(() => secretKeyObject(secret)).code).toBe('secret-disposed');
  });
});
