import { Transaction as PeerTransaction } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTransaction, serialise, taprootSighash } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { transactionArbitrary } from './transaction-arbitrary.ts';

// BIP341, wallet-test-vectors.json, keyPathSpending.
const UNSIGNED = bytes(
  '02000000097de20cbff686da83a54981d2b9bab3586f4ca7e48f57f5b55963115f3b334e9c010000000000000000d7b7cab57b1393ace2d064f4d4a2cb8af6def61273e127517d44759b6dafdd990000000000fffffffff8e1f583384333689228c5d28eac13366be082dc57441760d957275419a418420000000000fffffffff0689180aa63b30cb162a73c6d2a38b7eeda2a83ece74310fda0843ad604853b0100000000feffffffaa5202bdf6d8ccd2ee0f0202afbbb7461d9264a25e5bfd3c5a52ee1239e0ba6c0000000000feffffff956149bdc66faa968eb2be2d2faa29718acbfe3941215893a2a3446d32acd050000000000000000000e664b9773b88c09c32cb70a2a3e4da0ced63b7ba3b22f848531bbb1d5d5f4c94010000000000000000e9aa6b8e6c9de67619e6a3924ae25696bb7b694bb677a632a74ef7eadfd4eabf0000000000ffffffffa778eb6a263dc090464cd125c466b5a99667720b1c110468831d058aa1b82af10100000000ffffffff0200ca9a3b000000001976a91406afd46bcdfd22ef94ac122aa11f241244a37ecc88ac807840cb0000000020ac9a87f5594be208f8532db38cff670c450ed2fea8fcdefcc9a663f78bab962b0065cd1d',
);
const SPENT = [
  {
    amountSat: 420_000_000n,
    scriptPubKey: bytes('512053a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343'),
  },
  {
    amountSat: 462_000_000n,
    scriptPubKey: bytes('5120147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3'),
  },
  { amountSat: 294_000_000n, scriptPubKey: bytes('76a914751e76e8199196d454941c45d1b3a323f1433bd688ac') },
  {
    amountSat: 504_000_000n,
    scriptPubKey: bytes('5120e4d810fd50586274face62b8a807eb9719cef49c04177cc6b76a9a4251d5450e'),
  },
  {
    amountSat: 630_000_000n,
    scriptPubKey: bytes('512091b64d5324723a985170e4dc5a0f84c041804f2cd12660fa5dec09fc21783605'),
  },
  { amountSat: 378_000_000n, scriptPubKey: bytes('00147dd65592d0ab2fe0d0257d571abf032cd9db93dc') },
  {
    amountSat: 672_000_000n,
    scriptPubKey: bytes('512075169f4001aa68f15bbed28b218df1d0a62cbbcf1188c6665110c293c907b831'),
  },
  {
    amountSat: 546_000_000n,
    scriptPubKey: bytes('5120712447206d7a5238acc7ff53fbe94a3b64539ad291c7cdbc490b7577e4b17df5'),
  },
  {
    amountSat: 588_000_000n,
    scriptPubKey: bytes('512077e30a5522dd9f894c3f8b8bd4c4b2cf82ca7da8a3ea6a239655c39c050ab220'),
  },
];

describe('the Taproot signature hash', () => {
  it.each([
    [0, 0x03, '2514a6272f85cfa0f45eb907fcb0d121b808ed37c6ea160a5a9046ed5526d555'],
    [1, 0x83, '325a644af47e8a5a2591cda0ab0723978537318f10e6a63d4eed783b96a71a4d'],
    [3, 0x01, 'bf013ea93474aa67815b1b6cc441d23b64fa310911d991e713cd34c7f5d46669'],
    [4, 0x00, '4f900a0bae3f1446fd48490c2958b5a023228f01661cda3496a11da502a7f7ef'],
    [6, 0x02, '15f25c298eb5cdc7eb1d638dd2d45c97c4c59dcaec6679cfc16ad84f30876b85'],
    [7, 0x82, 'cd292de50313804dabe4685e83f923d2969577191a3e1d2882220dca88cbeb10'],
    [8, 0x81, 'cccb739eca6c13a8a89e6e5cd317ffe55669bbda23f2fd37b0f18755e008edd2'],
  ])('is that of BIP341 for input %i with hash type %i', (index, hashType, expected) => {
    expect(hex(taprootSighash(parseTransaction(UNSIGNED), index, SPENT, { hashType }))).toBe(expected);
  });

  it('is that of bitcoinjs-lib for key and script paths and all hash types', () => {
    const leafHash = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined });
    const hashType = fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83);
    fc.assert(
      fc.property(transactionArbitrary, fc.nat(), hashType, leafHash, (transaction, seed, type, leaf) => {
        const index = seed % transaction.inputs.length;
        fc.pre((type & 0x1f) !== 0x03 || index < transaction.outputs.length);
        // The peer reckons with scripts of 34 bytes.
        const spent = transaction.inputs.map(({ txid, vout }) => ({
          amountSat: BigInt(vout),
          scriptPubKey: bytes(`5120${txid}`),
        }));
        const peer = PeerTransaction.fromBuffer(serialise(transaction)).hashForWitnessV1(
          index,
          spent.map(({ scriptPubKey }) => scriptPubKey),
          spent.map(({ amountSat }) => amountSat),
          type,
          leaf,
        );
        const options = leaf === undefined ? { hashType: type } : { hashType: type, leafHash: leaf };
        expect(hex(taprootSighash(transaction, index, spent, options))).toBe(hex(peer));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what no signature can commit to', async () => {
    const transaction = parseTransaction(UNSIGNED);
    const cases: [number, number, typeof SPENT][] = [
      [0, 0x04, SPENT],
      [0, 0x80, SPENT],
      [9, 0x00, SPENT],
      [0, 0x00, SPENT.slice(1)],
      // Two outputs only.
      [3, 0x03, SPENT],
    ];
    for (const [index, hashType, spent] of cases) {
      await expectChainError('sighash-unsupported', () =>
        taprootSighash(transaction, index, spent, { hashType }),
      );
    }
  });
});
