import { CryptoError } from '../error.ts';
import { DEFAULT_SUITE, type SuiteName } from '../envelope/suite.ts';

/** The version of the formats that this library writes. */
const FORMAT_VERSION = 1;

/** What a policy says of one kind of data: see `CryptoPolicy.decide`. */
export interface PolicyDecision {
  /** The name of the policy and of the rule in it that decided. */
  readonly policy: string;
  readonly rule: string;
  /** What to seal with. */
  readonly seal: SuiteName;
  /** The floor: nothing else is sealed or opened. */
  readonly accept: PolicyFloor;
}

export interface PolicyFloor {
  readonly suites: readonly SuiteName[];
  /** The least version of the format. */
  readonly minimumVersion: number;
}

/**
 * The suite to seal with: the one asked for, else the policy's, else AES-256-GCM.
 *
 * @throws CryptoError `suite-forbidden`: what would be sealed could not be opened under the same policy
 */
export function suiteToSeal(asked: SuiteName | undefined, policy: PolicyDecision | undefined): SuiteName {
  const suite = asked ?? policy?.seal ?? DEFAULT_SUITE;
  if (policy === undefined || isAccepted(FORMAT_VERSION, suite, policy)) return suite;
  const { suites, minimumVersion } = policy.accept;
  throw new CryptoError('suite-forbidden', `rule ${policy.rule} of policy ${policy.policy} forbids sealing`, {
    value: `${suite}, version ${FORMAT_VERSION}`,
    limit: `${suites.join(', ')}, version ${minimumVersion} or later`,
  });
}

/** Whether something of that version and suite, which it says of itself, may be opened. */
export function isAccepted(version: number, suite: SuiteName, policy: PolicyDecision | undefined): boolean {
  if (policy === undefined) return true;
  return version >= policy.accept.minimumVersion && policy.accept.suites.includes(suite);
}
