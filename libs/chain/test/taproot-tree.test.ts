import { describe, expect, it } from 'vitest';

import { controlBlock, tapBranchHash, tapLeafHash, tapOutputKey } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';

// BIP341, wallet-test-vectors.json, scriptPubKey: the first (no tree), second (one leaf), fourth (two leaves, one of
// version 0xfa).
describe('the Taproot tree', () => {
  it("gives BIP341's output key without scripts", () => {
    const key = tapOutputKey(bytes('d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d'));
    expect(hex(key.xOnlyPublicKey)).toBe('53a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343');
  });

  it("gives BIP341's leaf, output key and control block for one leaf", () => {
    const internal = bytes('187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27');
    const leaf = tapLeafHash(bytes('20d85a959b0290bf19bb89ed43c916be835475d013da4b362117393e25a48229b8ac'));
    expect(hex(leaf)).toBe('5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21');
    const key = tapOutputKey(internal, leaf);
    expect(hex(key.xOnlyPublicKey)).toBe('147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3');
    expect(hex(controlBlock(key, internal, []))).toBe(`c1${hex(internal)}`);
  });

  it("gives BIP341's branch and control blocks for two leaves of two versions", () => {
    const internal = bytes('ee4fe085983462a184015d1f782d6a5f8b9c2b60130aff050ce221ecf3786592');
    const first = tapLeafHash(bytes('20387671353e273264c495656e27e39ba899ea8fee3bb69fb2a680e22093447d48ac'));
    const second = tapLeafHash(bytes('06424950333431'), 0xfa);
    expect(hex(first)).toBe('8ad69ec7cf41c2a4001fd1f738bf1e505ce2277acdcaa63fe4765192497f47a7');
    expect(hex(second)).toBe('f224a923cd0021ab202ab139cc56802ddb92dcfc172b9212261a539df79a112a');
    const root = tapBranchHash(first, second);
    expect(hex(root)).toBe('6c2dc106ab816b73f9d07e3cd1ef2c8c1256f519748e0813e4edd2405d277bef');
    expect(tapBranchHash(second, first)).toEqual(root);
    const key = tapOutputKey(internal, root);
    expect(hex(key.xOnlyPublicKey)).toBe('712447206d7a5238acc7ff53fbe94a3b64539ad291c7cdbc490b7577e4b17df5');
    expect(hex(controlBlock(key, internal, [second]))).toBe(`c0${hex(internal)}${hex(second)}`);
    expect(hex(controlBlock(key, internal, [first], 0xfa))).toBe(`fa${hex(internal)}${hex(first)}`);
  });

  it('refuses an internal key that is not on the curve', async () => {
    // 5³ + 7 = 132 is no square modulo p: x = 5 is on no point.
    await expectChainError('public-key-invalid', () => tapOutputKey(bytes('05'.padStart(64, '0'))));
    await expectChainError('public-key-invalid', () => tapOutputKey(new Uint8Array(31)));
  });

  it('costs nothing to refuse: after any number of keys that are no points, those that are still work', () => {
    const [right, wrong] = [
      bytes('d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d'),
      bytes('05'.padStart(64, '0')),
    ];
    const before = tapOutputKey(right);
    for (let count = 0; count < 20_000; count += 1)
      expect(() => tapOutputKey(wrong)).toThrow('is no x-only public key');
    expect(tapOutputKey(right)).toEqual(before);
  });
});
