import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { envelopeKey, sealStream, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { expect, it } from 'vitest';

const MIB = 1024 * 1024;

function* zeros(mebibytes: number): Generator<Uint8Array> {
  const piece = new Uint8Array(MIB);
  for (let count = 0; count < mebibytes; count += 1) yield piece;
}

it('opens 1 GiB in a process whose memory grows by no more than 16 MiB', { timeout: 120_000 }, async () => {
  const program = join(import.meta.dirname, 'open-large-stream-process.ts');
  const opener = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const printed = text(opener.stdout);
  using secret = SecretBytes.takeFrom(new Uint8Array(32));
  const key = envelopeKey(secret, 'k');
  await pipeline(sealStream(key, zeros(1024), { context: 'large' }), opener.stdin);
  const { length, growthBytes } = JSON.parse(await printed) as { length: number; growthBytes: number };
  expect(length).toBe(1024 * MIB);
  expect(growthBytes).toBeLessThanOrEqual(16 * MIB);
});
