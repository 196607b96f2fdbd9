import { fromHex, taggedHash, toHex } from '@bitcoin-enterprise/crypto-core';
import { multiScalarMultiplyVartime, Scalar } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { expect, it } from 'vitest';

/** BIP327, `key_agg_vectors.json`: the public keys, and the x of their aggregate in a given order. */
const keys = [
  '02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9',
  '03dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659',
  '023590a94e768f8e1815c2f24b4d80a8e3149316c3518ce7b7ad338368d038ca66',
];

/** BIP327, "Key Aggregation": a hash for every key, but 1 for the second distinct one. */
function coefficients(list: readonly string[]): readonly Uint8Array[] {
  const bytes = list.map((key) => fromHex(key));
  const listHash = taggedHash('KeyAgg list', ...bytes);
  const secondKey = list.find((key) => key !== list[0]);
  return bytes.map((key, index) =>
    list[index] === secondKey
      ? Scalar.ONE.toBytes()
      : // None of these digests is n or more, so that there is nothing to reduce.
        taggedHash('KeyAgg coefficient', listHash, key),
  );
}

it.each([
  [[0, 1, 2], '90539eede565f5d054f32cc0c220126889ed1e5d193baf15aef344fe59d4610c'],
  [[2, 1, 0], '6204de8b083426dc6eaf9502d27024d53fc826bf7d2012148a0575435df54b2b'],
  [[0, 0, 0], 'b436e3bad62b8cd409969a224731c193d051162d8c5ae8b109306127da3aa935'],
  [[0, 0, 1, 1], '69bc22bfa5d106306e48a20679de1d7389386124d07571d0d872686028c26a3e'],
])('aggregates the keys %j of BIP327 as the sum of their multiples', (indices, x) => {
  const list = indices.map((index) => keys[index] ?? '');
  const sum = multiScalarMultiplyVartime(
    coefficients(list),
    list.map((key) => fromHex(key)),
  );
  expect(toHex(sum?.subarray(1) ?? new Uint8Array())).toBe(x);
});
