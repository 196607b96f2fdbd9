import { sha256 } from '@bitcoin-enterprise/crypto-core';
import { script as peerScript } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type BlockHeight,
  blockHeight,
  controlBlock,
  createHtlc,
  type HtlcTerms,
  preimageFromWitness,
  tapBranchHash,
  tapLeafHash,
  tapOutputKey,
  unixSeconds,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { claimKey, htlcOf, preimage, refundKey, termsOf } from './htlc-fixture.ts';

/** The peer still calls the two lock operations by the names that they had before BIP65 and BIP112. */
function assembly(script: Uint8Array): string {
  const text = peerScript.toASM(script);
  return text.replaceAll('OP_NOP2', 'OP_CHECKLOCKTIMEVERIFY').replaceAll('OP_NOP3', 'OP_CHECKSEQUENCEVERIFY');
}

const BOTH = ['p2wsh', 'p2tr'] as const;

describe('the scripts of a contract', () => {
  const hash = hex(sha256(preimage));

  it('are two branches behind a selector for P2WSH', () => {
    const htlc = htlcOf('p2wsh', blockHeight(500));
    if (htlc.script !== 'p2wsh') throw new Error('not P2WSH');
    expect(assembly(htlc.witnessScript)).toBe(
      `OP_IF OP_SIZE 20 OP_EQUALVERIFY OP_SHA256 ${hash} OP_EQUALVERIFY ${hex(claimKey.publicKey)} ` +
        'OP_CHECKSIGVERIFY OP_1 OP_CHECKSEQUENCEVERIFY OP_ELSE f401 OP_CHECKLOCKTIMEVERIFY OP_DROP ' +
        `${hex(refundKey.publicKey)} OP_CHECKSIG OP_ENDIF`,
    );
    expect(hex(htlc.scriptPubKey)).toBe(`0020${hex(sha256(htlc.witnessScript))}`);
  });

  it("are two leaves under BIP341's point without a known logarithm for P2TR", () => {
    const htlc = htlcOf('p2tr', unixSeconds(1_767_225_600));
    if (htlc.script !== 'p2tr') throw new Error('not P2TR');
    const { claimLeaf, refundLeaf } = htlc;
    expect(assembly(claimLeaf.script)).toBe(
      `OP_SIZE 20 OP_EQUALVERIFY OP_SHA256 ${hash} OP_EQUALVERIFY ${hex(claimKey.xOnlyPublicKey)} ` +
        'OP_CHECKSIGVERIFY OP_1 OP_CHECKSEQUENCEVERIFY',
    );
    expect(assembly(refundLeaf.script)).toBe(
      `00b95569 OP_CHECKLOCKTIMEVERIFY OP_DROP ${hex(refundKey.xOnlyPublicKey)} OP_CHECKSIG`,
    );
    const internal = bytes('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0');
    expect(claimLeaf.leafHash).toEqual(tapLeafHash(claimLeaf.script));
    const key = tapOutputKey(internal, tapBranchHash(claimLeaf.leafHash, refundLeaf.leafHash));
    expect(hex(htlc.scriptPubKey)).toBe(`5120${hex(key.xOnlyPublicKey)}`);
    expect(claimLeaf.controlBlock).toEqual(controlBlock(key, internal, [refundLeaf.leafHash]));
    expect(refundLeaf.controlBlock).toEqual(controlBlock(key, internal, [claimLeaf.leafHash]));
  });

  it('have as internal key the hash of the generator, lifted to a point, as BIP341 derives it', () => {
    const generator = bytes(
      '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
    );
    expect(hex(sha256(generator))).toBe('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0');
  });

  it('differ whenever any term differs', () => {
    const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const height = fc.integer({ min: 1, max: 499_999_999 });
    const spec = fc.record({ script: fc.constantFrom(...BOTH), paymentHash: hash32, height });
    const scriptOf = ({
      script,
      paymentHash,
      height: blocks,
    }: {
      script: 'p2wsh' | 'p2tr';
      paymentHash: Uint8Array;
      height: number;
    }): string => hex(createHtlc({ ...termsOf(script, blockHeight(blocks)), paymentHash }).scriptPubKey);
    fc.assert(
      fc.property(spec, spec, (a, b) => {
        const same =
          a.script === b.script && a.height === b.height && hex(a.paymentHash) === hex(b.paymentHash);
        expect(scriptOf(a) === scriptOf(b)).toBe(same);
      }),
      { numRuns: 50 },
    );
    for (const script of BOTH) {
      const terms = termsOf(script);
      const swapped = {
        ...terms,
        claimPublicKey: terms.refundPublicKey,
        refundPublicKey: terms.claimPublicKey,
      };
      expect(createHtlc(swapped).scriptPubKey).not.toEqual(createHtlc(terms).scriptPubKey);
    }
  });

  it('do not change with the arrays that they were built from', () => {
    const terms = termsOf('p2tr');
    const paymentHash = terms.paymentHash.slice();
    const htlc = createHtlc({ ...terms, paymentHash });
    paymentHash.fill(0);
    expect(htlc.paymentHash).toEqual(terms.paymentHash);
  });
});

