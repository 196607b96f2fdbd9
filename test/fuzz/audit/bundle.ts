import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog, type TrustPolicy, verifyBundle } from '@bitcoin-enterprise/audit';
import {
  Ed25519SigningKey,
  envelopeKey,
  openWith,
  sealWith,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const ORIGIN = 'example.com/fuzz';

using seed = SecretBytes.copyOf(new Uint8Array(32).fill(3));
const signer = Ed25519SigningKey.fromSeed(seed);
const trust: TrustPolicy = { origin: ORIGIN, publicKey: signer.publicKey };

const wrapping = envelopeKey(seed, 'fuzz-1');

async function bundles(): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-bundle-'));
  try {
    await using log = await openLog(join(folder, 'log'), {
      origin: ORIGIN,
      signer,
      clock: () => 1_700_000_000_000,
      personalData: {
        keys: {
          seal: (plaintext, o) => sealWith(wrapping, plaintext, o),
          open: (envelope, o) => openWith(wrapping, envelope, o),
        },
      },
    });
    const events = Array.from({ length: 9 }, (_, place) => ({
      stream: `s/${place % 2}`,
      type: 't',
      ...(place % 3 === 0 ? { subject: 'a', personal: { born: place } } : {}),
      body: { n: BigInt(place) },
    }));
    await log.append(events.slice(0, 4));
    const since = await log.checkpoint();
    await log.append(events.slice(4));
    const exports = [
      log.exportBundle({ personalData: true }),
      log.exportBundle(),
      log.exportBundle({ from: 3, to: 5, since }),
      log.exportBundle({ stream: 's/1' }),
      log.exportBundle({ subject: 'a', personalData: true }),
      log.exportBundle({ entries: [0, 8] }),
    ];
    return await Promise.all(exports.map((one) => one.bytes()));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const seeds = await bundles();
const [whole = new Uint8Array(0)] = seeds;

/**
 * The entries of an honest bundle, each with and without what is personal about it: a bundle that verifies holds some of
 * them, and nothing else.
 */
const honest = new Set(
  verifyBundle(whole, trust).entries.flatMap((entry) => [
    key(entry),
    key({ ...entry, personal: { state: 'withheld' } }),
  ]),
);

function key({ index, stream, streamVersion, type, subject, body, personal, time }: EntryLike): string {
  return [
    index,
    stream,
    streamVersion,
    type,
    subject,
    time,
    personal?.state === 'revealed' ? JSON.stringify(personal.value) : '',
    JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
  ].join('|');
}

type EntryLike = ReturnType<typeof verifyBundle>['entries'][number];

/** A bundle that does not verify counts as refused. */
class RefusedBundle extends Error {}

/** The verifier never throws, and whatever it passes is of the log. */
export const target: FuzzTarget<ReturnType<typeof verifyBundle>> = {
  seeds,
  maxLength: 8_192,
  dictionary: [
    '"index":',
    '"subtrees":[',
    '"leafHash":"',
    '"entry":{',
    '{"personalOf":0,"salt":"',
    '"data":',
    '{"end":"audit-bundle/2"',
    '"from":',
    '"listed":',
    '\n',
  ].map((text) => new TextEncoder().encode(text)),
  isRefusal: (error) => error instanceof RefusedBundle,
  decode: (input) => {
    const report = verifyBundle(input, trust);
    if (!report.ok) throw new RefusedBundle(report.summary);
    return report;
  },
  check: (report) => {
    for (const entry of report.entries) {
      if (!honest.has(key(entry))) throw new Error(`verified entry ${entry.index} is not of the log`);
    }
  },
};
