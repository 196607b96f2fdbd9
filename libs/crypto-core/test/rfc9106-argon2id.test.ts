import { argon2Sync } from 'node:crypto';
import {
  ARGON2ID_DEFAULT,
  ARGON2ID_MAXIMUM,
  ARGON2ID_MINIMUM,
  argon2id,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { rejection } from './refusal.ts';

const salt = utf8('somesalt');
const password = (): SecretBytes => SecretBytes.fromUtf8('password');

describe('argon2id', () => {
  it('rests on an OpenSSL that gives the figure of RFC 9106 section 5.3', () => {
    // 32 KiB is far below the floor of this library, so that the figure is asked of the platform itself.
    const tag = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    });
    expect(tag.toString('hex')).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  });

  it('gives the figure of the reference implementation for 64 MiB, two passes, one lane', async () => {
    // P-H-C/phc-winner-argon2, src/test.c, version 0x13: "password", "somesalt", 2^16 KiB.
    using input = password();
    using tag = await argon2id({
      password: input,
      salt,
      cost: { memoryKiB: 65536, passes: 2, parallelism: 1 },
      length: 32,
    });
    expect(tag.expose(toHex)).toBe('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7');
  });

  it('has the floor of OWASP, the second recommended option of RFC 9106 and a ceiling', () => {
    expect(ARGON2ID_MINIMUM).toEqual({ memoryKiB: 19456, passes: 2, parallelism: 1 });
    expect(ARGON2ID_DEFAULT).toEqual({ memoryKiB: 65536, passes: 3, parallelism: 4 });
    expect(ARGON2ID_MAXIMUM).toEqual({ memoryKiB: 2097152, passes: 32, parallelism: 16 });
    for (const cost of [ARGON2ID_MINIMUM, ARGON2ID_DEFAULT, ARGON2ID_MAXIMUM])
      expect(Object.isFrozen(cost)).toBe(true);
  });

  it('reads the password before it returns, so that the caller may dispose it at once', async () => {
    using again = password();
    const early = password();
    const cost = ARGON2ID_MINIMUM;
    const pending = argon2id({ password: early, salt, cost, length: 32 });
    early[Symbol.dispose]();
    using first = await pending;
    using second = await argon2id({ password: again, salt, cost, length: 32 });
    expect(first.equals(second)).toBe(true);
  });

  it.each([
    {
      cost: { ...ARGON2ID_MINIMUM, memoryKiB: 19455 },
      code: 'kdf-below-minimum',
      value: 'memoryKiB 19455',
      limit: 'at least 19456',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, passes: 1 },
      code: 'kdf-below-minimum',
      value: 'passes 1',
      limit: 'at least 2',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, parallelism: 0 },
      code: 'kdf-below-minimum',
      value: 'parallelism 0',
      limit: 'at least 1',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, passes: 2.5 },
      code: 'kdf-below-minimum',
      value: 'passes 2.5',
      limit: 'at least 2',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, memoryKiB: Number.NaN },
      code: 'kdf-below-minimum',
      value: 'memoryKiB NaN',
      limit: 'at least 19456',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, memoryKiB: 2097153 },
      code: 'kdf-above-maximum',
      value: 'memoryKiB 2097153',
      limit: 'at most 2097152',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, passes: 33 },
      code: 'kdf-above-maximum',
      value: 'passes 33',
      limit: 'at most 32',
    },
    {
      cost: { ...ARGON2ID_MINIMUM, parallelism: 17 },
      code: 'kdf-above-maximum',
      value: 'parallelism 17',
      limit: 'at most 16',
    },
  ])('refuses $value', async ({ cost, code, value, limit }) => {
    const error = await rejection(argon2id({ password: password(), salt, cost, length: 32 }), [
      utf8('password'),
    ]);
    expect(error).toMatchObject({ code, value, limit });
  });

  it.each([
    { salt: new Uint8Array(7), length: 32, value: '7', limit: '8 to 1024 bytes' },
    { salt: new Uint8Array(1025), length: 32, value: '1025', limit: '8 to 1024 bytes' },
    { salt, length: 3, value: '3', limit: '4 to 1024 bytes' },
    { salt, length: 1025, value: '1025', limit: '4 to 1024 bytes' },
    { salt, length: 32.5, value: '32.5', limit: '4 to 1024 bytes' },
  ])('refuses a length of $value where $limit are allowed', async ({ salt, length, value, limit }) => {
    const pending = argon2id({ password: password(), salt, cost: ARGON2ID_MINIMUM, length });
    expect(await rejection(pending)).toMatchObject({ code: 'length-out-of-range', value, limit });
  });
});
