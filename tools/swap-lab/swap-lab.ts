import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_SWAP_POLICY, type LockScript, type SwapPolicy } from '@bitcoin-enterprise/cci-sat';
import type { KillPoint, PartyAddress, PartyReport, PartySetup } from './party-protocol.ts';
import { PartyProcess } from './start-party.ts';
import { endWithThisProcess } from '../services/end-with-process.ts';
import { type Regtest, startRegtest } from '../regtest/regtest.ts';

interface Block {
  readonly height: number;
  readonly previousblockhash?: string;
  readonly tx: readonly { readonly vout: readonly { readonly scriptPubKey: { readonly hex: string } }[] }[];
}

/** Regtest starts with 110 blocks that pay the miner. */
const FIRST_SWAP_HEIGHT = 110;

export type { KillPoint } from './party-protocol.ts';
export type { PartyProcess } from './start-party.ts';

export type PartyName = 'alice' | 'bob';

/** Fewer confirmations than a desk would ask for, so that a demonstration takes seconds; all else is the default. */
const POLICY: SwapPolicy = {
  ...DEFAULT_SWAP_POLICY,
  chains: {
    bitcoin: { ...DEFAULT_SWAP_POLICY.chains.bitcoin, confirmations: 2 },
    litecoin: { ...DEFAULT_SWAP_POLICY.chains.litecoin, confirmations: 2 },
  },
};

const CHAINS = ['bitcoin', 'litecoin'] as const;

/** A transaction's own block, the confirmations of the policy, and one to spare. */
const BLOCKS_TO_FINAL = 3;

/** How far both clocks move with each block. */
const BLOCK_SECONDS = 300;

export const GIVE_SAT = 5_000_000n;
export const TAKE_SAT = 310_000_000n;

/**
 * Two parties, Alice with bitcoin and Bob with litecoin, each a process with its own key store, log and wallets, on
 * two real nodes in regtest mode whose blocks come when this asks for them.
 */
export class SwapLab implements AsyncDisposable {
  readonly regtest: Regtest;
  readonly #folder: string;
  readonly #onReport: (party: PartyName, report: PartyReport) => void;
  readonly #ports = new Map<PartyName, number>();
  readonly #running = new Map<PartyName, PartyProcess>();
  readonly #forget: () => void;
  #bobAddress: PartyAddress | undefined;

