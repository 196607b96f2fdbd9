// Verifies one bundle and tells what it took: memory beyond what the program had before, in all, and processor time.
import { open } from 'node:fs/promises';
import { verifyBundleStream } from '@bitcoin-enterprise/audit';
import { fromHex } from '@bitcoin-enterprise/crypto-core';

const [path = '', origin = '', publicKey = ''] = process.argv.slice(2);

async function* pieces(): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  const buffer = new Uint8Array(256 * 1024);
  for (;;) {
    const { bytesRead } = await file.read(buffer);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const start = performance.now();
let entries = 0;
const report = await verifyBundleStream(
  pieces(),
  { origin, publicKey: fromHex(publicKey), wholeLog: true },
  () => (entries += 1),
);
const seconds = (performance.now() - start) / 1000;
if (!report.ok) throw new Error(report.summary);
// maxRSS is in kibibytes.
const peak = process.resourceUsage().maxRSS * 1024;
// Beside other work on the same cores, time on the clock says little.
const cpuSeconds = process.cpuUsage(cpuBefore).user / 1e6;
console.log(JSON.stringify({ entries, before, peak, seconds, cpuSeconds }));
