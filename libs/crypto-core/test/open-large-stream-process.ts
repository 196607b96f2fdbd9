// Opens the stream on standard input as the program of a user would, and prints by how much its memory grew.
import { readSync } from 'node:fs';
import { envelopeKey, openStream, SecretBytes } from '@bitcoin-enterprise/crypto-core';

/** Chunks until the memory of a program at work is settled, and between two looks at it. */
const SETTLED = 256;
const BETWEEN = 64;

function* standardInput(): Generator<Uint8Array> {
  const buffer = new Uint8Array(65_536);
  for (let count = readSync(0, buffer); count > 0; count = readSync(0, buffer))
    yield buffer.subarray(0, count);
}

using secret = SecretBytes.takeFrom(new Uint8Array(32));
const key = envelopeKey(secret, 'k');
let chunks = 0;
let length = 0;
let settled = 0;
let most = 0;
for await (const piece of openStream(key, standardInput(), { context: 'large', reuse: true })) {
  length += piece.length;
  chunks += 1;
  if (chunks === SETTLED) settled = process.memoryUsage.rss();
  if (chunks > SETTLED && chunks % BETWEEN === 0) most = Math.max(most, process.memoryUsage.rss());
}
process.stdout.write(`${JSON.stringify({ length, growthBytes: most - settled })}\n`);
