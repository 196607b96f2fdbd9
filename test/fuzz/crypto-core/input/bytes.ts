import { sha256, utf8 } from '@bitcoin-enterprise/crypto-core';

/** Each character is one byte: every text of ASCII, and bytes that are no ASCII as characters of their own. */
export function latin1(input: Uint8Array): string {
  return Buffer.from(input.buffer, input.byteOffset, input.length).toString('latin1');
}

/** Tokens for a dictionary. */
export function texts(...tokens: readonly string[]): readonly Uint8Array[] {
  return tokens.map(utf8);
}

/** 32 bytes that are the same in every run, for keys that stand for secret ones. */
export function markedSecret(label: string): Uint8Array {
  return sha256(utf8(`fuzz secret ${label}`));
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Fails with both sides where they differ: what decodes has one form. */
export function expectSame(actual: Uint8Array | string, wanted: Uint8Array | string, what: string): void {
  const [left, right] = [actual, wanted].map((side) =>
    typeof side === 'string' ? JSON.stringify(side) : Buffer.from(side).toString('hex'),
  );
  if (left !== right) throw new Error(`${what} differs: ${String(left)} and ${String(right)}`);
}
