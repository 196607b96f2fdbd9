import { readFile } from 'node:fs/promises';
import { type BundleReport, verifyBundle } from '@bitcoin-enterprise/audit';
import { fromHex } from '@bitcoin-enterprise/crypto-core';

/** What an examiner is told beside the bundle: whose log it is, and the key that signs its checkpoints. */
export interface LogIdentity {
  readonly origin: string;
  /** Ed25519, hex. */
  readonly publicKey: string;
}

/** Verifies a bundle offline. */
export async function verifyFile(file: string, log: LogIdentity): Promise<BundleReport> {
  return verifyBundle(await readFile(file), { origin: log.origin, publicKey: fromHex(log.publicKey) });
}

/** The bundle's own JSON, as far as tampering has to know it. */
interface BundleFile {
  readonly entries: { readonly index: number; bytes: string }[];
}

/** A copy of a bundle in which one digit of one entry's time is another one: the smallest lie there is. */
export async function tamperedCopy(file: string, index: number): Promise<Uint8Array> {
  const bundle = JSON.parse(await readFile(file, 'utf8')) as BundleFile;
  const entry = bundle.entries.find((candidate) => candidate.index === index);
  if (entry === undefined) throw new Error(`the bundle has no entry ${index}`);
  const bytes = Buffer.from(entry.bytes, 'base64');
  const digit = bytes.indexOf('"time":') + '"time":'.length + 5;
  bytes.writeUInt8(bytes.readUInt8(digit) === 0x30 ? 0x31 : 0x30, digit);
  entry.bytes = bytes.toString('base64');
  return Buffer.from(JSON.stringify(bundle));
}
