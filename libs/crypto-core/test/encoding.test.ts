import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeContext } from '../src/encoding/context.ts';
import { domainSeparated, uint32 } from '../src/encoding/domain.ts';
import { anyText } from './any-text.ts';
import { refusal } from './refusal.ts';

describe('hex', () => {
  it('round-trips all bytes, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
        expect(toHex(bytes)).toMatch(/^(?:[0-9a-f]{2})*$/);
      }),
    );
  });

  it('writes only the part that a view shows', () => {
    expect(toHex(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('0203');
  });

  it.each(['0', '0x00', 'zz', 'aB', '00 00', '00\n', ' 00', '٠٠', 'ab\u0000'])('refuses %j', (text) => {
    const error = refusal(() => fromHex(text), [utf8(`"${text}"`)]);
    expect(error).toMatchObject({ code: 'hex-malformed', value: `${text.length} characters` });
  });
});

describe('utf8', () => {
  it('is what TextDecoder reads back', () => {
    fc.assert(
      fc.property(anyText(20), (text) => {
        expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(utf8(text))).toBe(text);
      }),
    );
  });

  it('refuses a lone surrogate', () => {
    expect(refusal(() => utf8('\udfff')).code).toBe('text-malformed');
  });
});

describe('domain separation', () => {
  it('gives two different lists of fields two different byte strings', () => {
    const fields = fc.array(fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b') }), { maxLength: 4 });
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(toHex(domainSeparated('p/v1', ...a)) === toHex(domainSeparated('p/v1', ...b))).toBe(isSame);
      }),
    );
  });

  it('puts the purpose and each field behind its length in two bytes', () => {
    const name = utf8('bitcoin-enterprise/crypto-core/p/v1');
    const expected = `00${name.length.toString(16)}${toHex(name)}` + '000161' + '0100' + '00'.repeat(256);
    expect(toHex(domainSeparated('p/v1', 'a', new Uint8Array(256)))).toBe(expected);
  });

  it('writes whole numbers in four bytes, big-endian', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (value) => {
        expect(Buffer.from(uint32(value)).readUInt32BE()).toBe(value);
      }),
    );
  });
});

describe('a context', () => {
  it.each(['a', '顧客', 'x'.repeat(255), '\ufeffwith a byte order mark'])('may be %j', (context) => {
    expect(encodeContext(context)).toEqual(utf8(context));
  });

  it.each(['', 'x'.repeat(256), 'é'.repeat(128), '\ud800'])('may not be %j', (context) => {
    expect(refusal(() => encodeContext(context))).toMatchObject({
      code: 'context-malformed',
      value: `${context.length} UTF-16 units`,
      limit: '1 to 255 bytes of UTF-8',
    });
  });
});
