// Run by tests as a process of its own, to be killed or starved: appends to the log that is its argument and prints the
// index of every acknowledged event on a line of its own. Its standard input says for how long.
import { readFileSync, writeSync } from 'node:fs';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { isLogError, openLog } from '../src/index.ts';

const print = (line: string | number): void => {
  // Synchronous, so that a line is out before the next event is appended.
  writeSync(1, `${line}\n`);
};

using seed = SecretBytes.copyOf(new Uint8Array(32).fill(7));
const signer = Ed25519SigningKey.fromSeed(seed);
const [, , path = ''] = process.argv;
const mode = readFileSync(0, 'utf8');

try {
  const log = await openLog(path, { origin: 'example.com/desk/log', signer });
  print('open');
  for (let position = 0; mode !== 'open-only'; position += 1) {
    try {
      // Lists of several events as well, which must be kept or lost as a whole.
      const events = Array.from({ length: 1 + (position % 3) }, () => ({
        stream: `child/${process.pid}`,
        type: 'appended',
        body: { position, filler: 'x'.repeat((position * 37) % 900), of: 1 + (position % 3) },
      }));
      for (const { index } of await log.append(events)) print(index);
    } catch (error) {
      if (mode !== 'until-error' || !isLogError(error)) throw error;
      print(error.code);
      if (error.code === 'log-unusable') process.exit(0);
    }
  }
} catch (error) {
  print(isLogError(error) ? error.code : String(error));
}
