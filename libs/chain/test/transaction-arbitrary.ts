import fc from 'fast-check';

import type { Transaction } from '../src/index.ts';
import { hex } from './hex.ts';

const uint32 = fc.nat({ max: 0xffff_ffff });
const amountSat = fc.bigInt({ min: 0n, max: 2_100_000_000_000_000n });
// From 253 bytes on the length takes three bytes.
const script = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 250, max: 260 }).map((length) => new Uint8Array(length).fill(7)),
  },
);

const txidArbitrary = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hex);

export const transactionArbitrary: fc.Arbitrary<Transaction> = fc.record({
  version: uint32,
  inputs: fc.array(
    fc.record({
      txid: txidArbitrary,
      vout: uint32,
      scriptSig: fc.uint8Array({ maxLength: 30 }),
      sequence: uint32,
      witness: fc.array(script, { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  outputs: fc.array(fc.record({ amountSat, scriptPubKey: script }), { minLength: 1, maxLength: 6 }),
  lockTime: uint32,
});
