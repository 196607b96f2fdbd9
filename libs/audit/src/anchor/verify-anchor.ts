import {
  checkInclusion,
  HEADER_BYTES,
  isChainError,
  parseBlockHeader,
  type BlockHeader,
  type HeaderChain,
  type Transaction,
} from '@bitcoin-enterprise/chain/headers';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isLogError } from '../log-error.ts';
import { readCheckpoint, type CheckpointStatement } from '../verify/checkpoint-text.ts';
import { equal } from '../verify/merkle-proof.ts';
import { noteText, openNote } from '../verify/note.ts';
import { anchorScript } from './anchor-commitment.ts';
import { readAnchorFile, type AnchorFile } from './anchor-file.ts';
import {
  AnchorChecks,
  anchoringBlock,
  summaryOf,
  type AnchorCheck,
  type AnchoringBlock,
} from './anchor-report.ts';

/** What the examiner knows from elsewhere, and does not take from the proof. */
export interface AnchorTrust {
  /** The log that the checkpoint must be of. */
  readonly origin: string;
  /** The log's Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /**
   * A chain that begins with a header the examiner trusts, of the network that is wanted. The proof's headers are added
   * to a copy of it. The more headers it has, the less a proof can pretend: one that ends before the block rests on the
   * work of the proof's own headers.
   */
  readonly chain: HeaderChain;
  /** Blocks from the transaction's on, itself counted; 6 when absent. */
  readonly minimumConfirmations?: number;
  /**
   * Hashes that the blocks after the trusted header must have taken on average, all together: what a forger would have to
   * pay for. 0 when absent; of weight where the trusted header is old.
   */
  readonly minimumWork?: bigint;
  /** The clock in seconds since 1970: headers more than two hours ahead are refused. Without it none is. */
  readonly now?: number;
}

/** What was found. Nothing in it is to be relied on unless {@link AnchorReport.ok}. */
export interface AnchorReport {
  /** Whether every check passed. */
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  readonly origin: string;
  readonly treeSize: number;
  /** Root hash of the checkpoint, in hexadecimal. */
  readonly rootHash: string;
  /** `undefined` when the chain does not have it. */
  readonly block: AnchoringBlock | undefined;
  readonly checks: readonly AnchorCheck[];
}

const DEFAULT_CONFIRMATIONS = 6;

/**
 * Checks offline that a checkpoint existed when a block was mined: checkpoint, commitment, transaction, Merkle path, header,
 * and the chain of headers since one that is trusted. Every check is named in the report, passed or failed.
 *
 * Never throws: what is no anchor at all is a failed check `anchor format`.
 */
export function verifyAnchor(anchor: Uint8Array, trust: AnchorTrust): AnchorReport {
  const checks = new AnchorChecks();
  const file = attempt(() => readAnchorFile(anchor));
  if (typeof file === 'string') {
    checks.add('anchor format', file, '');
    return report(checks.list, undefined, undefined);
  }
  checks.add('anchor format', undefined, 'bitcoin-anchor/1');
  checks.add('network', networkProblem(file, trust), 'of the trusted chain');
  const statement = checkCheckpoint(checks, file, trust);
  const header = headerOf(file);
  checkTransaction(checks, file, header, statement);
  const block = checkBlock(checks, file, header, trust);
  return report(checks.list, statement, block);
}

/** The checkpoint as it is stated, whether its signature verifies or not, so that the rest can still be examined. */
function checkCheckpoint(
  checks: AnchorChecks,
  { checkpoint }: AnchorFile,
  trust: AnchorTrust,
): CheckpointStatement | undefined {
  const note = openNote(checkpoint, trust.origin, trust.publicKey);
  checks.add('checkpoint signature', note.ok ? undefined : note.reason, 'signed by the trusted key');
  const statement = readCheckpoint(noteText(checkpoint) ?? '');
  checks.add('checkpoint', checkpointProblem(statement, trust), `${statement?.size ?? 0} entries`);
  return statement;
}

