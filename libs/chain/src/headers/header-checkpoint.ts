import { ChainError } from '../error/chain-error.ts';
import { parseBlockHeader } from './block-header.ts';
import { checkProofOfWork } from './check-header.ts';
import { type HeaderRules, RETARGET_INTERVAL } from './header-rules.ts';
import type { TimeAndBits } from './next-bits.ts';

/** A header that the caller trusts, from which on every rule is checked. */
export interface HeaderCheckpoint {
  readonly height: number;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /**
   * The first header of its difficulty period, 80 bytes: the next retarget follows from it. Not needed where the
   * checkpoint is that header itself, where the difficulty never changes, and where the chain ends before the retarget.
   */
  readonly periodStart?: Uint8Array;
}

/** The headers that a checkpoint vouches for, by their heights. */
export type TrustedHeaders = ReadonlyMap<number, TimeAndBits>;

/**
 * What is known before the first header is checked.
 *
 * @throws ChainError `header-malformed`, `header-bits-invalid`, `header-work-missing`, `checkpoint-incomplete`
 */
export function readCheckpointHeaders(checkpoint: HeaderCheckpoint, rules: HeaderRules): TrustedHeaders {
  const { height, periodStart } = checkpoint;
  if (!Number.isSafeInteger(height) || height < 0) {
    throw incompleteCheckpoint(`height ${height}`, 'a whole number from 0');
  }
  const header = parseBlockHeader(checkpoint.header);
  checkProofOfWork(header, rules);
  const trusted = new Map<number, TimeAndBits>([[height, header]]);
  if (periodStart === undefined) return trusted;
  const start = parseBlockHeader(periodStart);
  checkProofOfWork(start, rules);
  if (start.bits !== header.bits && !rules.minimumDifficultyBlocks) {
    throw incompleteCheckpoint('a period of two targets', 'the first header of its own period');
  }
  return trusted.set(height - (height % RETARGET_INTERVAL), start);
}

/** A checkpoint from which a rule cannot be checked. */
export function incompleteCheckpoint(value: string, limit: string): ChainError {
  return new ChainError('checkpoint-incomplete', `a checkpoint with ${value} will not do: ${limit}`, {
    value,
    limit,
  });
}
