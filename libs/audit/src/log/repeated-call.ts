import type { PreparedEvent } from '../event/new-event.ts';
import { canonicalJson } from '../event/canonical-json.ts';
import { LogError } from '../log-error.ts';
import type { LogRecords } from '../store/log-records.ts';
import { readEntries } from './read-entries.ts';
import type { Receipt } from './receipt.ts';

/**
 * The receipts of the entries that a call made when it was appended the first time.
 *
 * @param indexes consecutive positions of durable entries, one for each event
 * @throws LogError `idempotency-conflict` unless the events are those of the entries; `log-corrupt`, also where the
 * index of keys is wrong
 */
export async function repeatedReceipts(
  records: LogRecords,
  origin: string,
  events: readonly PreparedEvent[],
  indexes: readonly number[],
): Promise<readonly Receipt[]> {
  const [first = 0] = indexes;
  const entries = await readEntries(records, first, first + indexes.length, origin);
  return entries.map(
    ({ index, leafHash, stream, streamVersion, type, subject, body, personal, idempotencyKey }, place) => {
      const event = events[place];
      if (event?.idempotencyKey !== idempotencyKey) {
        throw new LogError('log-corrupt', `the index of idempotency keys is wrong about entry ${index}`, {
          value: `entry ${index}`,
        });
      }
      const isSame =
        event?.stream === stream &&
        event.type === type &&
        event.subject === subject &&
        event.bodyJson === canonicalJson(body) &&
        // Commitments are salted, so that no two are alike; and the data may have been erased since.
        (event.personal === undefined) === (personal === undefined);
      if (isSame) return { origin, index, leafHash: new Uint8Array(leafHash), stream, streamVersion };
      throw new LogError('idempotency-conflict', 'the key was used before, for another event', {
        value: JSON.stringify(event?.idempotencyKey),
        limit: `the event of entry ${index}`,
      });
    },
  );
}
