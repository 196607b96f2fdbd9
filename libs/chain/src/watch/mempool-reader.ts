import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import { parseTransaction } from '../transaction/parse.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import { mayConcern, type MatchedOutput, type MatchedSpend, outputsTo, spendsOf } from './script-matches.ts';

/** What waits for a block and concerns the script. */
export interface MempoolLook {
  readonly outputs: readonly MatchedOutput[];
  readonly spends: ReadonlyMap<string, MatchedSpend>;
  /** Waiting transactions that were not read yet. */
  readonly unread: number;
}

/** How many transactions one look reads at most: a second's work for a node on the same machine. */
const READS_A_LOOK = 2_000;
/** Calls at the same time: nodes work with four threads by default, and others want some too. */
const CALLS_AT_ONCE = 4;

/**
 * Reads what is new in a node's mempool for payments to one script and spends of known outputs. Nodes that can be asked
 * for the spender of an output are asked; for others every new transaction is looked through for spends too.
 */
export class MempoolReader {
  readonly #node: BitcoinNode;
  readonly #scriptPubKey: Uint8Array;
  readonly #expected: readonly string[];
  /** Read, and of no concern. Never more than the mempool holds. */
  readonly #passed = new Set<string>();
  readonly #outputs = new Map<string, readonly MatchedOutput[]>();
  readonly #spends = new Map<string, MatchedSpend>();
  /** The outputs whose spends the transactions passed over were looked through for. */
  #lookedFor = new Set<string>();

  /** @param expected - transactions that are read before all others */
  constructor(node: BitcoinNode, scriptPubKey: Uint8Array, expected: readonly string[]) {
    this.#node = node;
    this.#scriptPubKey = scriptPubKey;
    this.#expected = expected;
  }

  /** @param confirmed - the outputs in blocks that are not spent in a block */
  async look(confirmed: readonly Outpoint[]): Promise<MempoolLook> {
    const waiting = new Set(await this.#node.mempool());
    this.#keepOnly(waiting);
    let budget = READS_A_LOOK;
    let watched: readonly Outpoint[];
    let spenders: readonly (string | undefined)[] | undefined;
    do {
      // A payment may have been found after its spend was passed over; the second round looks for it too.
      const unread = this.#unread(waiting).slice(0, budget);
      budget -= unread.length;
      await this.#readAll(unread, confirmed);
      watched = [...confirmed, ...this.#waitingOutputs()];
      spenders = await this.#node.mempoolSpenders(watched);
    } while (spenders === undefined && this.#forgetWhatWasNotLookedFor(watched) && budget > 0);
    if (spenders !== undefined) await this.#readSpenders(watched, spenders);
    const unread = this.#unread(waiting).length;
    return { outputs: this.#waitingOutputs(), spends: new Map(this.#spends), unread };
  }

  #keepOnly(waiting: ReadonlySet<string>): void {
    for (const txid of this.#passed) if (!waiting.has(txid)) this.#passed.delete(txid);
    for (const txid of this.#outputs.keys()) if (!waiting.has(txid)) this.#outputs.delete(txid);
    for (const [key, { txid }] of this.#spends) if (!waiting.has(txid)) this.#spends.delete(key);
  }

  #unread(waiting: ReadonlySet<string>): readonly string[] {
    const first = this.#expected.filter((txid) => waiting.has(txid));
    return [...new Set([...first, ...waiting])].filter((txid) => !this.#passed.has(txid));
  }

  #waitingOutputs(): readonly MatchedOutput[] {
    return [...this.#outputs.values()].flat();
  }

  /** True when there are outputs now that the transactions passed over were not looked through for. */
  #forgetWhatWasNotLookedFor(watched: readonly Outpoint[]): boolean {
    const keys = new Set(watched.map(outpointKey));
    const complete = [...keys].every((key) => this.#lookedFor.has(key));
    this.#lookedFor = keys;
    if (!complete) this.#passed.clear();
    return !complete;
  }

  async #readAll(txids: readonly string[], confirmed: readonly Outpoint[]): Promise<void> {
    const rest = [...txids].reverse();
    const work = async (): Promise<void> => {
      for (let txid = rest.pop(); txid !== undefined; txid = rest.pop()) {
        await this.#read(txid, [...confirmed, ...this.#waitingOutputs()]);
        this.#passed.add(txid);
      }
    };
    const workers = Array.from({ length: CALLS_AT_ONCE }, () =>
      work().catch((error: unknown) => {
        // The others stop too, so that nothing of this look goes on beside the next.
        rest.length = 0;
        throw error;
      }),
    );
    await Promise.allSettled(workers);
    await Promise.all(workers);
  }

  async #readSpenders(
    watched: readonly Outpoint[],
    spenders: readonly (string | undefined)[],
  ): Promise<void> {
    for (const [index, outpoint] of watched.entries()) {
      const spender = spenders[index];
      const key = outpointKey(outpoint);
      if (spender !== undefined && spender === this.#spends.get(key)?.txid) continue;
      this.#spends.delete(key);
      if (spender !== undefined) await this.#read(spender, [outpoint]);
    }
  }

  /** What has left the mempool since its ids were listed is in a block, or gone: the next look shows which. */
  async #read(txid: string, watched: readonly Outpoint[]): Promise<void> {
    const known = await this.#node.transaction(txid);
    if (known === undefined || known.confirmations > 0) return;
    const raw = known.rawTransaction;
    if (!mayConcern(raw, this.#scriptPubKey, watched)) return;
    const transaction = parseTransaction(raw, this.#node.parameters);
    const outputs = outputsTo(this.#scriptPubKey, txid, transaction);
    if (outputs.length > 0) this.#outputs.set(txid, outputs);
    const keys = new Set(watched.map(outpointKey));
    for (const spend of spendsOf((key) => keys.has(key), txid, transaction, raw)) {
      this.#spends.set(outpointKey(spend.outpoint), spend);
    }
  }
}
