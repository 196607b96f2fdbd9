import { format, inspect } from 'node:util';
import { fromHex, SecretBytes, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { expectNoSecret, refusal } from './refusal.ts';

const content = fromHex('c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00');

describe('SecretBytes', () => {
  it('holds a copy and leaves the array it was copied of', () => {
    const bytes = content.slice();
    using secret = SecretBytes.copyOf(bytes);
    expect(bytes).toEqual(content);
    bytes[0] = 0;
    expect(secret.equals(content)).toBe(true);
  });

  it('zeroes the array it was taken from', () => {
    const bytes = content.slice();
    using secret = SecretBytes.takeFrom(bytes);
    expect(bytes).toEqual(new Uint8Array(32));
    expect(secret.equals(content)).toBe(true);
  });

  it('zeroes only the part it was taken from', () => {
    const whole = new Uint8Array(8).fill(7);
    using secret = SecretBytes.takeFrom(whole.subarray(2, 4));
    expect(secret.length).toBe(2);
    expect([...whole]).toEqual([7, 7, 0, 0, 7, 7, 7, 7]);
  });

  it('overwrites its bytes with zeros when it is disposed, and refuses to be used again', () => {
    const secret = SecretBytes.copyOf(content);
    const kept = secret.expose((bytes) => bytes);
    expect(kept).toEqual(content);
    secret[Symbol.dispose]();
    expect(kept).toEqual(new Uint8Array(32));
    expect(secret.disposed).toBe(true);
    expect(secret.length).toBe(32);
    const uses = [() => secret.expose(() => 0), () => secret.clone(), () => secret.equals(content)];
    for (const use of uses) expect(refusal(use).code).toBe('secret-disposed');
    using other = SecretBytes.copyOf(content);
    expect(refusal(() => other.equals(secret)).code).toBe('secret-disposed');
    expect(() => {
      secret[Symbol.dispose]();
    }).not.toThrow();
  });

  it('is disposed at the end of a using block', () => {
    let seen: SecretBytes;
    {
      using secret = SecretBytes.random(16);
      seen = secret;
      expect(seen.disposed).toBe(false);
    }
    expect(seen.disposed).toBe(true);
  });

  it('keeps its bytes in a buffer of its own outside of any pool', () => {
    using secret = SecretBytes.fromUtf8('correct horse');
    expect(secret.expose((bytes) => bytes.buffer.byteLength)).toBe(13);
  });

  it('clones into a secret that outlives it', () => {
    const secret = SecretBytes.copyOf(content);
    using twin = secret.clone();
    secret[Symbol.dispose]();
    expect(twin.equals(content)).toBe(true);
  });

  it('shows its length and never its content, however it is printed', () => {
    using secret = SecretBytes.copyOf(content);
    const holder = { secret, list: [secret], map: new Map([['key', secret]]) };
    for (const value of [secret, holder]) expectNoSecret(value, [content]);
    expectNoSecret(format('%s %o %O %j', secret, secret, secret, secret), [content]);
    expectNoSecret(inspect(secret, { customInspect: false, showHidden: true, showProxy: true }), [content]);
    expect(String(secret)).toBe('SecretBytes(32 bytes)');
    expect(JSON.stringify({ secret })).toBe('{"secret":"SecretBytes(32 bytes)"}');
    expect(inspect(secret)).toBe('SecretBytes(32 bytes)');
    expect(Reflect.ownKeys(secret)).toEqual([]);
    secret[Symbol.dispose]();
    expect(inspect(secret)).toBe('SecretBytes(disposed)');
  });

  it('does not travel through structuredClone', () => {
    using secret = SecretBytes.copyOf(content);
    expect(structuredClone(secret)).toEqual({});
  });

  it('compares with secrets and arrays, of its own length and others', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        using left = SecretBytes.copyOf(a);
        using right = SecretBytes.copyOf(b);
        const expected = Buffer.from(a).equals(Buffer.from(b));
        expect(left.equals(right)).toBe(expected);
        expect(left.equals(b)).toBe(expected);
        expect(left.equals(left.clone())).toBe(true);
      }),
    );
  });

  it('makes random secrets that differ, of the length asked for', () => {
    using a = SecretBytes.random(32);
    using b = SecretBytes.random(32);
    expect(a.equals(b)).toBe(false);
    expect(a.length).toBe(32);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31])('refuses to make %d random bytes', (length) => {
    const error = refusal(() => SecretBytes.random(length));
    expect(error).toMatchObject({
      code: 'length-out-of-range',
      value: String(length),
      limit: '1 to 2147483647 bytes',
    });
  });

  it('takes the UTF-8 bytes of a text as they are', () => {
    fc.assert(
      fc.property(anyText(20), (text) => {
        using secret = SecretBytes.fromUtf8(text);
        expect(secret.equals(new TextEncoder().encode(text))).toBe(true);
      }),
    );
    using composed = SecretBytes.fromUtf8('\u00e9');
    using decomposed = SecretBytes.fromUtf8('e\u0301');
    expect(composed.equals(decomposed)).toBe(false);
  });

  it('refuses text that has no UTF-8 form and does not show it', () => {
    expect(refusal(() => SecretBytes.fromUtf8('pass\ud800word'), [utf8('word')]).code).toBe('text-malformed');
  });
});
