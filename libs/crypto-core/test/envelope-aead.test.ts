import { SecretBytes, utf8 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { decryptAead, encryptAead, SUITE_NAMES } from '../src/aead.ts';
import { refusal } from './refusal.ts';

const keyBytes = new Uint8Array(32).fill(5);
const key = SecretBytes.copyOf(keyBytes);
const plaintext = utf8('a protocol of its own');
const additionalData = utf8('header');

describe.each(SUITE_NAMES)('the bare cipher %s', (suite) => {
  const nonce = new Uint8Array(suite === 'XChaCha20-Poly1305' ? 24 : 12).fill(1);

  it('opens what it encrypted, and nothing else', () => {
    const sealed = encryptAead(suite, plaintext, { key, nonce, additionalData });
    expect(sealed.length).toBe(plaintext.length + 16);
    using opened = decryptAead(suite, sealed, { key, nonce, additionalData });
    expect(opened.equals(plaintext)).toBe(true);
    using otherKey = SecretBytes.random(32);
    const attempts = [
      () => decryptAead(suite, sealed, { key: otherKey, nonce, additionalData }),
      () => decryptAead(suite, sealed, { key, nonce: nonce.toReversed().fill(2), additionalData }),
      () => decryptAead(suite, sealed, { key, nonce, additionalData: plaintext }),
      () => decryptAead(suite, sealed.subarray(1), { key, nonce, additionalData }),
      () => decryptAead(suite, new Uint8Array(15), { key, nonce, additionalData }),
    ];
    const errors = attempts.map((attempt) => refusal(attempt, [keyBytes, plaintext]));
    expect(new Set(errors.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(errors[0]?.code).toBe('envelope-refused');
  });

  it('refuses keys and nonces of other lengths', () => {
    using short = SecretBytes.random(16);
    const shortNonce = nonce.subarray(1);
    for (const run of [encryptAead, decryptAead]) {
      expect(refusal(() => run(suite, plaintext, { key: short, nonce, additionalData }))).toMatchObject({
        code: 'key-length',
        value: '16 bytes',
        limit: '32 bytes',
      });
      expect(refusal(() => run(suite, plaintext, { key, nonce: shortNonce, additionalData }))).toMatchObject({
        code: 'length-mismatch',
        value: `${shortNonce.length} bytes`,
        limit: `${nonce.length} bytes`,
      });
    }
  });
});
