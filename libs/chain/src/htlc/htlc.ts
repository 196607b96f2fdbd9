import { isCompressedPublicKey, isXOnlyPublicKey, sha256 } from '@bitcoin-enterprise/crypto-core';

import { ChainError } from '../error/chain-error.ts';
import { blockHeight, LOCK_TIME_THRESHOLD, unixSeconds } from '../locktime/lock-time.ts';
import { writeOutputScript } from '../script/output-script.ts';
import {
  controlBlock,
  tapBranchHash,
  tapLeafHash,
  tapOutputKey,
  UNSPENDABLE_INTERNAL_KEY,
} from '../taproot/tree.ts';
import { claimBranch, refundBranch, witnessScript } from './scripts.ts';
import type { Htlc, HtlcTerms } from './terms.ts';

const PAYMENT_HASH_LENGTH = 32;

/**
 * Builds the scripts of a contract from its terms, so that both parties build them for themselves and compare.
 *
 * @throws ChainError `payment-hash-length`, `public-key-invalid`, `keys-equal`, `lock-time-unit`
 */
export function createHtlc(terms: HtlcTerms): Htlc {
  checkTerms(terms);
  // Copies: an array that its owner alters later must not alter a contract.
  const own: HtlcTerms = {
    script: terms.script,
    paymentHash: terms.paymentHash.slice(),
    claimPublicKey: terms.claimPublicKey.slice(),
    refundPublicKey: terms.refundPublicKey.slice(),
    refundLockTime: terms.refundLockTime,
  };
  return own.script === 'p2wsh' ? p2wsh(own) : p2tr(own);
}

function p2wsh(terms: HtlcTerms): Htlc {
  const code = witnessScript(terms);
  const scriptPubKey = writeOutputScript({ kind: 'witness', version: 0, program: sha256(code) });
  return { ...terms, script: 'p2wsh', scriptPubKey, witnessScript: code };
}

function p2tr(terms: HtlcTerms): Htlc {
  const claim = claimBranch(terms);
  const refund = refundBranch(terms);
  const claimHash = tapLeafHash(claim);
  const refundHash = tapLeafHash(refund);
  const outputKey = tapOutputKey(UNSPENDABLE_INTERNAL_KEY, tapBranchHash(claimHash, refundHash));
  const block = (sibling: Uint8Array): Uint8Array =>
    controlBlock(outputKey, UNSPENDABLE_INTERNAL_KEY, [sibling]);
  return {
    ...terms,
    script: 'p2tr',
    scriptPubKey: writeOutputScript({ kind: 'witness', version: 1, program: outputKey.xOnlyPublicKey }),
    claimLeaf: { script: claim, leafHash: claimHash, controlBlock: block(refundHash) },
    refundLeaf: { script: refund, leafHash: refundHash, controlBlock: block(claimHash) },
  };
}

function checkTerms(terms: HtlcTerms): void {
  if (terms.paymentHash.length !== PAYMENT_HASH_LENGTH) {
    const value = `${terms.paymentHash.length} bytes`;
    const limit = `${PAYMENT_HASH_LENGTH} bytes`;
    throw new ChainError('payment-hash-length', `a payment hash of ${value}: ${limit} are wanted`, {
      value,
      limit,
    });
  }
  checkKey('claim', terms.claimPublicKey, terms.script);
  checkKey('refund', terms.refundPublicKey, terms.script);
  if (Buffer.compare(terms.claimPublicKey, terms.refundPublicKey) === 0) {
    const value = Buffer.from(terms.claimPublicKey).toString('hex');
    const limit = 'one key for each party';
    throw new ChainError('keys-equal', `claim and refund have the same key ${value}: ${limit}`, {
      value,
      limit,
    });
  }
  checkLockTime(terms.refundLockTime);
}

function checkKey(role: 'claim' | 'refund', key: Uint8Array, script: HtlcTerms['script']): void {
  const valid = script === 'p2wsh' ? isCompressedPublicKey(key) : isXOnlyPublicKey(key);
  if (valid) return;
  const value = `${key.length} bytes ${Buffer.from(key.subarray(0, 65)).toString('hex')}`;
  const limit = script === 'p2wsh' ? '33 bytes, a compressed point' : "32 bytes, a point's x coordinate";
  throw new ChainError('public-key-invalid', `${role} key of ${value}: ${script} wants ${limit}`, {
    value,
    limit,
  });
}

/** The brands are gone at run time, and terms may come from a message. */
function checkLockTime(lockTime: number): void {
  if (lockTime >= LOCK_TIME_THRESHOLD) {
    unixSeconds(lockTime);
  } else if (blockHeight(lockTime) === 0) {
    const limit = 'at least 1';
    throw new ChainError('lock-time-unit', `a refund lock time of 0 locks nothing: ${limit}`, {
      value: '0',
      limit,
    });
  }
}
