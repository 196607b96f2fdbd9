import { readFile } from 'node:fs/promises';
import { type BundleReportWithEntries, verifyBundle } from '@bitcoin-enterprise/audit';
import { fromHex } from '@bitcoin-enterprise/crypto-core';

/** What an examiner is told beside the bundle: whose log it is, and the key that signs its checkpoints. */
export interface LogIdentity {
  readonly origin: string;
  /** Ed25519, hex. */
  readonly publicKey: string;
}

/** Verifies a bundle offline. */
export async function verifyFile(file: string, log: LogIdentity): Promise<BundleReportWithEntries> {
  return verifyBundle(await readFile(file), { origin: log.origin, publicKey: fromHex(log.publicKey) });
}

/** A copy of a bundle in which one digit of one entry's time is another one: the smallest lie there is. */
export async function tamperedCopy(file: string, index: number): Promise<Uint8Array> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const position = lines.findIndex((line) => line.startsWith(`{"index":${index},`));
  const line = lines[position];
  if (line === undefined) throw new Error(`the bundle has no entry ${index}`);
  const altered = line.replace(
    /"time":(\d{5})(\d)/u,
    (_, before: string, digit: string) => `"time":${before}${digit === '0' ? '1' : '0'}`,
  );
  return Buffer.from(lines.with(position, altered).join('\n'));
}
