import type { LogError } from '../log-error.ts';
import type { OtsAttestation } from './ots-attestation.ts';
import { mergeTimestamps } from './ots-merge.ts';
import { failureOf, submitTo } from './ots-stamp.ts';
import { attestationsOf, writeTimestamp, type OtsBranch, type OtsTimestamp } from './ots-timestamp.ts';

/** Asks a calendar what it has of a message that it stamped; `undefined` while it has nothing more. */
export type FetchCalendar = (uri: string, message: Uint8Array) => Promise<OtsTimestamp | undefined>;

/** What became of one pending attestation. */
export type UpgradeOutcome =
  /** An attestation of a chain stands in its place. */
  | { readonly uri: string; readonly outcome: 'complete' }
  /** The calendar has none yet. */
  | { readonly uri: string; readonly outcome: 'pending' }
  | { readonly uri: string; readonly outcome: 'failed'; readonly error: LogError };

export interface Upgrade {
  readonly timestamp: OtsTimestamp;
  /** One a pending attestation, in the order of the timestamp. */
  readonly outcomes: readonly UpgradeOutcome[];
}

/** How many calendars a proof may make us ask: each is a request to somebody. */
const MAX_REQUESTS = 32;

/**
 * Asks the calendars of all pending attestations for better ones, and puts those in their place. A calendar that fails
 * leaves its attestation pending and the others undisturbed. At most 32 are asked in one call.
 *
 * @throws LogError `timestamp-malformed` when the result would break a limit
 */
export async function upgradeTimestamp(
  timestamp: OtsTimestamp,
  fetchCalendar: FetchCalendar,
): Promise<Upgrade> {
  const outcomes: UpgradeOutcome[] = [];
  const upgraded = await upgradeNode(timestamp, async (uri, message) => {
    if (outcomes.length >= MAX_REQUESTS) return undefined;
    const { outcome, answer } = await ask(fetchCalendar, uri, message);
    outcomes.push(outcome);
    return answer;
  });
  // Refused here rather than when somebody comes to write it.
  writeTimestamp(upgraded);
  return { timestamp: upgraded, outcomes };
}

async function upgradeNode(timestamp: OtsTimestamp, fetchCalendar: FetchCalendar): Promise<OtsTimestamp> {
  const { message } = timestamp;
  const branches: OtsBranch[] = [];
  const answers: OtsTimestamp[] = [];
  for (const branch of timestamp.branches) {
    if ('operation' in branch) {
      branches.push({ ...branch, timestamp: await upgradeNode(branch.timestamp, fetchCalendar) });
      continue;
    }
    const answer =
      branch.attestation.kind === 'pending'
        ? await fetchCalendar(branch.attestation.uri, message)
        : undefined;
    if (answer === undefined) branches.push(branch);
    else answers.push(answer);
  }
  return answers.reduce(mergeTimestamps, { message, branches });
}

async function ask(
  fetchCalendar: FetchCalendar,
  uri: string,
  message: Uint8Array,
): Promise<{ outcome: UpgradeOutcome; answer?: OtsTimestamp }> {
  try {
    const found = await fetchCalendar(uri, message);
    if (found === undefined) return { outcome: { uri, outcome: 'pending' } };
    const answer = await submitTo(() => Promise.resolve(found), message);
    // One that only points at calendars again would lose what is pending here.
    if (![...attestationsOf(answer)].some(({ attestation }) => isFinal(attestation))) {
      return { outcome: { uri, outcome: 'pending' } };
    }
    return { outcome: { uri, outcome: 'complete' }, answer };
  } catch (cause) {
    return { outcome: { uri, outcome: 'failed', error: failureOf(cause) } };
  }
}

function isFinal({ kind }: OtsAttestation): boolean {
  return kind === 'bitcoin' || kind === 'litecoin';
}
