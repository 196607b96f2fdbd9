import type { Outpoint } from './transaction.ts';

/** A name for an outpoint that maps can be keyed by. */
export function outpointKey({ txid, vout }: Outpoint): string {
  return `${txid}:${vout}`;
}
