// One party of a swap as a process of its own: its key store, its log, its wallets. It is told what to do and tells
// what it does over the channel to its parent, and can be told to kill itself at any step.
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import {
  type BundleSelection,
  type FilePin,
  folderSink,
  type Log,
  openFilePin,
  openLog,
  publishTiles,
  readWitnessPolicy,
} from '@bitcoin-enterprise/audit';
import { openWitnessPin } from '@bitcoin-enterprise/audit/witness';
import {
  answerOverTcp,
  askOverTcp,
  type Counterparty,
  htlcOf,
  type Leg,
  openSwapDesk,
  type SwapDesk,
  type SwapRun,
  type SwapState,
  type SwapStep,
  type SwapSummary,
  type TcpAnswerer,
} from '@bitcoin-enterprise/cci-sat';
import { connectBitcoin, openNodeWallet, parametersFor } from '@bitcoin-enterprise/chain';
import {
  ARGON2ID_MINIMUM,
  createKeystore,
  fromHex,
  type Keystore,
  openKeystore,
  SecretBytes,
  toHex,
} from '@bitcoin-enterprise/crypto-core';
import {
  isKillPoint,
  type KillPoint,
  type PartyAddress,
  type PartyChain,
  type PartyCommand,
  type PartyReport,
  type PartySetup,
  stepName,
  type SwapReport,
  type WholeLogEvidence,
} from './party-protocol.ts';

interface Party {
  readonly setup: PartySetup;
  readonly log: Log;
  readonly pin: FilePin;
  readonly keys: Keystore;
  readonly desk: SwapDesk;
  readonly answerer: TcpAnswerer;
}

let killAt: KillPoint | undefined;
let party: Party | undefined;

function tell(report: PartyReport): void {
  process.send?.(report);
}

function observe(step: SwapStep): void {
  if (isKillPoint(step, killAt)) process.kill(process.pid, 'SIGKILL');
  tell({
    tells: 'step',
    time: Date.now(),
    swap: step.swap,
    kind: step.kind,
    name: stepName(step),
    ...(step.kind === 'recorded' && { phase: step.phase }),
    detail: detailOf(step),
  });
}

/** The figure of a step that a person wants to see; never a secret. */
function detailOf(step: SwapStep): string {
  if (step.kind === 'trouble') return `${step.error.name}: ${step.error.message}`;
  if (step.kind === 'done') return step.published?.reason ?? step.published?.outcome ?? '';
  const { event } = step;
  if ('lock' in event) return event.lock.txid;
  if ('claim' in event) return event.claim.txid;
  if ('refund' in event) return event.refund.txid;
  if ('txid' in event) return event.txid;
  if ('sighting' in event) return `block ${event.sighting.height}`;
  if ('checks' in event)
    return `${event.checks.filter((check) => check.ok).length} of ${event.checks.length} rules hold`;
  if (event.type === 'alert') return `${event.code}: ${event.value}`;
  return '';
}

async function keystoreOf({ folder, passphrase }: PartySetup): Promise<Keystore> {
  const path = join(folder, 'keys.json');
  using secret = SecretBytes.fromUtf8(passphrase);
  return existsSync(path)
    ? await openKeystore(path, { passphrase: secret })
    : await createKeystore(path, { passphrase: secret, cost: ARGON2ID_MINIMUM });
}

async function setUp(setup: PartySetup): Promise<Party> {
  killAt = setup.killAt;
  mkdirSync(setup.folder, { recursive: true });
  const keys = await keystoreOf(setup);
  const pin = await openFilePin(join(setup.folder, 'desk.pin'));
  const log = await openLog(join(setup.folder, 'desk.log'), {
    origin: `bitcoin-enterprise.example/${setup.name}`,
    signer: keys.ed25519('log'),
    pin,
  });
  const access = async (chain: 'bitcoin' | 'litecoin', { url, cookieFile, wallet }: PartyChain) => {
    const node = await connectBitcoin({
      url,
      auth: { cookieFile },
      parameters: parametersFor(chain, 'regtest'),
    });
    return { node, wallet: await openNodeWallet(node, wallet) };
  };
  const chains = {
    bitcoin: await access('bitcoin', setup.chains.bitcoin),
    litecoin: await access('litecoin', setup.chains.litecoin),
  };
  const { policy, pollMs } = setup;
  const desk = openSwapDesk({ log, keys, chains, policy, pollMs, approve: () => true, observe });
  const answerer = await answerOverTcp((message) => desk.answer(message), { port: setup.port ?? 0 });
  return { setup, log, pin, keys, desk, answerer };
}

function counterpartyAt({ identity, host, port }: PartyAddress): Counterparty {
  return { identity: fromHex(identity), ask: askOverTcp({ host, port }) };
}

