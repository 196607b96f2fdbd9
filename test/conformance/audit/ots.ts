import {
  applyOperation,
  attestationsOf,
  readOtsFile,
  verifyTimestamp,
  writeOtsFile,
  type OtsAttestation,
  type OtsTimestamp,
} from '@bitcoin-enterprise/audit/anchor';
import { BITCOIN_MAINNET, HeaderChain, headerRulesFor } from '@bitcoin-enterprise/chain';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const EXAMPLES = 'audit/ots/opentimestamps-client-examples.json';

/** Each example's attestations, as the other files of the examples and their calendars name them. */
const ATTESTED: Readonly<Record<string, readonly string[]>> = {
  'bad-stamp.txt': ['bitcoin 358391'],
  'bitcoin.pdf': ['bitcoin 465751'],
  'different-blockchains.txt': [
    'pending https://eth.ots.eternitywall.com',
    'unknown 30fe8087b5c7ead7',
    'pending https://ots.eternitywall.it',
    'bitcoin 455605',
  ],
  empty: ['bitcoin 129405'],
  'gdp2q25-2nd.pdf': ['bitcoin 912095'],
  'hello-world.txt': ['bitcoin 358391'],
  'incomplete.txt': ['pending https://alice.btc.calendar.opentimestamps.org'],
  'known-and-unknown-notary.txt': [
    'pending https://bob.btc.calendar.opentimestamps.org',
    'unknown 0102030405060708',
  ],
  'merkle1.txt': [
    'pending https://alice.btc.calendar.opentimestamps.org',
    'pending https://bob.btc.calendar.opentimestamps.org',
  ],
  'merkle2.txt': [
    'pending https://alice.btc.calendar.opentimestamps.org',
    'pending https://bob.btc.calendar.opentimestamps.org',
  ],
  'merkle3.txt': [
    'pending https://alice.btc.calendar.opentimestamps.org',
    'pending https://bob.btc.calendar.opentimestamps.org',
  ],
  'sha1/a-or-b': [
    'pending https://finney.calendar.eternitywall.com',
    'bitcoin 466906',
    'pending https://bob.btc.calendar.opentimestamps.org',
    'pending https://alice.btc.calendar.opentimestamps.org',
  ],
  'two-calendars.txt': [
    'pending https://alice.btc.calendar.opentimestamps.org',
    'pending https://bob.btc.calendar.opentimestamps.org',
  ],
  'unknown-notary.txt': ['unknown 0102030405060708'],
};

/** The header of Bitcoin's block 358391; its own proof of work is checked before it is used. */
const BLOCK_358391 =
  '02000000b96394585a281b7e5f438fd1c9ed492645a1fd61cb3802040000000000000000007ee445d23ad061af4a36b809501fab1ac4f2d7e7a739817dd0cbb7ec661b8a1e376755f58616186272def6';

/** Files whose proofs attest to that block, and whether its Merkle root bears them out. */
const VERIFIED: Readonly<Record<string, boolean>> = { 'hello-world.txt': true, 'bad-stamp.txt': false };

type Files = ReadonlyMap<string, Uint8Array>;

export const suite: ConformanceSuite = {
  source: 'OpenTimestamps client examples',
  files: [EXAMPLES],
  *cases(texts): Iterable<ConformanceCase> {
    const files = readExamples(texts.get(EXAMPLES) ?? '[]');
    for (const [name, bytes] of files) {
      if (name.startsWith('invalid/')) yield refuses(name, bytes);
      else if (name.endsWith('.ots')) yield roundTrips(name, bytes);
      else if (name.endsWith('.ots.txt')) yield namesTransaction(name, bytes, files);
      else yield isOf(name, bytes, files);
    }
    for (const [name, ok] of Object.entries(VERIFIED)) yield verifies(name, ok, files);
    yield leadTogether(files);
  },
};

