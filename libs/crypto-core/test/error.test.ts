import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { CryptoError, isCryptoError } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { CRYPTO_ERROR_CODES } from '../src/error.ts';

describe('CryptoError', () => {
  it('says the value and the limit in its message and in its fields', () => {
    const cause = new Error('underneath');
    const error = new CryptoError('digest-length', 'wrong digest', {
      value: '31 bytes',
      limit: '32 bytes',
      cause,
    });
    expect(error.message).toBe('wrong digest; given: 31 bytes; limit: 32 bytes');
    expect(error).toMatchObject({
      code: 'digest-length',
      value: '31 bytes',
      limit: '32 bytes',
      name: 'CryptoError',
      cause,
    });
    expect(inspect(error)).toMatch(/^CryptoError: wrong digest/);
  });

  it('has no field for what it does not say', () => {
    const error = new CryptoError('envelope-refused', 'no');
    expect(error.message).toBe('no');
    expect(Object.keys(error)).toEqual(['code']);
    expect('cause' in error).toBe(false);
  });
});

describe('isCryptoError', () => {
  it('takes an error of another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { name: 'CryptoError', code: 'hex-malformed' });
    expect(isCryptoError(foreign)).toBe(true);
    expect(isCryptoError(new CryptoError('hex-malformed', 'x'))).toBe(true);
  });

  it.each([
    undefined,
    'hex-malformed',
    { name: 'CryptoError', code: 'hex-malformed' },
    new Error('x'),
    Object.assign(new Error('x'), { name: 'CryptoError' }),
    Object.assign(new Error('x'), { name: 'CryptoError', code: 'no-such-code' }),
    Object.assign(new Error('x'), { code: 'hex-malformed' }),
  ])('does not take %j', (value) => {
    expect(isCryptoError(value)).toBe(false);
  });
});

describe('the README', () => {
  it('explains every code and no other', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const table = readme.split('## Errors')[1]?.split('\n## ')[0] ?? '';
    const codes = [...table.matchAll(/^\| `([a-z0-9-]+)`/gm)].map((match) => match[1]);
    expect(codes).toEqual([...CRYPTO_ERROR_CODES]);
  });
});
