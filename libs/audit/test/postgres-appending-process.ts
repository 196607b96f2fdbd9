// Run by tests as a process of its own, to be killed or fenced: appends to a log in PostgreSQL and prints the index of
// every acknowledged event on a line of its own. With `fight` it takes the log over again whenever it has lost it.
import { writeSync } from 'node:fs';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { Pool } from 'pg';
import { isLogError, openLog } from '../src/index.ts';
import { openPostgresStore } from '../src/postgres.ts';

const print = (line: string | number): void => {
  // Synchronous, so that a line is out before the next event is appended.
  writeSync(1, `${line}\n`);
};

using seed = SecretBytes.copyOf(new Uint8Array(32).fill(7));
const signer = Ed25519SigningKey.fromSeed(seed);
const [, , url = '', schema = '', mode = ''] = process.argv;
const pool = new Pool({ connectionString: url });
pool.on('error', () => undefined);

let position = 0;

async function appendUntilRefused(): Promise<void> {
  const store = await openPostgresStore(pool, { schema, takeOver: mode === 'fight' });
  const log = await openLog(store, { origin: 'example.com/desk/log', signer });
  try {
    for (; ; position += 1) {
      // Lists of several events as well, which must be kept or lost as a whole.
      const events = Array.from({ length: 1 + (position % 40) }, () => ({
        stream: `child/${process.pid}`,
        type: 'appended',
        body: { position, filler: 'x'.repeat((position * 37) % 900), of: 1 + (position % 40) },
      }));
      for (const { index } of await log.append(events)) print(index);
    }
  } finally {
    await log.close().catch(() => undefined);
  }
}

do {
  await appendUntilRefused().catch((error: unknown) => {
    print(isLogError(error) ? error.code : String(error));
  });
} while (mode === 'fight');
await pool.end();
