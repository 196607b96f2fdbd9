import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type LogOptions, openLog } from '@bitcoin-enterprise/audit';
import { connectBitcoin, openNodeWallet, parametersFor } from '@bitcoin-enterprise/chain';
import {
  ARGON2ID_MINIMUM,
  createKeystore,
  type Keystore,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import { type Regtest, startRegtest } from '@bitcoin-enterprise/tools/regtest';
import type { ChainAccess } from '../src/desk/chain-access.ts';
import { openSwapDesk, type SwapDesk, type SwapDeskOptions } from '../src/desk/open-swap-desk.ts';
import type { SwapRequest } from '../src/desk/propose.ts';
import type { SwapRun } from '../src/desk/swap-run.ts';
import { DEFAULT_SWAP_POLICY, type SwapPolicy } from '../src/swap/policy.ts';
import type { Phase } from '../src/swap/state.ts';

export const POLICY: SwapPolicy = {
  ...DEFAULT_SWAP_POLICY,
  chains: {
    bitcoin: { ...DEFAULT_SWAP_POLICY.chains.bitcoin, confirmations: 2 },
    litecoin: { ...DEFAULT_SWAP_POLICY.chains.litecoin, confirmations: 2 },
  },
};

export const GIVE = { chain: 'bitcoin', amountSat: 2_000_000n } as const;
export const TAKE = { chain: 'litecoin', amountSat: 90_000_000n } as const;

/** A party of a test: its key store and log in a folder of its own, its wallets on the shared nodes. */
export interface Party {
  readonly name: string;
  readonly keys: Keystore;
  readonly log: Log;
  readonly chains: { readonly bitcoin: ChainAccess; readonly litecoin: ChainAccess };
}

/** Two real nodes, and as many parties as a test wants. */
export class TwoChains implements AsyncDisposable {
  readonly regtest: Regtest;
  readonly folder: string;
  readonly #parties: Party[] = [];

  private constructor(regtest: Regtest, folder: string) {
    this.regtest = regtest;
    this.folder = folder;
  }

  static async start(): Promise<TwoChains> {
    return new TwoChains(await startRegtest(), await mkdtemp(join(tmpdir(), 'cci-sat-test-')));
  }

  /** A new party with money on both chains. */
  async party(name: string, o: Partial<LogOptions> = {}): Promise<Party> {
    using passphrase = SecretBytes.fromUtf8(`passphrase of ${name}`);
    const keys = await createKeystore(join(this.folder, `${name}.keys.json`), {
      passphrase,
      cost: ARGON2ID_MINIMUM,
    });
    const log = await openLog(join(this.folder, `${name}.log`), {
      origin: `example.org/${name}`,
      signer: keys.ed25519('log'),
      ...o,
    });
    const access = async (chain: 'bitcoin' | 'litecoin', amountSat: bigint): Promise<ChainAccess> => {
      const { url, cookieFile } = this.regtest[chain];
      await this.regtest.createWallet(chain, name);
      await this.regtest.fund(chain, name, amountSat, { outputs: 4 });
      const node = await connectBitcoin({
        url,
        auth: { cookieFile },
        parameters: parametersFor(chain, 'regtest'),
      });
      return { node, wallet: await openNodeWallet(node, name) };
    };
    const party = {
      name,
      keys,
      log,
      chains: {
        bitcoin: await access('bitcoin', 20_000_000n),
        litecoin: await access('litecoin', 900_000_000n),
      },
    };
    this.#parties.push(party);
    return party;
  }

  /** Lets a block come on both chains at a time until a promise settles. */
  async mineWhile<T>(going: Promise<T>): Promise<T> {
    const settled = going.then(
      () => true,
      () => true,
    );
    for (let block = 0; block < 150; block += 1) {
      const shortly = new Promise<false>((resolve) => setTimeout(resolve, 60, false));
      if (await Promise.race([settled, shortly])) return going;
      await this.mine(1);
    }
    throw new Error('not settled after 150 blocks');
  }

  async mine(blocks: number): Promise<void> {
    await Promise.all([
      this.regtest.mine('bitcoin', blocks, { timeStepSeconds: 60 }),
      this.regtest.mine('litecoin', blocks, { timeStepSeconds: 60 }),
    ]);
  }

  async passTime(unixSeconds: number): Promise<void> {
    await Promise.all([
      this.regtest.advanceMedianTime('bitcoin', unixSeconds + 1),
      this.regtest.advanceMedianTime('litecoin', unixSeconds + 1),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { log, keys } of this.#parties) {
      await log.close();
      keys[Symbol.dispose]();
    }
    await this.regtest[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}

/** A desk for a party; it approves everything unless told otherwise. */
export function deskOf(party: Party, o: Partial<SwapDeskOptions> = {}): SwapDesk {
  const { log, keys, chains } = party;
  return openSwapDesk({
    log,
    keys,
    chains,
    policy: POLICY,
    pollMs: 20,
    patienceMs: 2_000,
    approve: () => true,
    ...o,
  });
}

/** The request that most tests make, to a desk in the same process. */
export function request(to: SwapDesk, o: Partial<SwapRequest> = {}): SwapRequest {
  return {
    give: GIVE,
    take: TAKE,
    to: { identity: to.identity, ask: (message) => to.answer(message) },
    ...o,
  };
}

/** The next swap that a desk accepts. Ask before it is proposed. */
export async function nextAccepted(desk: SwapDesk): Promise<SwapRun> {
  for await (const run of desk.accepted()) return run;
  throw new Error('the desk was closed');
}

/** Waits until a run has reached a phase, or ends. */
export async function reached(run: SwapRun, phase: Phase): Promise<void> {
  if (run.phase === phase) return;
  for await (const step of run) if (step.kind === 'recorded' && step.phase === phase) return;
  throw new Error(`the swap ended ${run.phase}`);
}

/** Waits until a run tells of a failure of a node or a wallet with this code. */
export async function troubled(run: SwapRun, code: string): Promise<void> {
  for await (const step of run) {
    if (step.kind === 'trouble' && 'code' in step.error && step.error.code === code) return;
  }
  throw new Error(`the swap ended ${run.phase} without that trouble`);
}