function checkTransaction(
  checks: AnchorChecks,
  { inclusion }: AnchorFile,
  header: BlockHeader,
  statement: CheckpointStatement | undefined,
): void {
  const transaction = attempt(() => checkInclusion(header.merkleRoot, inclusion));
  const isIncluded = typeof transaction !== 'string';
  const holds = `the path leads to the root of ${header.hash}`;
  checks.add('transaction in block', isIncluded ? undefined : transaction, holds);
  const committed = isIncluded && statement !== undefined && commitsTo(transaction, statement);
  const problem = committed ? undefined : 'the transaction does not commit to the checkpoint';
  checks.add('commitment', problem, 'one output');
}

/** The block in the chain with the most work that the trusted headers and those of the file make. */
function checkBlock(
  checks: AnchorChecks,
  { headers, height }: AnchorFile,
  header: BlockHeader,
  trust: AnchorTrust,
): AnchoringBlock | undefined {
  const { now, minimumWork = 0n, minimumConfirmations = DEFAULT_CONFIRMATIONS } = trust;
  const chain = trust.chain.copy();
  const accepted = attempt(() => chain.accept(headers, now === undefined ? {} : { now }));
  const refused = typeof accepted === 'string' ? accepted : undefined;
  checks.add('header chain', refused, `to height ${chain.tip.height}`);
  const { work } = chain.tip;
  const little = work >= minimumWork ? undefined : `${work} hashes, where ${minimumWork} are wanted`;
  checks.add('work', little, `${work} hashes`);
  const found = anchoringBlock(chain, height);
  const block = found?.hash === header.hash ? found : undefined;
  const other = found === undefined ? 'the chain has no such block' : `there stands block ${found.hash}`;
  checks.add(
    'best chain',
    block === undefined ? `height ${height}: ${other}` : undefined,
    `height ${height}`,
  );
  const confirmations = block?.confirmations ?? 0;
  const least = Math.max(minimumConfirmations, 1);
  const few = confirmations >= least ? undefined : `${confirmations}, where ${least} are wanted`;
  checks.add('confirmations', few, String(confirmations));
  return block;
}

function headerOf({ height, firstHeight, headers }: AnchorFile): BlockHeader {
  const start = (height - firstHeight) * HEADER_BYTES;
  return parseBlockHeader(headers.subarray(start, start + HEADER_BYTES));
}

function networkProblem(file: AnchorFile, { chain }: AnchorTrust): string | undefined {
  const trusted = parseBlockHeader(chain.rules.genesis).hash;
  return file.genesisHash === trusted
    ? undefined
    : `the chain of block ${file.genesisHash}, not of ${trusted}`;
}

function checkpointProblem(
  statement: CheckpointStatement | undefined,
  { origin }: AnchorTrust,
): string | undefined {
  if (statement === undefined) return 'no checkpoint';
  if (statement.origin === origin) return undefined;
  return `a checkpoint of ${JSON.stringify(statement.origin.slice(0, 256))}`;
}

function commitsTo({ outputs }: Transaction, statement: CheckpointStatement): boolean {
  const script = anchorScript(statement);
  return outputs.filter(({ scriptPubKey }) => equal(scriptPubKey, script)).length === 1;
}

/** What a function gives, or the words of the coded error that it throws. */
function attempt<T extends object>(act: () => T): T | string {
  try {
    return act();
  } catch (error) {
    if (isLogError(error) || isChainError(error)) return error.message;
    throw error;
  }
}

function report(
  checks: readonly AnchorCheck[],
  statement: CheckpointStatement | undefined,
  block: AnchoringBlock | undefined,
): AnchorReport {
  return {
    ok: checks.every(({ ok }) => ok),
    summary: summaryOf(checks, block),
    origin: statement?.origin ?? '',
    treeSize: statement?.size ?? 0,
    rootHash: bytesToHex(statement?.rootHash ?? new Uint8Array(0)),
    block,
    checks,
  };
}