function reportOf({ id, phase }: SwapSummary, state: SwapState | undefined): SwapReport {
  if (state === undefined) return { swap: id, phase };
  const { terms } = state;
  const script = (chain: Leg['chain']): string => {
    const leg = terms.firstLeg.chain === chain ? terms.firstLeg : terms.secondLeg;
    return toHex(htlcOf(terms, leg).scriptPubKey);
  };
  return {
    swap: id,
    phase,
    scripts: { bitcoin: script('bitcoin'), litecoin: script('litecoin') },
    lockTimes: { first: terms.firstLeg.refundLockTime, second: terms.secondLeg.refundLockTime },
  };
}

function follow(run: SwapRun): void {
  tell({ tells: 'agreed', report: reportOf(run, run.state) });
  run.finished.then(
    () => {
      tell({ tells: 'finished', report: reportOf(run, run.state) });
    },
    (error: unknown) => {
      if (party !== undefined) fail(error);
    },
  );
}

async function obey(command: PartyCommand): Promise<void> {
  if (command.do === 'set-up') {
    party = await setUp(command.setup);
    const { desk, keys, answerer } = party;
    void followAccepted(desk);
    const { counterparty } = command.setup;
    const swaps = (await desk.swaps()).map(async (summary) =>
      reportOf(summary, await desk.state(summary.id)),
    );
    tell({
      tells: 'ready',
      identity: toHex(desk.identity),
      port: answerer.address.port,
      logKey: toHex(keys.ed25519('log').publicKey),
      swaps: await Promise.all(swaps),
    });
    // Whoever is killed does not come to write it.
    flushCompileCache();
    (await desk.resume(() => counterparty && counterpartyAt(counterparty))).forEach(follow);
    return;
  }
  if (command.do === 'kill-at') {
    killAt = command.point;
    tell({ tells: 'armed' });
    return;
  }
  if (party === undefined) throw new Error('the party is not set up');
  const { desk, log, setup } = party;
  switch (command.do) {
    case 'propose':
      follow(
        await desk.propose({
          give: { chain: 'bitcoin', amountSat: command.giveSat },
          take: { chain: 'litecoin', amountSat: command.takeSat },
          script: command.script,
          to: counterpartyAt(command.to),
        }),
      );
      return;
    case 'export': {
      const file = join(setup.folder, `${command.swap ?? 'whole-log'}.evidence.jsonl`);
      await writeFile(
        file,
        command.swap === undefined
          ? log.exportBundle(await wholeLogOf(command))
          : await desk.exportEvidence(command.swap),
      );
      tell({ tells: 'exported', file, ...(command.swap !== undefined && { swap: command.swap }) });
      return;
    }
    case 'witness': {
      const read = readWitnessPolicy(Buffer.from(command.policy));
      if (!read.ok) throw new Error(`line ${read.line} of the policy: ${read.reason}`);
      const witnesses = await openWitnessPin({
        path: join(setup.folder, 'cosigned.note'),
        policy: read.policy,
      });
      const { size } = log;
      await witnesses.pin(await log.checkpoint(), (from) => log.consistencyProof(from, size));
      tell({ tells: 'witnessed', checkpoint: (await witnesses.latest()) ?? '' });
      return;
    }
    case 'publish': {
      const publicKey = party.keys.ed25519('log').publicKey;
      const { size } = await publishTiles(log, folderSink(command.folder), { publicKey });
      tell({ tells: 'published', size });
      return;
    }
    case 'close': {
      const { keys, answerer, pin } = party;
      party = undefined;
      await answerer[Symbol.asyncDispose]();
      await desk.close();
      tell({ tells: 'closed', size: log.size, checkpoint: log.size === 0 ? '' : await log.checkpoint() });
      await log.close();
      await pin.close();
      keys[Symbol.dispose]();
      process.disconnect();
    }
  }
}

async function wholeLogOf({ checkpoint, anchor }: WholeLogEvidence): Promise<BundleSelection> {
  return {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(anchor !== undefined && { anchors: [await readFile(anchor)] }),
  };
}

async function followAccepted(desk: SwapDesk): Promise<void> {
  for await (const run of desk.accepted()) follow(run);
}

function fail(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
  tell({
    tells: 'failed',
    code,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

let queue = Promise.resolve();
process.on('message', (command: PartyCommand) => {
  queue = queue.then(() => obey(command)).catch(fail);
});
// Without a parent there is nobody to play for: it died, or it has heard enough.
process.on('disconnect', () => process.exit(party === undefined ? 0 : 1));
// A terminal sends Ctrl-C to the whole group; the parent decides when a party ends.
process.on('SIGINT', () => undefined);
