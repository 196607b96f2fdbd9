import { Transaction as PeerTransaction } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTransaction, segwitV0Sighash, serialise } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { transactionArbitrary } from './transaction-arbitrary.ts';

// BIP143, "P2SH-P2WSH", a 6-of-6 multisignature.
const MULTISIG = bytes(
  '010000000136641869ca081e70f394c6948e8af409e18b619df2ed74aa106c1ca29787b96e0100000000ffffffff0200e9a435000000001976a914389ffce9cd9ae88dcc0631e88a821ffdbe9bfe2688acc0832f05000000001976a9147480a33f950689af511e6e84c138dbbd3c3ee41588ac00000000',
);
const MULTISIG_SCRIPT = bytes(
  '56210307b8ae49ac90a048e9b53357a2354b3334e9c8bee813ecb98e99a7e07e8c3ba32103b28f0c28bfab54554ae8c658ac5c3e0ce6e79ad336331f78c428dd43eea8449b21034b8113d703413d57761b8b9781957b8c0ac1dfe69f492580ca4195f50376ba4a21033400f6afecb833092a9a21cfdf1ed1376e58c5d1f47de74683123987e967a8f42103a6d48b1131e94ba04d9737d61acdaa1322008af9602b3b14862c07a1789aac162102d8b661b0b3302ee2f162b09e07a55ad5dfbe673a9f01d9f0c19617681024306b56ae',
);
// BIP143, "Native P2WSH", the second input: SIGHASH_SINGLE without an output of that index.
const SINGLE_BEYOND = bytes(
  '0100000002fe3dc9208094f3ffd12645477b3dc56f60ec4fa8e6f5d67c565d1c6b9216b36e0000000000ffffffff0815cf020f013ed6cf91d29f4202e8a58726b1ac6c79da47c23d1bee0a6925f80000000000ffffffff0100f2052a010000001976a914a30741f8145e5acadf23f751864167f32e0963f788ac00000000',
);
const SINGLE_BEYOND_SCRIPT = bytes(
  '21026dccc749adc2a9d0d89497ac511f760f45c47dc5ed9cf352a58ac706453880aeadab210255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465ac',
);

describe('the version 0 signature hash', () => {
  it.each([
    ['ALL', 0x01, '185c0be5263dce5b4bb50a047973c1b6272bfbd0103a89444597dc40b248ee7c'],
    ['NONE', 0x02, 'e9733bc60ea13c95c6527066bb975a2ff29a925e80aa14c213f686cbae5d2f36'],
    ['SINGLE', 0x03, '1e1f1c303dc025bd664acb72e583e933fae4cff9148bf78c157d1e8f78530aea'],
    ['ALL|ANYONECANPAY', 0x81, '2a67f03e63a6a422125878b40b82da593be8d4efaafe88ee528af6e5a9955c6e'],
  ])("is that of BIP143's multisignature for %s", (_name, hashType, expected) => {
    const spend = { scriptCode: MULTISIG_SCRIPT, amountSat: 987_654_321n, hashType };
    expect(hex(segwitV0Sighash(parseTransaction(MULTISIG), 0, spend))).toBe(expected);
  });

  it('signs zeroes for the output that SIGHASH_SINGLE does not find, as BIP143 has it', () => {
    const spend = { scriptCode: SINGLE_BEYOND_SCRIPT, amountSat: 4_900_000_000n, hashType: 0x03 };
    expect(hex(segwitV0Sighash(parseTransaction(SINGLE_BEYOND), 1, spend))).toBe(
      '82dde6e4f1e94d02c2b7ad03d2115d691f48d064e9d52f58194a6637e4194391',
    );
  });

  it('is that of bitcoinjs-lib for all hash types', () => {
    const hashType = fc.constantFrom(0x01, 0x02, 0x03, 0x81, 0x82, 0x83);
    const scriptCode = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const amountSat = fc.bigInt({ min: 0n, max: 2_100_000_000_000_000n });
    fc.assert(
      fc.property(
        transactionArbitrary,
        fc.nat(),
        hashType,
        scriptCode,
        amountSat,
        (transaction, seed, type, code, sat) => {
          const index = seed % transaction.inputs.length;
          const peer = PeerTransaction.fromBuffer(serialise(transaction)).hashForWitnessV0(
            index,
            code,
            sat,
            type,
          );
          const spend = { scriptCode: code, amountSat: sat, hashType: type };
          expect(hex(segwitV0Sighash(transaction, index, spend))).toBe(hex(peer));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses an unknown hash type and an input that is not there', async () => {
    const transaction = parseTransaction(MULTISIG);
    const spend = { scriptCode: MULTISIG_SCRIPT, amountSat: 1n };
    await expectChainError('sighash-unsupported', () =>
      segwitV0Sighash(transaction, 0, { ...spend, hashType: 0 }),
    );
    await expectChainError('sighash-unsupported', () => segwitV0Sighash(transaction, 1, spend));
  });
});
