import { SUITE_NAMES, type SuiteName } from '../envelope/suite.ts';
import type { PolicyFloor } from './decision.ts';

/** What a policy document must say first. */
export const POLICY_FORMAT = 'bitcoin-enterprise/crypto-policy/v1';

/** A policy as it stands in JSON. */
export interface PolicyDocument {
  readonly format: typeof POLICY_FORMAT;
  readonly name: string;
  /** Every word that rules and contexts may use: a word that is not here is refused, so that no typing error decides. */
  readonly vocabulary: PolicyVocabulary;
  /** The first rule whose conditions all hold decides. */
  readonly rules: readonly PolicyRule[];
  /** What holds where no rule does. */
  readonly otherwise: PolicyOutcome;
}

export interface PolicyVocabulary {
  /** Least sensitive first; at least one. */
  readonly sensitivity: readonly string[];
  readonly compliance: readonly string[];
  readonly threat: readonly string[];
}

export interface PolicyRule extends PolicyOutcome {
  readonly name: string;
  readonly when: PolicyConditions;
}

/** All that are given must hold; at least one is given. */
export interface PolicyConditions {
  readonly sensitivityAtLeast?: string;
  /** At least one of these regimes applies. */
  readonly compliance?: readonly string[];
  /** At least one of these threats is present. */
  readonly threat?: readonly string[];
}

export interface PolicyOutcome {
  /** What to seal with; one of `accept.suites`. */
  readonly seal: SuiteName;
  readonly accept: PolicyFloor;
}

/** What kind of data it is and what it is up against, in the words of the policy. */
export interface PolicyContext {
  readonly sensitivity: string;
  readonly compliance?: readonly string[];
  readonly threat?: readonly string[];
}

/**
 * The policy to start from:
 * - under FIPS 140-3, AES-256-GCM alone;
 * - where processes of others share the caches of the machine, or it has no AES instructions, the ChaCha20 suites,
 *   which look nothing up in tables;
 * - for restricted data, the suites that are OpenSSL's alone: XChaCha20-Poly1305 computes its subkey in JavaScript;
 * - for everything else AES-256-GCM, and what older data was sealed with.
 */
export const DEFAULT_POLICY_DOCUMENT: PolicyDocument = {
  format: POLICY_FORMAT,
  name: 'default',
  vocabulary: {
    sensitivity: ['public', 'internal', 'confidential', 'restricted'],
    compliance: ['fips-140-3', 'gdpr', 'pci-dss'],
    threat: ['no-aes-instructions', 'shared-caches'],
  },
  rules: [
    {
      name: 'fips-140-3',
      when: { compliance: ['fips-140-3'] },
      seal: 'AES-256-GCM',
      accept: { suites: ['AES-256-GCM'], minimumVersion: 1 },
    },
    {
      name: 'no-table-look-ups',
      when: { threat: ['no-aes-instructions', 'shared-caches'] },
      seal: 'ChaCha20-Poly1305',
      accept: { suites: ['ChaCha20-Poly1305', 'XChaCha20-Poly1305'], minimumVersion: 1 },
    },
    {
      name: 'restricted',
      when: { sensitivityAtLeast: 'restricted' },
      seal: 'AES-256-GCM',
      accept: { suites: ['AES-256-GCM', 'ChaCha20-Poly1305'], minimumVersion: 1 },
    },
  ],
  otherwise: { seal: 'AES-256-GCM', accept: { suites: SUITE_NAMES, minimumVersion: 1 } },
};