describe('terms that are refused', () => {
  it.each(BOTH)('for %s: a payment hash of 31 or 33 bytes', async (script) => {
    for (const length of [0, 31, 33]) {
      const terms = { ...termsOf(script), paymentHash: new Uint8Array(length) };
      const error = await expectChainError('payment-hash-length', () => createHtlc(terms));
      expect(error).toMatchObject({ value: `${length} bytes`, limit: '32 bytes' });
    }
  });

  it.each(BOTH)('for %s: keys of the other form, of no form, or off the curve', async (script) => {
    const terms = termsOf(script);
    const other = termsOf(script === 'p2wsh' ? 'p2tr' : 'p2wsh');
    const offCurve =
      script === 'p2wsh' ? bytes(`02${'05'.padStart(64, '0')}`) : bytes('05'.padStart(64, '0'));
    for (const key of [other.claimPublicKey, new Uint8Array(0), new Uint8Array(65), offCurve]) {
      await expectChainError('public-key-invalid', () => createHtlc({ ...terms, claimPublicKey: key }));
      await expectChainError('public-key-invalid', () => createHtlc({ ...terms, refundPublicKey: key }));
    }
  });

  it.each(BOTH)('for %s: the same key for both parties', async (script) => {
    const terms = termsOf(script);
    await expectChainError('keys-equal', () =>
      createHtlc({ ...terms, refundPublicKey: terms.claimPublicKey }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32, Infinity])('a lock time of %d', async (lockTime) => {
    const terms: HtlcTerms = { ...termsOf('p2wsh'), refundLockTime: lockTime as BlockHeight };
    await expectChainError('lock-time-unit', () => createHtlc(terms));
  });
});

describe('the preimage of a witness', () => {
  const paymentHash = sha256(preimage);

  it('is found wherever it stands', () => {
    const other = new Uint8Array(32).fill(9);
    for (const witness of [
      [preimage],
      [other, preimage],
      [preimage, other],
      [new Uint8Array(0), other, preimage],
    ]) {
      expect(preimageFromWitness(witness, paymentHash)).toEqual(preimage);
    }
  });

  it('is never anything that does not hash to the payment hash', () => {
    const item = fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(fc.array(item), (witness) => {
        expect(preimageFromWitness(witness, paymentHash)).toBeUndefined();
      }),
    );
  });

  it('has exactly 32 bytes, whatever its hash', () => {
    const long = new Uint8Array(33).fill(7);
    expect(preimageFromWitness([long], sha256(long))).toBeUndefined();
  });

  it('is a copy', () => {
    const witness = [preimage.slice()];
    const found = preimageFromWitness(witness, paymentHash);
    found?.fill(0);
    expect(witness[0]).toEqual(preimage);
  });
});
