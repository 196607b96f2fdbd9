import {
  isRefusedPolicy,
  policyMembers,
  type RefusedPolicy,
  trustPolicyOf,
} from '../verify/trust-policy-file.ts';
import type { TrustPolicy } from '../verify/trust-policy.ts';
import { readBitcoinTrust } from './anchor-trust-file.ts';
import { verifyAnchor } from './verify-anchor.ts';

/**
 * Reads the trust policy of an examiner from JSON: the members of `readTrustPolicy`, and
 *
 * - `bitcoin`: which chain is trusted to tell when entries existed, as {@link readBitcoinTrust}
 * - `anchored`: whether a bundle must have an anchor that proves it; false when absent
 *
 * Runs wherever the verifier does.
 */
export function readExaminerPolicy(text: string): TrustPolicy | RefusedPolicy {
  const members = policyMembers(text, ['bitcoin', 'anchored']);
  if (isRefusedPolicy(members)) return members;
  const { bitcoin, anchored } = members;
  const policy = trustPolicyOf(members);
  if (isRefusedPolicy(policy)) return policy;
  if (anchored !== undefined && typeof anchored !== 'boolean')
    return { refused: 'anchored is not true or false' };
  if (bitcoin === undefined) {
    return anchored === true ? { refused: 'anchored wants bitcoin: which chain is trusted' } : policy;
  }
  const chain = readBitcoinTrust(bitcoin);
  if (isRefusedPolicy(chain)) return { refused: `bitcoin: ${chain.refused}` };
  const trust = { origin: policy.origin, publicKey: policy.publicKey, ...chain };
  const judge = (anchor: Uint8Array) => verifyAnchor(anchor, trust);
  return { ...policy, anchors: { judge, required: anchored === true } };
}
