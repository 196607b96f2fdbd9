import { isLogError, type LogEntry } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

const { decodeEntry } = (await behindExports('audit', 'event/entry.ts')) as {
  decodeEntry: (bytes: Uint8Array, leafHash: Uint8Array, origin: string) => LogEntry;
};
const { readEntryBytes } = (await behindExports('audit', 'verify/entry-bytes.ts')) as {
  readEntryBytes: (bytes: Uint8Array) => { readonly index?: number; readonly unreadable?: string };
};

const ORIGIN = 'example.com/log';
const PREVIOUS = `"previous":{"$hex":"${'00'.repeat(32)}"}`;
const SEEDS = [
  `{"body":{"n":{"$int":"1"}},"format":"audit-entry/1","index":0,"origin":"${ORIGIN}",${PREVIOUS},"stream":"s","streamVersion":1,"time":1,"type":"t"}`,
  `{"body":[],"format":"audit-entry/1","idempotencyKey":"k","index":7,"origin":"${ORIGIN}","personal":{"$hex":"${'ab'.repeat(32)}"},${PREVIOUS},"stream":"s","streamVersion":2,"subject":"x","time":1700000000000,"type":"t"}`,
];

export const target: FuzzTarget<LogEntry> = {
  seeds: SEEDS.map((text) => Buffer.from(text)),
  dictionary: [
    '"subject":"',
    '"idempotencyKey":"',
    '"personal":{"$hex":"',
    '"time":',
    '"streamVersion":0',
    '1e3',
    '-1',
  ].map((part) => Buffer.from(part)),
  isRefusal: isLogError,
  decode: (input) => decodeEntry(input, new Uint8Array(32), ORIGIN),
  // Writer and verifier share nothing but the format: what one reads, the other must read alike.
  check: (entry, input) => {
    const read = readEntryBytes(input);
    if (read.index !== entry.index)
      throw new Error(`the verifier does not read it: ${read.unreadable ?? 'another'}`);
  },
};
