import { ChainError } from '../error/chain-error.ts';
import type { BitcoinNode } from '../node/bitcoin-node.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import { ChainFollower } from './chain-follower.ts';
import type { ChainEvent } from './chain-event.ts';
import { composeView } from './compose-view.ts';
import { followEvents } from './follow-events.ts';
import { MempoolReader } from './mempool-reader.ts';
import type { OutputView } from './output-view.ts';

export interface WatchOptions {
  readonly scriptPubKey: Uint8Array;
  /** The first block that can hold a payment; the chain is looked through from there. */
  readonly fromHeight: number;
  /** Payments that somebody announced: they are looked for in the mempool before all others. */
  readonly extraOutpoints?: readonly Outpoint[];
  /** Milliseconds between looks of `events`. Default 5,000. */
  readonly pollMs?: number;
}

/** Watches one script on one chain. */
export interface ScriptWatcher {
  /**
   * One consistent look: everything in it holds at the tip it names. Follows the chain from `fromHeight`, unwinds what a
   * reorganisation undid, and reads the mempool. It may be called at any time and again after any error; calls at the
   * same time follow one another.
   *
   * @throws ChainError what `RpcClient.call` throws, `block-malformed`, `transaction-malformed`; `watch-unsettled` when
   *   blocks arrive faster than they can be read
   */
  look(): Promise<OutputView>;
  /** What changes from look to look, from everything that is there on, until the signal aborts or the loop is left. */
  events(signal?: AbortSignal): AsyncIterable<ChainEvent>;
}

const DEFAULT_POLL_MS = 5_000;
const ATTEMPTS = 10;

/**
 * Watches for payments to a script and their spends, with neither index nor wallet in the node. Several payments to the
 * same script are all told. The memory it takes is bounded by the mempool's size and the payments to this one script.
 *
 * Blocks are read in the form that the network relays rather than as the node's JSON: one form for all nodes, a tenth
 * of the size, and the Merkle root proves that they were read right.
 *
 * @throws ChainError `watch-height-invalid`
 */
export function watchScript(node: BitcoinNode, options: WatchOptions): ScriptWatcher {
  const { scriptPubKey, fromHeight, extraOutpoints = [], pollMs = DEFAULT_POLL_MS } = options;
  if (!Number.isSafeInteger(fromHeight) || fromHeight < 0) {
    const value = String(fromHeight);
    const limit = 'a whole number from 0';
    throw new ChainError('watch-height-invalid', `cannot watch from height ${value}: ${limit}`, {
      value,
      limit,
    });
  }
  const script = scriptPubKey.slice();
  const follower = new ChainFollower(node, script, fromHeight);
  const expected = extraOutpoints.map(({ txid }) => txid);
  const mempool = new MempoolReader(node, script, expected);
  let last: Promise<unknown> = Promise.resolve();
  const look = (): Promise<OutputView> => {
    const next = last.then(() => lookOnce(node, follower, mempool));
    last = next.catch(() => undefined);
    return next;
  };
  return { look, events: (signal) => followEvents(look, pollMs, signal) };
}

async function lookOnce(
  node: BitcoinNode,
  follower: ChainFollower,
  mempool: MempoolReader,
): Promise<OutputView> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const tip = await node.tip();
    if (!(await follower.follow(tip))) continue;
    const waiting = await mempool.look(follower.unspent());
    // A block that arrived while the mempool was read has emptied it: both must be of the same tip.
    if ((await node.tip()).hash !== tip.hash) continue;
    return composeView(tip, follower, waiting);
  }
  const value = `${ATTEMPTS} looks`;
  throw new ChainError('watch-unsettled', `the chain moved during each of ${value}`, {
    value,
    limit: 'a tip that stays',
  });
}
