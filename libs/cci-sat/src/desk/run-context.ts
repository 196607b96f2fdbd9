import type { Keystore } from '@bitcoin-enterprise/crypto-core';
import type { SwapPolicy } from '../swap/policy.ts';
import type { Chains } from './chain-access.ts';
import type { Screen } from './screen.ts';
import type { SwapStep } from './step.ts';

/** What a run needs of its desk. */
export interface RunContext {
  readonly keys: Keystore;
  readonly chains: Chains;
  readonly policy: SwapPolicy;
  readonly screen: Screen | undefined;
  readonly pollMs: number;
  /** How long a counterparty that cannot be reached is asked again. */
  readonly patienceMs: number;
  readonly observe: (step: SwapStep) => void;
}
