import { HeaderChain, parseBlockHeader } from '@bitcoin-enterprise/chain';
import { describe, expect, it } from 'vitest';
import {
  applyOperation,
  verifyTimestamp,
  writeOtsFile,
  type OtsBranch,
  type OtsFile,
  type OtsHash,
  type OtsOperation,
  type OtsTimestamp,
  type TimestampReport,
} from '../src/anchor.ts';
import { mineHeaders, REGTEST_RULES } from './anchor-headers.ts';

// The first transaction of Bitcoin's block 0, which regtest has too, around the headline in it.
const HEADLINE = 'The Times 03/Jan/2009 Chancellor on brink of second bailout for banks';
const BEFORE =
  '01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d010445';
const AFTER =
  'ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000';
const GENESIS_ROOT = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const SHA256: OtsOperation = { kind: 'sha256' };

function along(
  message: Uint8Array,
  operations: readonly OtsOperation[],
  ends: readonly OtsBranch[],
): OtsTimestamp {
  const [operation, ...rest] = operations;
  if (operation === undefined) return { message, branches: ends };
  return {
    message,
    branches: [{ operation, timestamp: along(applyOperation(operation, message), rest, ends) }],
  };
}

const TO_GENESIS_ROOT: readonly OtsOperation[] = [
  { kind: 'prepend', argument: bytes(BEFORE) },
  { kind: 'append', argument: bytes(AFTER) },
  SHA256,
  SHA256,
];
const bitcoin = (height: number): OtsBranch => ({ attestation: { kind: 'bitcoin', height } });

/** A block on top of the genesis block whose root is the digest of a file, with ten blocks after it. */
function chainWith(root: Uint8Array): HeaderChain {
  const chain = HeaderChain.fromGenesis(REGTEST_RULES);
  const text = Buffer.from(root).reverse().toString('hex');
  chain.accept(mineHeaders(15, REGTEST_RULES.genesis, new Map([[4, text]])));
  return chain;
}

const FILE = new TextEncoder().encode('a file that was stamped');
const digestOf = (hash: OtsHash): Uint8Array => applyOperation({ kind: hash }, FILE);

function verify(ends: readonly OtsBranch[], minimumConfirmations?: number): TimestampReport {
  const message = digestOf('sha256');
  const file: OtsFile = { hash: 'sha256', timestamp: { message, branches: ends } };
  const trust = { file: FILE, chain: chainWith(message) };
  return verifyTimestamp(
    writeOtsFile(file),
    minimumConfirmations === undefined ? trust : { ...trust, minimumConfirmations },
  );
}

const failed = ({ checks }: TimestampReport): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('a timestamp', () => {
  it("leads from the headline of Bitcoin's first block to its Merkle root", () => {
    const end = along(Buffer.from(HEADLINE), TO_GENESIS_ROOT, [bitcoin(0)]);
    const root = TO_GENESIS_ROOT.reduce(
      (message, operation) => applyOperation(operation, message),
      end.message,
    );
    expect(Buffer.from(root).reverse().toString('hex')).toBe(GENESIS_ROOT);
    expect(parseBlockHeader(REGTEST_RULES.genesis).merkleRoot).toBe(GENESIS_ROOT);
  });

  it('of a block with its confirmations proves before when the file existed', () => {
    const report = verify([bitcoin(5)]);
    expect(failed(report)).toEqual([]);
    const start = parseBlockHeader(REGTEST_RULES.genesis).time;
    expect(report).toMatchObject({
      ok: true,
      block: { height: 5, confirmations: 11, time: start + 5 * 600, existedBefore: start + 10 * 600 },
      attestations: [{ kind: 'bitcoin', ok: true, detail: 'block 5' }],
    });
    expect(report.summary).toContain('block 5, 11 confirmations');
    expect(report.checks.map(({ name }) => name)).toEqual([
      'timestamp format',
      'file digest',
      'attested block',
    ]);
  });

  it.each(['sha1', 'ripemd160', 'sha256', 'keccak256'] as const)(
    'of a file under %s is checked against it',
    (hash) => {
      const message = digestOf(hash);
      const hashed = applyOperation(SHA256, message);
      const timestamp = along(message, [SHA256], [bitcoin(5)]);
      const proof = writeOtsFile({ hash, timestamp });
      expect(verifyTimestamp(proof, { file: FILE, chain: chainWith(hashed) }).ok).toBe(true);
      const other = verifyTimestamp(proof, { file: FILE.slice(1), chain: chainWith(hashed) });
      expect(failed(other)).toEqual(['file digest']);
      expect(other.block).toBeUndefined();
    },
  );

  it('of another block, of one that is not there, or with too few confirmations proves nothing', () => {
    expect(verify([bitcoin(4)]).attestations).toMatchObject([
      { ok: false, detail: 'block 4 has another Merkle root' },
    ]);
    expect(verify([bitcoin(16)]).attestations).toMatchObject([
      { ok: false, detail: 'block 16 is not among the trusted headers' },
    ]);
    expect(failed(verify([bitcoin(5)], 12))).toEqual(['attested block']);
    expect(verify([bitcoin(5)], 12).summary).toBe(
      'attested block: block 5 has 11 confirmations, 12 are wanted',
    );
    expect(verify([bitcoin(5)], 11).ok).toBe(true);
    const short = writeOtsFile({
      hash: 'sha256',
      timestamp: along(digestOf('sha256'), [{ kind: 'sha1' }], [bitcoin(5)]),
    });
    expect(verifyTimestamp(short, { file: FILE, chain: chainWith(digestOf('sha256')) }).ok).toBe(false);
  });

  it('is not taken from the other attestations by a wrong one, and names them all', () => {
    const report = verify([
      { attestation: { kind: 'pending', uri: 'https://calendar.example' } },
      bitcoin(4),
      { attestation: { kind: 'litecoin', height: 5 } },
      bitcoin(5),
      { attestation: { kind: 'unknown', tag: bytes('30fe8087b5c7ead7'), payload: new Uint8Array(0) } },
    ]);
    expect(report.ok).toBe(true);
    expect(report.block?.height).toBe(5);
    expect(report.attestations.map(({ kind, ok, detail }) => `${kind} ${String(ok)} ${detail}`)).toEqual([
      'pending false pending at https://calendar.example',
      'bitcoin false block 4 has another Merkle root',
      'litecoin false Litecoin block 5 is not checked',
      'bitcoin true block 5',
      'unknown false unknown kind 30fe8087b5c7ead7',
    ]);
  });

  it('proves the earliest of its times', () => {
    const message = digestOf('sha256');
    const root = Buffer.from(message).reverse().toString('hex');
    const chain = HeaderChain.fromGenesis(REGTEST_RULES);
    chain.accept(
      mineHeaders(
        20,
        REGTEST_RULES.genesis,
        new Map([
          [2, root],
          [8, root],
        ]),
      ),
    );
    const proof = writeOtsFile({
      hash: 'sha256',
      timestamp: { message, branches: [bitcoin(9), bitcoin(3)] },
    });
    expect(verifyTimestamp(proof, { file: FILE, chain }).block?.height).toBe(3);
  });

  it('that is none is a failed check', () => {
    const report = verifyTimestamp(new Uint8Array(40), { file: FILE, chain: chainWith(digestOf('sha256')) });
    expect(failed(report)).toEqual(['timestamp format']);
    expect(report).toMatchObject({ ok: false, attestations: [], block: undefined });
  });
});
