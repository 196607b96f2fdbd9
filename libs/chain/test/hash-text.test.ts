import { hash } from 'node:crypto';
import { sha256 as portable } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hashToText, sha256d, txidBytes } from '../src/transaction/hash-text.ts';
import { sha256 } from '../src/transaction/sha256.ts';
import { expectChainError } from './expect-chain-error.ts';

const HASH = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the text of a hash', () => {
  it('is its bytes in reverse order, in hexadecimal, and leads back to them', () => {
    fc.assert(
      fc.property(HASH, (bytes) => {
        const text = hashToText(bytes);
        expect(text).toBe(Buffer.from(bytes).reverse().toString('hex'));
        expect(txidBytes(text)).toEqual(bytes);
      }),
    );
  });

  it('is not changed by the text of another one', () => {
    fc.assert(
      fc.property(HASH, HASH, (one, other) => {
        const text = hashToText(one);
        hashToText(other);
        expect(text).toBe(Buffer.from(one).reverse().toString('hex'));
      }),
    );
  });

  it('is refused in any other form', async () => {
    const text = 'ab'.repeat(32);
    for (const other of [
      '',
      text.slice(1),
      `${text}0`,
      text.toUpperCase(),
      text.replace('a', 'g'),
      `${text}\n`,
    ]) {
      await expectChainError('transaction-id-malformed', () => txidBytes(other));
    }
  });
});

describe('SHA-256 of headers', () => {
  it('is the same by OpenSSL, which Node has, and by what pages use', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const once = hash('sha256', bytes, 'hex');
        expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(once);
        expect(Buffer.from(portable(bytes)).toString('hex')).toBe(once);
        expect(Buffer.from(sha256d(bytes)).toString('hex')).toBe(
          hash('sha256', Buffer.from(once, 'hex'), 'hex'),
        );
      }),
    );
  });
});
