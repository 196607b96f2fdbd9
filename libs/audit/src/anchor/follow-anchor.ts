import { setTimeout as wait } from 'node:timers/promises';
import {
  HeaderChain,
  headerRulesFor,
  isChainError,
  proveInclusion,
  readHeaders,
  watchScript,
  type BitcoinNode,
  type FundingView,
  type HeaderCheckpoint,
} from '@bitcoin-enterprise/chain';
import { anchorScript, statementOf } from './anchor-commitment.ts';
import { writeAnchorFile } from './anchor-file.ts';

export interface FollowAnchorOptions {
  readonly node: BitcoinNode;
  /** The checkpoint that was anchored. */
  readonly checkpoint: string;
  /** A header that those who verify will trust, from before the transaction: the proof begins after it. */
  readonly since: HeaderCheckpoint;
  /** Looked for in the mempool before all others. */
  readonly txid?: string;
  /** How many blocks the proof should have from the transaction's on; 6 when absent. */
  readonly confirmations?: number;
  /** Milliseconds between looks; 5,000 when absent. */
  readonly pollMs?: number;
  /** Ends the following. */
  readonly signal?: AbortSignal;
}

/** How far an anchor is. */
export type AnchorProgress =
  /** Neither in a block nor in the mempool: to be broadcast again. */
  | { readonly state: 'missing' }
  /** 0 confirmations while it waits for a block. */
  | { readonly state: 'waiting'; readonly confirmations: number; readonly height?: number }
  /** The last state; the proof is a file for {@link verifyAnchor}. */
  | { readonly state: 'proven'; readonly height: number; readonly proof: Uint8Array };

const DEFAULT_CONFIRMATIONS = 6;
const DEFAULT_POLL_MS = 5_000;

/**
 * Follows a checkpoint's anchor until it has its confirmations, and proves it then. Tells what changes; ends with
 * `proven`, when the signal aborts, or when the loop is left. Every transaction that commits to the checkpoint counts,
 * whoever made it.
 *
 * @throws LogError `note-malformed`; ChainError what `ScriptWatcher.look` throws, `proof-of-work-unsupported` for a node
 * of another chain than Bitcoin, and what `HeaderChain` and `proveInclusion` throw when the node's answers do not hold
 */
export async function* followAnchor(options: FollowAnchorOptions): AsyncIterable<AnchorProgress> {
  const {
    node,
    since,
    txid,
    confirmations = DEFAULT_CONFIRMATIONS,
    pollMs = DEFAULT_POLL_MS,
    signal,
  } = options;
  const trusted = HeaderChain.fromCheckpoint(since, headerRulesFor(node.parameters));
  const watcher = watchScript(node, {
    scriptPubKey: anchorScript(statementOf(options.checkpoint)),
    fromHeight: since.height + 1,
    ...(txid === undefined ? {} : { extraOutpoints: [{ txid, vout: 0 }] }),
  });
  let told = '';
  while (signal?.aborted !== true) {
    // In the order of the chain: the first is the oldest.
    const [funding] = (await watcher.look()).fundings;
    if (funding !== undefined && isConfirmed(funding) && funding.confirmations >= confirmations) {
      const proof = await prove(options, trusted, funding, confirmations);
      if (proof !== undefined) {
        yield { state: 'proven', height: funding.height, proof };
        return;
      }
    }
    const progress = progressOf(funding);
    if (told !== JSON.stringify(progress)) yield progress;
    told = JSON.stringify(progress);
    await wait(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

type ConfirmedFunding = FundingView & { readonly blockHash: string; readonly height: number };

function isConfirmed(funding: FundingView): funding is ConfirmedFunding {
  return funding.blockHash !== undefined && funding.height !== undefined;
}

function progressOf(funding: FundingView | undefined): AnchorProgress {
  if (funding === undefined) return { state: 'missing' };
  const { confirmations, height } = funding;
  return { state: 'waiting', confirmations, ...(height === undefined ? {} : { height }) };
}

/** `undefined` when the chain moved meanwhile. */
async function prove(
  { node, checkpoint, since }: FollowAnchorOptions,
  trusted: HeaderChain,
  { txid, blockHash, height }: ConfirmedFunding,
  confirmations: number,
): Promise<Uint8Array | undefined> {
  const firstHeight = since.height + 1;
  const tip = await node.tip();
  try {
    const headers = await readHeaders(node, firstHeight, height + confirmations - 1);
    const inclusion = await proveInclusion(node, txid, blockHash);
    const chain = trusted.copy();
    chain.accept(headers);
    const isThere =
      chain.headerAt(height)?.hash === blockHash && (await node.blockHashAt(height)) === blockHash;
    if (!isThere) return undefined;
    const { genesisHash } = node.parameters;
    return writeAnchorFile({ genesisHash, checkpoint, inclusion, height, firstHeight, headers });
  } catch (error) {
    // Answers of two chains do not fit together: that is an error only when there was one chain.
    if (isChainError(error) && (await node.tip()).hash !== tip.hash) return undefined;
    throw error;
  }
}
