import { OP } from '../script/opcode.ts';
import { pushBytes, pushNumber, script } from '../script/push.ts';
import type { HtlcTerms } from './terms.ts';

/** A preimage is exactly as long as the hash that it opens. */
export const PREIMAGE_LENGTH = 32;

/** One block between funding and claim, by OP_CHECKSEQUENCEVERIFY. */
export const CLAIM_SEQUENCE = 1;

/**
 * What the claiming party satisfies, with `<signature> <preimage>` on the stack.
 *
 * - `SIZE 32 EQUALVERIFY`: the preimage has 32 bytes. A longer one might fit this chain and exceed what the other
 *   chain can carry, so that one leg could be claimed and the other never.
 * - `SHA256 <hash> EQUALVERIFY`: it opens the hash.
 * - `<claim key> CHECKSIGVERIFY`: only the claiming party may use it, since others read it in the mempool.
 * - `1 CHECKSEQUENCEVERIFY`: the funding has a confirmation. Nobody can then hang a claim and its descendants on a
 *   funding that still waits, and so pin it in the mempool against the higher fee of whoever funds. The argument stays
 *   on the stack as the one true element that a script has to leave.
 *
 * The conditions are those of BIP199, with the size and the sequence check added.
 */
export function claimBranch(terms: HtlcTerms): Uint8Array {
  return script(
    OP.SIZE,
    pushNumber(PREIMAGE_LENGTH),
    OP.EQUALVERIFY,
    OP.SHA256,
    pushBytes(terms.paymentHash),
    OP.EQUALVERIFY,
    pushBytes(terms.claimPublicKey),
    OP.CHECKSIGVERIFY,
    pushNumber(CLAIM_SEQUENCE),
    OP.CHECKSEQUENCEVERIFY,
  );
}

/**
 * What the refunding party satisfies, with `<signature>` on the stack.
 *
 * - `<lock time> CHECKLOCKTIMEVERIFY DROP`: not before the lock time (BIP65). The operation leaves its argument, which
 *   is dropped.
 * - `<refund key> CHECKSIG`: only the party that funded, and its outcome is the script's.
 */
export function refundBranch(terms: HtlcTerms): Uint8Array {
  return script(
    pushNumber(terms.refundLockTime),
    OP.CHECKLOCKTIMEVERIFY,
    OP.DROP,
    pushBytes(terms.refundPublicKey),
    OP.CHECKSIG,
  );
}

/**
 * Both branches in one P2WSH script. `IF` takes the top of the stack: exactly 01 for a claim, exactly nothing for a
 * refund, since nodes relay no other selector (`MINIMALIF`) and so nobody can alter the witness on its way.
 */
export function witnessScript(terms: HtlcTerms): Uint8Array {
  return script(OP.IF, claimBranch(terms), OP.ELSE, refundBranch(terms), OP.ENDIF);
}

/** The selector that {@link witnessScript} takes for a claim. */
export const CLAIM_SELECTOR: Uint8Array = Uint8Array.of(1);

/** The selector that {@link witnessScript} takes for a refund. */
export const REFUND_SELECTOR: Uint8Array = new Uint8Array(0);
