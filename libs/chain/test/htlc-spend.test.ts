import { ecdsaSignatureFromDer, verifyEcdsa, verifySchnorr } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';

import {
  BITCOIN_REGTEST,
  blockHeight,
  buildClaim,
  buildRefund,
  claimVirtualSize,
  type ClaimRequest,
  feeSat,
  type Htlc,
  LITECOIN_REGTEST,
  parseTransaction,
  preimageFromWitness,
  refundVirtualSize,
  type RefundRequest,
  segwitV0Sighash,
  sizeOf,
  taprootSighash,
  transactionId,
  unixSeconds,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { claimKey, htlcOf, keyOf, preimage, refundKey } from './htlc-fixture.ts';

const BOTH = ['p2wsh', 'p2tr'] as const;
const FUNDING = { txid: 'ab'.repeat(32), vout: 1, amountSat: 100_000n };
const P2WPKH = bytes(`0014${'11'.repeat(20)}`);
const DESTINATIONS = [
  P2WPKH,
  bytes(`76a914${'11'.repeat(20)}88ac`),
  bytes(`a914${'11'.repeat(20)}87`),
  bytes(`0020${'11'.repeat(32)}`),
  bytes(`5120${'11'.repeat(32)}`),
];

function refundRequest(htlc: Htlc, changes: Partial<RefundRequest> = {}): RefundRequest {
  return {
    htlc,
    funding: FUNDING,
    key: refundKey,
    destination: P2WPKH,
    feerateSatPerKvb: 5_000n,
    parameters: BITCOIN_REGTEST,
    ...changes,
  };
}

function claimRequest(htlc: Htlc, changes: Partial<ClaimRequest> = {}): ClaimRequest {
  return { ...refundRequest(htlc), key: claimKey, preimage, ...changes };
}

function verifies(htlc: Htlc, rawTransaction: Uint8Array, branch: 'claim' | 'refund'): boolean {
  const transaction = parseTransaction(rawTransaction);
  const [signature = new Uint8Array(0)] = transaction.inputs[0]?.witness ?? [];
  const key = branch === 'claim' ? htlc.claimPublicKey : htlc.refundPublicKey;
  if (htlc.script === 'p2wsh') {
    const digest = segwitV0Sighash(transaction, 0, {
      scriptCode: htlc.witnessScript,
      amountSat: FUNDING.amountSat,
    });
    expect(signature.at(-1)).toBe(1);
    return verifyEcdsa(ecdsaSignatureFromDer(signature.subarray(0, -1)), digest, key);
  }
  const { leafHash } = branch === 'claim' ? htlc.claimLeaf : htlc.refundLeaf;
  const spent = [{ amountSat: FUNDING.amountSat, scriptPubKey: htlc.scriptPubKey }];
  return verifySchnorr(signature, taprootSighash(transaction, 0, spent, { leafHash }), key);
}

describe.each(BOTH)('a claim of %s', (script) => {
  const htlc = htlcOf(script);

  it('has one input that waits a block, one output, and signals replacement', () => {
    const claim = buildClaim(claimRequest(htlc, { lockTime: 111 }));
    const transaction = parseTransaction(claim.rawTransaction);
    expect(transaction).toMatchObject({ version: 2, lockTime: 111 });
    expect(transaction.inputs).toMatchObject([
      { txid: FUNDING.txid, vout: 1, sequence: 1, scriptSig: new Uint8Array(0) },
    ]);
    expect(transaction.outputs).toEqual([{ amountSat: 100_000n - claim.feeSat, scriptPubKey: P2WPKH }]);
    expect(claim.txid).toBe(transactionId(transaction));
    expect(claim.virtualSize).toBe(sizeOf(transaction).virtualSize);
  });

  it('reveals the preimage and is signed for the claim branch', () => {
    const { rawTransaction } = buildClaim(claimRequest(htlc));
    const [input] = parseTransaction(rawTransaction).inputs;
    expect(preimageFromWitness(input?.witness ?? [], htlc.paymentHash)).toEqual(preimage);
    expect(verifies(htlc, rawTransaction, 'claim')).toBe(true);
  });

  it('pays the feerate on a size that it never exceeds, and stays within two vbytes of', () => {
    for (let round = 0; round < 20; round += 1) {
      for (const destination of DESTINATIONS) {
        const funding = { ...FUNDING, amountSat: FUNDING.amountSat + BigInt(round) };
        const claim = buildClaim(claimRequest(htlc, { destination, funding }));
        const bound = claimVirtualSize(htlc, destination);
        expect(claim.virtualSize).toBeLessThanOrEqual(bound);
        expect(claim.virtualSize).toBeGreaterThan(bound - 2);
        expect(claim.feeSat).toBe(feeSat(bound, 5_000n));
        expect(bound).toBeLessThanOrEqual(claimVirtualSize(htlc));
      }
    }
  });

  it('refuses a preimage of 31 or 33 bytes, before its hash is looked at', async () => {
    for (const length of [0, 31, 33]) {
      const request = claimRequest(htlc, { preimage: new Uint8Array(length) });
      const error = await expectChainError('preimage-length', () => buildClaim(request));
      expect(error).toMatchObject({ value: `${length} bytes`, limit: '32 bytes' });
    }
  });

  it('refuses a preimage that does not open the hash, without repeating it', async () => {
    const wrong = new Uint8Array(32).fill(0xee);
    const error = await expectChainError('preimage-mismatch', () =>
      buildClaim(claimRequest(htlc, { preimage: wrong })),
    );
    expect(JSON.stringify([error.message, error.value, error.limit])).not.toContain('eeee');
  });

  it('refuses the key of the other party', async () => {
    await expectChainError('key-mismatch', () => buildClaim(claimRequest(htlc, { key: refundKey })));
    await expectChainError('key-mismatch', () => buildClaim(claimRequest(htlc, { key: keyOf(9) })));
  });

  it('refuses a lock time in seconds', async () => {
    await expectChainError('lock-time-unit', () =>
      buildClaim(claimRequest(htlc, { lockTime: 1_767_225_600 })),
    );
  });
});

describe.each(BOTH)('a refund of %s', (script) => {
  it.each([blockHeight(1), blockHeight(499_999_999), unixSeconds(500_000_000), unixSeconds(0xffff_ffff)])(
    'carries the lock time %d and leaves it in force',
    (lockTime) => {
      const htlc = htlcOf(script, lockTime);
      const { rawTransaction } = buildRefund(refundRequest(htlc));
      const transaction = parseTransaction(rawTransaction);
      expect(transaction).toMatchObject({ version: 2, lockTime });
      expect(transaction.inputs[0]?.sequence).toBe(0xffff_fffd);
      expect(verifies(htlc, rawTransaction, 'refund')).toBe(true);
    },
  );

  it('pays the feerate on a size that it never exceeds', () => {
    const htlc = htlcOf(script);
    for (const destination of DESTINATIONS) {
      const refund = buildRefund(refundRequest(htlc, { destination }));
      const bound = refundVirtualSize(htlc, destination);
      expect(refund.virtualSize).toBeLessThanOrEqual(bound);
      expect(refund.virtualSize).toBeGreaterThan(bound - 2);
      expect(refund.feeSat).toBe(feeSat(bound, 5_000n));
    }
  });

  it('refuses the key of the other party', async () => {
    await expectChainError('key-mismatch', () =>
      buildRefund(refundRequest(htlcOf(script), { key: claimKey })),
    );
  });
});

describe('claims and refunds that would lose money', () => {
  const htlc = htlcOf('p2tr');
  const size = BigInt(claimVirtualSize(htlc, P2WPKH));

  it('refuse an output one satoshi below dust and take one at the limit', async () => {
    const atLimit = (chainDust: bigint): bigint => feeSat(Number(size), 1_000n) + chainDust;
    for (const [parameters, dust] of [
      [BITCOIN_REGTEST, 294n],
      [LITECOIN_REGTEST, 2_940n],
    ] as const) {
      const request = (amountSat: bigint): ClaimRequest =>
        claimRequest(htlc, { parameters, feerateSatPerKvb: 1_000n, funding: { ...FUNDING, amountSat } });
      expect(buildClaim(request(atLimit(dust))).feeSat).toBe(size);
      const error = await expectChainError('output-below-dust', () =>
        buildClaim(request(atLimit(dust) - 1n)),
      );
      expect(error.limit).toBe(`${String(dust)} sat`);
    }
  });

  it('refuse a fee above the amount', async () => {
    await expectChainError('output-below-dust', () =>
      buildClaim(claimRequest(htlc, { feerateSatPerKvb: 10_000_000n })),
    );
  });

  it('refuse a feerate that nodes do not relay', async () => {
    const error = await expectChainError('feerate-below-minimum', () =>
      buildRefund(refundRequest(htlc, { feerateSatPerKvb: 999n })),
    );
    expect(error.limit).toContain('1000');
  });

  it.each([0n, -1n, 2_100_000_000_000_001n])('refuse a funding of %d sat', async (amountSat) => {
    await expectChainError('amount-out-of-range', () =>
      buildClaim(claimRequest(htlc, { funding: { ...FUNDING, amountSat } })),
    );
  });

  it.each([-1, 1.5, 2 ** 32])('refuse output number %d', async (vout) => {
    await expectChainError('outpoint-malformed', () =>
      buildClaim(claimRequest(htlc, { funding: { ...FUNDING, vout } })),
    );
  });

  it('refuse a transaction id that is none', async () => {
    await expectChainError('transaction-id-malformed', () =>
      buildClaim(claimRequest(htlc, { funding: { ...FUNDING, txid: 'x' } })),
    );
  });

  it.each(['', '51024e73', `5220${'11'.repeat(32)}`, '6a'])(
    'refuse the destination %s, which anyone or no one can spend',
    async (script) => {
      await expectChainError('destination-nonstandard', () =>
        buildClaim(claimRequest(htlc, { destination: bytes(script) })),
      );
    },
  );

  it('sign anew with fresh randomness each time on P2TR, under the same id', () => {
    const first = buildClaim(claimRequest(htlc));
    const second = buildClaim(claimRequest(htlc));
    expect(second.txid).toBe(first.txid);
    expect(hex(second.rawTransaction)).not.toBe(hex(first.rawTransaction));
  });
});
