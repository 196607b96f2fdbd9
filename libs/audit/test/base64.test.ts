import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../src/verify/base64.ts';

describe('base64 of megabytes', () => {
  // RFC 4648, section 10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j is %j', (text, base64) => {
    expect(encodeBase64(new TextEncoder().encode(text))).toBe(base64);
  });

  it('is what Node writes, of whatever bytes and wherever they lie, and is read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (bytes, start) => {
        const view = bytes.subarray(start);
        expect(encodeBase64(view)).toBe(Buffer.from(view).toString('base64'));
        expect(decodeBase64(encodeBase64(view))).toEqual(view);
      }),
    );
  });
});
