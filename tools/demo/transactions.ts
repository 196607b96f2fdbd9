import type { BundleReportWithEntries } from '@bitcoin-enterprise/audit';
import type { PartyName } from '../swap-lab/swap-lab.ts';

/** A transaction of a swap, as its party's evidence has it. */
export interface ReportedTransaction {
  readonly party: PartyName;
  readonly what: 'lock' | 'claim' | 'refund';
  readonly chain: 'bitcoin' | 'litecoin';
  readonly txid: string;
  readonly feeSat: bigint;
}

/** Alice locks bitcoin and claims litecoin; Bob the other way round. */
const LOCKS: Readonly<Record<PartyName, 'bitcoin' | 'litecoin'>> = { alice: 'bitcoin', bob: 'litecoin' };
const CLAIMS: Readonly<Record<PartyName, 'bitcoin' | 'litecoin'>> = { alice: 'litecoin', bob: 'bitcoin' };

/** The transactions that a verified bundle names, in the order in which they were written down. */
export function transactionsOf(
  party: PartyName,
  evidence: BundleReportWithEntries,
): readonly ReportedTransaction[] {
  return evidence.entries.flatMap(({ body }) =>
    (['lock', 'claim', 'refund'] as const).flatMap((what): ReportedTransaction[] => {
      const transaction = (body as Partial<Record<typeof what, { txid: string; feeSat: bigint }>>)[what];
      if (transaction === undefined) return [];
      const chain = what === 'claim' ? CLAIMS[party] : LOCKS[party];
      return [{ party, what, chain, txid: transaction.txid, feeSat: transaction.feeSat }];
    }),
  );
}
