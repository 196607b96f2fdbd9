import type { HeaderChain } from '@bitcoin-enterprise/chain/headers';

/** One thing that was checked. */
export interface AnchorCheck {
  readonly name:
    | 'anchor format'
    | 'network'
    | 'checkpoint signature'
    | 'checkpoint'
    | 'transaction in block'
    | 'commitment'
    | 'header chain'
    | 'work'
    | 'best chain'
    | 'confirmations'
    | 'timestamp format'
    | 'file digest'
    | 'attested block';
  readonly ok: boolean;
  /** A few words: what holds, or what does not. */
  readonly detail: string;
}

/** Collects what was checked, in order. */
export class AnchorChecks {
  readonly list: AnchorCheck[] = [];

  /** @param problem what does not hold; `undefined` when all does */
  add(name: AnchorCheck['name'], problem: string | undefined, holds: string): void {
    this.list.push({ name, ok: problem === undefined, detail: problem ?? holds });
  }
}

/** The block that proves a time, as the trusted chain of headers has it. */
export interface AnchoringBlock {
  readonly height: number;
  /** As nodes print it. */
  readonly hash: string;
  /** Blocks from this one on, itself counted. */
  readonly confirmations: number;
  /** What its miner says, in seconds since 1970, as all times here. */
  readonly time: number;
  /** What consensus takes for its time (BIP113): about an hour before it. */
  readonly medianTimePast?: number;
  /**
   * What was anchored existed before that time, if most miners of this block and the up to ten after it had clocks that
   * were not behind: the median of their times.
   */
  readonly existedBefore: number;
}

/** The block of a height, `undefined` when the chain does not have it. */
export function anchoringBlock(chain: HeaderChain, height: number): AnchoringBlock | undefined {
  const header = chain.headerAt(height);
  const existedBefore = chain.medianTimeOnward(height);
  if (header === undefined || existedBefore === undefined) return undefined;
  const medianTimePast = chain.medianTimePast(height);
  return {
    height,
    hash: header.hash,
    confirmations: chain.tip.height - height + 1,
    time: header.time,
    ...(medianTimePast === undefined ? {} : { medianTimePast }),
    existedBefore,
  };
}

/** One line for a person: the first check that failed, or what was proven. */
export function summaryOf(checks: readonly AnchorCheck[], block: AnchoringBlock | undefined): string {
  const failed = checks.find(({ ok }) => !ok);
  if (failed !== undefined) return `${failed.name}: ${failed.detail}`;
  const { height = 0, existedBefore = 0, confirmations = 0 } = block ?? {};
  const time = new Date(existedBefore * 1000).toISOString();
  return `existed before ${time}: block ${height}, ${confirmations} confirmations`;
}