  private constructor(
    regtest: Regtest,
    folder: string,
    onReport: (party: PartyName, report: PartyReport) => void,
  ) {
    this.#forget = endWithThisProcess({
      endNow: () => {
        rmSync(folder, { recursive: true, force: true });
      },
    });
    this.regtest = regtest;
    this.#folder = folder;
    this.#onReport = onReport;
  }

  /** Starts the nodes and fills both wallets. `folder` is removed when the lab closes. */
  static async open(
    folder: string,
    onReport: (party: PartyName, report: PartyReport) => void = () => undefined,
  ): Promise<SwapLab> {
    const lab = new SwapLab(await startRegtest(), folder, onReport);
    for (const party of ['alice', 'bob'] as const) {
      for (const chain of CHAINS) await lab.regtest.createWallet(chain, party);
    }
    return lab;
  }

  /** Pays for `swaps` swaps, each from an output of its own. */
  async fund(swaps: number): Promise<void> {
    await this.regtest.fund('bitcoin', 'alice', BigInt(swaps) * (GIVE_SAT + 1_000_000n), { outputs: swaps });
    await this.regtest.fund('litecoin', 'bob', BigInt(swaps) * (TAKE_SAT + 1_000_000n), { outputs: swaps });
  }

  /** Starts a party, or starts it again on what it left; `killed` if it killed itself before it was ready. */
  async start(name: PartyName, killAt?: KillPoint): Promise<PartyProcess | 'killed'> {
    const access = (chain: 'bitcoin' | 'litecoin') => {
      const { url, cookieFile } = this.regtest[chain];
      return { url, cookieFile, wallet: name };
    };
    const setup: PartySetup = {
      name,
      folder: join(this.#folder, name),
      passphrase: `${name} has a passphrase of her or his own`,
      chains: { bitcoin: access('bitcoin'), litecoin: access('litecoin') },
      policy: POLICY,
      pollMs: 50,
      port: this.#ports.get(name) ?? 0,
      ...(name === 'alice' && this.#bobAddress && { counterparty: this.#bobAddress }),
      ...(killAt && { killAt }),
    };
    const party = await PartyProcess.start(setup, (report) => {
      this.#onReport(name, report);
    });
    if (party === 'killed') return party;
    // Started again, it listens where it listened before.
    this.#ports.set(name, party.ready.port);
    if (name === 'bob') this.#bobAddress = party.address;
    this.#running.set(name, party);
    return party;
  }

  /** Starts both parties side by side. */
  async startBoth(): Promise<Record<PartyName, PartyProcess>> {
    const [alice, bob] = await Promise.all([this.startAgain('alice'), this.startAgain('bob')]);
    return { alice, bob };
  }

  /** Starts a party that is not told to kill itself. */
  async startAgain(name: PartyName): Promise<PartyProcess> {
    const party = await this.start(name);
    if (party === 'killed') throw new Error(`${name} did not start`);
    return party;
  }

  /** Alice proposes a swap to Bob. */
  propose(alice: PartyProcess, script: LockScript): void {
    if (this.#bobAddress === undefined) throw new Error('bob was never started');
    alice.propose({ script, giveSat: GIVE_SAT, takeSat: TAKE_SAT, to: this.#bobAddress });
  }

  /** The swap of a party that is not among those known; undefined if it has none and is not about to have one. */
  async newSwap(party: PartyProcess, known: ReadonlySet<string>): Promise<string | undefined> {
    const atStart = party.ready.swaps.find(({ swap }) => !known.has(swap));
    if (atStart !== undefined || !party.isProposing) return atStart?.swap;
    const step = await party.until((report) => report.tells === 'step' && !known.has(report.swap));
    return step.tells === 'step' ? step.swap : undefined;
  }

  /**
   * Lets blocks come while something waits for one, until `done` says so: as long as a transaction is unconfirmed,
   * and for the confirmations after it. Both chains get theirs at once and their clocks stay together, so that chain
   * time follows what happens and not how fast this machine is.
   */
  async mineUntil(done: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    // What confirmed before this call may still lack confirmations.
    let owed = BLOCKS_TO_FINAL;
    while (!(await done())) {
      if (performance.now() > deadline) throw new Error(`not done after ${timeoutMs} ms`);
      const waiting = await Promise.all(CHAINS.map((chain) => this.regtest.mempool(chain)));
      if (waiting.flat().length > 0) owed = BLOCKS_TO_FINAL;
      if (owed > 0) {
        const counts = await Promise.all(CHAINS.map((chain) => this.#mineOne(chain)));
        // A block with more than its coinbase: what it confirmed wants its confirmations too.
        owed = counts.some((transactions) => transactions > 1) ? BLOCKS_TO_FINAL - 1 : owed - 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Mines one block and gives the number of its transactions. */
  async #mineOne(chain: 'bitcoin' | 'litecoin'): Promise<number> {
    const [hash] = await this.regtest.mine(chain, 1, { timeStepSeconds: BLOCK_SECONDS });
    const header = (await this.regtest[chain].rpc('getblockheader', [hash])) as { readonly nTx: number };
    return header.nTx;
  }

  /** Lets time pass on both chains until the median-time-past is beyond `unixSeconds`. */
  async passTime(unixSeconds: number): Promise<void> {
    await Promise.all([
      this.regtest.advanceMedianTime('bitcoin', unixSeconds + 1),
      this.regtest.advanceMedianTime('litecoin', unixSeconds + 1),
    ]);
  }

  /** Lets blocks come until a swap has ended for both parties. */
  async settle(swap: string, parties: Readonly<Record<PartyName, PartyProcess>>): Promise<void> {
    await this.mineUntil(() => Object.values(parties).every((party) => party.endOf(swap) !== undefined));
  }

  /** How many outputs on the chain pay to a script, spent or not. */
  async outputsTo(chain: 'bitcoin' | 'litecoin', scriptPubKey: string): Promise<number> {
    let outputs = 0;
    const node = this.regtest[chain];
    let hash = (await node.rpc('getbestblockhash')) as string | undefined;
    while (hash !== undefined) {
      const block = (await node.rpc('getblock', [hash, 2])) as Block;
      for (const { vout } of block.tx)
        outputs += vout.filter((output) => output.scriptPubKey.hex === scriptPubKey).length;
      // Below are the miner's own first blocks.
      hash = block.height > FIRST_SWAP_HEIGHT ? block.previousblockhash : undefined;
    }
    return outputs;
  }

  /** Closes both parties in order, if they run. */
  async closeParties(): Promise<void> {
    for (const party of this.#running.values()) if (!party.ended) await party.close();
    this.#running.clear();
  }

  /** Ends whatever party still runs, at once. */
  async killParties(): Promise<void> {
    await Promise.all([...this.#running.values()].map((party) => party.kill()));
    this.#running.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killParties();
    await this.regtest[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
    this.#forget();
  }
}
