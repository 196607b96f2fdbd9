import fc from 'fast-check';

/** Any text that has a UTF-8 form: every code point but the surrogates. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const codePoint = fc.oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
  return fc.array(codePoint, { maxLength }).map((points) => String.fromCodePoint(...points));
}