function readExamples(text: string): Files {
  const examples = JSON.parse(text) as readonly { readonly file: string; readonly base64: string }[];
  return new Map(
    examples.map(({ file, base64 }) => [
      file.replace(/^examples\//, ''),
      Uint8Array.from(Buffer.from(base64, 'base64')),
    ]),
  );
}

function roundTrips(name: string, bytes: Uint8Array): ConformanceCase {
  return {
    name: `${name} is read, and written again byte for byte`,
    run: () => {
      const file = readOtsFile(bytes);
      if (Buffer.compare(writeOtsFile(file), bytes) !== 0) throw new Error('other bytes');
      const found = [...attestationsOf(file.timestamp)].map(({ attestation }) => describe(attestation));
      const wanted = ATTESTED[name.replace(/\.ots$/, '')] ?? [];
      if (found.join() !== wanted.join()) throw new Error(`attests ${found.join()}`);
    },
  };
}

function refuses(name: string, bytes: Uint8Array): ConformanceCase {
  return {
    name: `${name} is refused`,
    run: () => {
      try {
        readOtsFile(bytes);
      } catch (error) {
        if ((error as { code?: unknown }).code === 'timestamp-malformed') return;
        throw error;
      }
      throw new Error('accepted');
    },
  };
}

/** A file is what its proof is of. The two of the SHA-1 collision have one proof. */
function isOf(name: string, bytes: Uint8Array, files: Files): ConformanceCase {
  return {
    name: `${name} is what its proof is of`,
    run: () => {
      const { hash, timestamp } = proofOf(name.startsWith('sha1/') ? 'sha1/a-or-b' : name, files);
      const digest = applyOperation({ kind: hash }, bytes);
      if (Buffer.compare(digest, timestamp.message) !== 0) throw new Error('another digest');
    },
  };
}

/** The text beside a proof names the transaction that the proof leads through. */
function namesTransaction(name: string, bytes: Uint8Array, files: Files): ConformanceCase {
  return {
    name: `${name} names a transaction of its proof`,
    run: () => {
      const txid = /\b[0-9a-f]{64}\b/.exec(Buffer.from(bytes).toString())?.[0] ?? 'none';
      const { timestamp } = proofOf(name.replace(/\.ots\.txt$/, ''), files);
      const messages = [...messagesOf(timestamp)].map((message) => hex(message.toReversed()));
      if (!messages.includes(txid)) throw new Error(`${txid} is no message of the proof`);
    },
  };
}

function verifies(name: string, ok: boolean, files: Files): ConformanceCase {
  return {
    name: `${name} is ${ok ? 'borne out' : 'refuted'} by the header of block 358391`,
    run: () => {
      const checkpoint = { height: 358_391, header: Uint8Array.from(Buffer.from(BLOCK_358391, 'hex')) };
      const chain = HeaderChain.fromCheckpoint(checkpoint, headerRulesFor(BITCOIN_MAINNET));
      const file = files.get(name) ?? new Uint8Array(0);
      const proof = files.get(`${name}.ots`) ?? new Uint8Array(0);
      const report = verifyTimestamp(proof, { file, chain, minimumConfirmations: 1 });
      if (report.ok !== ok) throw new Error(report.summary);
      if (ok && report.block?.time !== 1_432_827_678) throw new Error(`time ${String(report.block?.time)}`);
      if (!ok && !report.summary.includes('another Merkle root')) throw new Error(report.summary);
    },
  };
}

/** Three files were stamped as one tree: calendars were given one digest for all. */
function leadTogether(files: Files): ConformanceCase {
  return {
    name: 'merkle1.txt, merkle2.txt and merkle3.txt lead to the same messages',
    run: () => {
      const ends = [1, 2, 3].map((index) =>
        [...attestationsOf(proofOf(`merkle${index}.txt`, files).timestamp)]
          .map(({ message }) => hex(message))
          .join(),
      );
      if (new Set(ends).size !== 1) throw new Error(ends.join(' '));
    },
  };
}

function proofOf(name: string, files: Files): ReturnType<typeof readOtsFile> {
  return readOtsFile(files.get(`${name}.ots`) ?? new Uint8Array(0));
}

function* messagesOf({ message, branches }: OtsTimestamp): Iterable<Uint8Array> {
  yield message;
  for (const branch of branches) if ('timestamp' in branch) yield* messagesOf(branch.timestamp);
}

function describe(attestation: OtsAttestation): string {
  switch (attestation.kind) {
    case 'pending':
      return `pending ${attestation.uri}`;
    case 'unknown':
      return `unknown ${hex(attestation.tag)}`;
    case 'bitcoin':
    case 'litecoin':
      return `${attestation.kind} ${attestation.height}`;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
