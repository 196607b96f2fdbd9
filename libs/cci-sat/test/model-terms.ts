import { unixSeconds } from '@bitcoin-enterprise/chain';
import { fromHex, sha256 } from '@bitcoin-enterprise/crypto-core';
import { DEFAULT_SWAP_POLICY, type SwapPolicy } from '../src/swap/policy.ts';
import type { SwapTerms } from '../src/swap/terms.ts';
import { proposeLockTimes } from '../src/timelock/margins.ts';

export const PREIMAGE: Uint8Array = new Uint8Array(32).fill(7);

export const START = 1_700_000_000;

/** The points of the scalars 1 to 4 (SEC 2, section 2.4.1 for the first). */
const POINTS = [
  '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  '02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5',
  '02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9',
  '02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13',
].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

const LEGS = [
  { chain: 'bitcoin', network: 'regtest' },
  { chain: 'litecoin', network: 'regtest' },
] as const;

/** Terms that keep all rules: 0.5 BTC against 310 LTC, with the default lock times. */
export function modelTerms(
  changes: Partial<SwapTerms> = {},
  policy: SwapPolicy = DEFAULT_SWAP_POLICY,
): SwapTerms {
  const lockTimes = proposeLockTimes(LEGS[0], LEGS[1], policy, START);
  return {
    id: '000102030405060708090a0b0c0d0e0f',
    paymentHash: sha256(PREIMAGE),
    script: 'p2tr',
    initiator: POINTS[0].subarray(1),
    responder: POINTS[1].subarray(1),
    firstLeg: {
      ...LEGS[0],
      amountSat: 50_000_000n,
      claimPublicKey: POINTS[0],
      refundPublicKey: POINTS[1],
      refundLockTime: unixSeconds(lockTimes.first),
    },
    secondLeg: {
      ...LEGS[1],
      amountSat: 31_000_000_000n,
      claimPublicKey: POINTS[2],
      refundPublicKey: POINTS[3],
      refundLockTime: unixSeconds(lockTimes.second),
    },
    ...changes,
  };
}
