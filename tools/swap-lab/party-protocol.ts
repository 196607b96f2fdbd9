import type { LockScript, Phase, SwapPolicy, SwapStep } from '@bitcoin-enterprise/cci-sat';

/** How a party reaches one chain: its own wallet on a node. */
export interface PartyChain {
  readonly url: string;
  readonly cookieFile: string;
  readonly wallet: string;
}

/** What a party process is started with, in its first message. The passphrase never stands on a command line. */
export interface PartySetup {
  readonly name: string;
  /** Holds the party's key store and its log; made when it is missing. */
  readonly folder: string;
  readonly passphrase: string;
  readonly chains: { readonly bitcoin: PartyChain; readonly litecoin: PartyChain };
  readonly policy: SwapPolicy;
  readonly pollMs: number;
  /** Listens here for proposals; 0 lets the system choose. */
  readonly port?: number;
  /** Where to send a proposal again that was not answered when the process ended. */
  readonly counterparty?: PartyAddress;
  /** The step at which the process kills itself. */
  readonly killAt?: KillPoint;
}

/** A party that listens. */
export interface PartyAddress {
  /** BIP340 key, hex. */
  readonly identity: string;
  readonly host: string;
  readonly port: number;
}

/** A step of a desk: before or after an event is written, or after something was done. */
export interface KillPoint {
  readonly kind: 'recording' | 'recorded' | 'done';
  readonly name: string;
}

/** Where a swap of a party's log stands, and the scripts that both legs pay to, hex; none before terms are agreed. */
export interface SwapReport {
  readonly swap: string;
  readonly phase: Phase;
  readonly scripts?: { readonly bitcoin: string; readonly litecoin: string };
  /** Unix seconds of median-time-past after which the first and the second leg go back. */
  readonly lockTimes?: { readonly first: number; readonly second: number };
}

/** What goes with the evidence of a whole log. */
export interface WholeLogEvidence {
  /** The checkpoint that it is proven under; the latest when absent. */
  readonly checkpoint?: string;
  /** Path of an anchor of the log. */
  readonly anchor?: string;
}

/** What a party is told to do. */
export type PartyCommand =
  | { readonly do: 'set-up'; readonly setup: PartySetup }
  | {
      readonly do: 'propose';
      readonly script: LockScript;
      readonly giveSat: bigint;
      readonly takeSat: bigint;
      readonly to: PartyAddress;
    }
  | { readonly do: 'kill-at'; readonly point: KillPoint }
  | ({ readonly do: 'export'; readonly swap?: string } & WholeLogEvidence)
  /** Has its checkpoint cosigned by the witnesses of a policy file (C2SP tlog-policy). */
  | { readonly do: 'witness'; readonly policy: string }
  /** Publishes its log as tiles (C2SP tlog-tiles). */
  | { readonly do: 'publish'; readonly folder: string }
  | { readonly do: 'close' };

/** What a party tells its parent. */
export type PartyReport =
  | {
      readonly tells: 'ready';
      readonly identity: string;
      readonly port: number;
      readonly logKey: string;
      readonly swaps: readonly SwapReport[];
    }
  | {
      readonly tells: 'step';
      readonly time: number;
      readonly swap: string;
      readonly kind: SwapStep['kind'];
      readonly name: string;
      readonly phase?: Phase;
      readonly detail: string;
    }
  | { readonly tells: 'agreed'; readonly report: SwapReport }
  | { readonly tells: 'finished'; readonly report: SwapReport }
  | { readonly tells: 'exported'; readonly file: string; readonly swap?: string }
  | { readonly tells: 'witnessed'; readonly checkpoint: string }
  | { readonly tells: 'published'; readonly size: number }
  | { readonly tells: 'closed'; readonly size: number; readonly checkpoint: string }
  | { readonly tells: 'armed' }
  | { readonly tells: 'failed'; readonly code: string; readonly message: string };

/** What a step is called where it is shown, and where a process is told to die. */
export function stepName(step: SwapStep): string {
  return step.kind === 'done' ? step.duty : step.kind === 'trouble' ? 'trouble' : step.event.type;
}

/** Whether a step is the one at which a process is to die. */
export function isKillPoint(step: SwapStep, point: KillPoint | undefined): boolean {
  return step.kind === point?.kind && stepName(step) === point.name;
}
