import type { NewEvent } from '@bitcoin-enterprise/audit';

/** The event of the library's README, in some streams and about some subjects. */
export function event(position: number): NewEvent {
  return {
    stream: `withdrawal/${position % 40}`,
    type: 'withdrawal.approved',
    subject: `customer:${position % 60}`,
    body: { amountSat: 125_000n + BigInt(position) },
  };
}
