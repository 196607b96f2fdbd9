import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cosigner,
  type Log,
  type LogOptions,
  type NewEvent,
  openFilePin,
  openLog,
  type SqliteStoreOptions,
} from '@bitcoin-enterprise/audit';
import {
  Ed25519SigningKey,
  envelopeKey,
  openWith,
  sealWith,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';

export const ORIGIN = 'example.com/tampered/log';
export const OTHER_ORIGIN = 'example.com/another/log';

/** Eight full tiles and a tail. */
export const ENTRIES = 2_100;
const ENTRIES_PER_COMMIT = 100;

/** Sizes at which somebody kept a copy of the log. */
export const OLDER_SIZES = [100, 600, 1_100, 1_600, 2_000] as const;

export const START_MS = 1_763_769_600_000;

/** A key that is the same in every run. */
function signerOf(byte: number): Ed25519SigningKey {
  using seed = SecretBytes.copyOf(new Uint8Array(32).fill(byte));
  return Ed25519SigningKey.fromSeed(seed);
}

export const SIGNER: Ed25519SigningKey = signerOf(41);
export const OTHER_SIGNER: Ed25519SigningKey = signerOf(42);

/** Two witnesses, the first of which cosigns the log of customers. */
export const WITNESSES = [
  cosigner('witness.example/north', signerOf(43)),
  cosigner('witness.example/south', signerOf(44)),
] as const;

/** Of the log of customers, in which every second entry has personal data. */
const CUSTOMERS = 40;

const WRAPPING = envelopeKey(SecretBytes.copyOf(new Uint8Array(32).fill(45)), 'personal-1');

/** How the log of customers is opened. */
export const CUSTOMERS_OPTIONS: Partial<LogOptions> = {
  coSigners: [WITNESSES[0]],
  personalData: {
    keys: {
      seal: (plaintext, o) => sealWith(WRAPPING, plaintext, o),
      open: (envelope, o) => openWith(WRAPPING, envelope, o),
    },
  },
};

/** The files of a log. */
export interface LogFiles {
  readonly log: string;
  readonly pin: string;
}

/** The event at a position: of one of twenty streams, about one of seven subjects or nobody, keyed or not. */
export function eventNumber(position: number, history = 'first'): NewEvent {
  return {
    stream: `order/${position % 20}`,
    type: 'order.changed',
    ...(position % 3 === 0 ? { subject: `customer:${position % 7}` } : {}),
    ...(position % 5 === 0 ? { idempotencyKey: `order/${position}` } : {}),
    body: { history, position, amountSat: BigInt(position) * 1_000n },
  };
}

/** A log that was pinned, older copies of it, and other logs, each closed. */
export class Stage implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'audit-tamper-'));
  #copies = 0;

  /** The log that is tampered with. */
  readonly genuine: LogFiles = this.#files('genuine');
  /** Another log under the same key; the same name under another key; the same name and key, another history. */
  readonly otherOrigin: LogFiles = this.#files('other-origin');
  readonly otherKey: LogFiles = this.#files('other-key');
  readonly otherHistory: LogFiles = this.#files('other-history');
  readonly customers: LogFiles = this.#files('customers');

  static async open(): Promise<Stage> {
    const stage = new Stage();
    try {
      for (let size = 0; size < ENTRIES; size += ENTRIES_PER_COMMIT) {
        await appendTo(stage.genuine, size, Math.min(ENTRIES_PER_COMMIT, ENTRIES - size), 'first');
        const now = OLDER_SIZES.find((older) => older === size + ENTRIES_PER_COMMIT);
        if (now !== undefined) copyFileSync(stage.genuine.log, stage.olderLog(now));
      }
      await appendTo(stage.otherOrigin, 0, 300, 'first', { origin: OTHER_ORIGIN });
      await appendTo(stage.otherKey, 0, ENTRIES, 'first', { signer: OTHER_SIGNER });
      await appendTo(stage.otherHistory, 0, ENTRIES + 100, 'second');
      await appendCustomers(stage.customers);
      return stage;
    } catch (error) {
      stage[Symbol.dispose]();
      throw error;
    }
  }

  /** The log as it was when it had so many entries. */
  olderLog(size: (typeof OLDER_SIZES)[number]): string {
    return join(this.folder, `older-${size}.log`);
  }

  /** A copy of the genuine log and its pin, to be tampered with. */
  copy(): LogFiles & Disposable {
    this.#copies += 1;
    const files = this.#files(`copy-${this.#copies}`);
    copyFileSync(this.genuine.log, files.log);
    copyFileSync(this.genuine.pin, files.pin);
    return {
      ...files,
      [Symbol.dispose]: () => {
        rmSync(join(files.log, '..'), { recursive: true });
      },
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #files(name: string): LogFiles {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return { log: join(folder, 'desk.log'), pin: join(folder, 'desk.pin') };
  }
}

/** Opens a log with its pin, lets it be used, and closes both. */
export async function withLog<T>(
  files: LogFiles,
  use: (log: Log) => Promise<T>,
  options: Partial<LogOptions & SqliteStoreOptions> = {},
): Promise<T> {
  await using pin = await openFilePin(files.pin);
  await using log = await openLog(files.log, { origin: ORIGIN, signer: SIGNER, pin, ...options });
  return await use(log);
}

/** Appends the events from a position on, one second apart. */
export async function appendTo(
  files: LogFiles,
  from: number,
  count: number,
  history: string,
  options: Partial<LogOptions> = {},
): Promise<void> {
  const clock = (): number => START_MS + from * 1_000;
  const events = Array.from({ length: count }, (_, place) => eventNumber(from + place, history));
  await withLog(files, (log) => log.append(events), { clock, ...options });
}

async function appendCustomers(files: LogFiles): Promise<void> {
  const events = Array.from({ length: CUSTOMERS }, (_, customer) => ({
    stream: `customer/${customer}`,
    type: 'customer.onboarded',
    subject: `customer:${customer}`,
    body: { customer },
    ...(customer % 2 === 0 ? { personal: { name: `name ${customer}`, born: 1950 + customer } } : {}),
  }));
  await withLog(files, (log) => log.append(events), { clock: () => START_MS, ...CUSTOMERS_OPTIONS });
}
