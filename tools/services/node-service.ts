import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { callRpc } from './json-rpc.ts';
import { locate, type LocatedService } from './locate.ts';
import { ServiceError } from './service-error.ts';
import { ServiceProcess, type Ending } from './service-process.ts';

const ATTEMPTS = 5;
const DEFAULT_READY_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const POLL_MS = 20;
const SHOWN_LOG_LINES = 15;
/** Both nodes' words for a port that somebody else has. */
const PORT_TAKEN = /Unable to bind|Address already in use|Unable to start HTTP server/i;

const CONFIGURATION_FILE = 'node.conf';
/**
 * What not every node knows: unknown names are an error on the command line, and overlooked in a file. No port
 * mapping at a router; and Knots refuses to start when its clock, which tests set, is past a date built into it.
 */
const CONFIGURATION = 'natpmp=0\nupnp=0\nsoftwareexpiry=0\n';

/** A service that runs until it is stopped, or until this process ends in whatever way. */
export interface RunningService extends AsyncDisposable {
  readonly name: string;
  /** As the service says itself, for example `/Satoshi:29.0.0/`. */
  readonly version: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataFolder: string;
  /** The end of what it has written to its standard output and error. */
  log(): string;
  /** Ends it in order, then removes its data folder. */
  stop(o?: Ending): Promise<void>;
  /** Ends it with SIGKILL, then removes its data folder. */
  kill(o?: Ending): Promise<void>;
}

export interface RunningNode extends RunningService {
  /** Holds `user:password` for the RPC; written anew at each start. */
  readonly cookieFile: string;
  readonly p2pPort: number;
}

export interface NodeOptions {
  readonly extraArguments?: readonly string[];
  /** A folder of the caller's, which is kept; by default a new one that is removed when the node ends. */
  readonly dataFolder?: string;
  /** The RPC port; by default one that the operating system says is free. */
  readonly port?: number;
  /** How long it may take until it answers, by default a minute; more for a folder with a long chain. */
  readonly readyWithinMs?: number;
  /** Where `locate` looks for its variables, by default the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Bitcoin Core or Bitcoin Knots on regtest, with the wallet, without peers. */
export function startBitcoind(o: NodeOptions = {}): Promise<RunningNode> {
  return startNode('bitcoind', o);
}

/** Litecoin Core on regtest, with the wallet, without peers. */
export function startLitecoind(o: NodeOptions = {}): Promise<RunningNode> {
  return startNode('litecoind', o);
}

async function startNode(name: 'bitcoind' | 'litecoind', o: NodeOptions): Promise<RunningNode> {
  const located = await locate(name, o.environment === undefined ? {} : { environment: o.environment });
  for (let attempt = 1; ; attempt++) {
    const port = o.port ?? (await freePort());
    try {
      return await startOnce(name, located, { ...o, port }, await freePort());
    } catch (error) {
      const portTaken =
        error instanceof ServiceError && error.code === 'service-exited' && PORT_TAKEN.test(error.message);
      if (!portTaken || o.port !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(
  name: string,
  located: LocatedService,
  o: NodeOptions & { port: number },
  p2pPort: number,
): Promise<RunningNode> {
  const removesFolder = o.dataFolder === undefined;
  // Synchronous up to the process, which takes the folder with it: nothing comes between that would leave it behind.
  const dataFolder = removesFolder ? mkdtempSync(join(tmpdir(), `${name}-`)) : resolve(o.dataFolder);
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(dataFolder, CONFIGURATION_FILE), CONFIGURATION);
  const process = new ServiceProcess({
    command: located.command,
    commandArguments: [
      ...located.prefixArguments,
      ...nodeArguments(dataFolder, o.port, p2pPort),
      ...(o.extraArguments ?? []),
    ],
    folder: dataFolder,
    removesFolder,
  });
  const url = `http://127.0.0.1:${o.port}`;
  const cookieFile = join(dataFolder, 'regtest', '.cookie');
  let version: string;
  try {
    version = await ready(name, process, { url, cookieFile }, o.readyWithinMs ?? DEFAULT_READY_WITHIN_MS);
  } catch (error) {
    await process.kill();
    throw error;
  }
  let ended: Promise<void> | undefined;
  return {
    name,
    version,
    url,
    port: o.port,
    p2pPort,
    pid: process.pid,
    dataFolder,
    cookieFile,
    log: () => process.log(),
    stop: (ending) => (ended ??= process.terminate(STOP_GRACE_MS, ending)),
    kill: (ending) => (ended ??= process.kill(ending)),
    [Symbol.asyncDispose]: () => (ended ??= process.terminate(STOP_GRACE_MS)),
  };
}

/** Waits until the node answers; gives its version. */
async function ready(
  name: string,
  process: ServiceProcess,
  node: { url: string; cookieFile: string },
  withinMs: number,
): Promise<string> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (process.hasExited) {
      const status = String(await process.exited);
      throw new ServiceError(
        'service-exited',
        `${name} ended with ${status} before it was ready:\n${lastWords(process)}`,
        {
          value: status,
        },
      );
    }
    try {
      await callRpc(node, 'getblockchaininfo');
      const { subversion } = (await callRpc(node, 'getnetworkinfo')) as { subversion: string };
      return subversion;
    } catch (error) {
      // No cookie yet, no listener yet, or "warming up": each ends by itself, or the process does.
      if (Date.now() < deadline) {
        await delay(POLL_MS);
        continue;
      }
      throw new ServiceError('service-not-ready', `${name} did not answer in time:\n${lastWords(process)}`, {
        limit: `${withinMs} ms`,
        cause: error,
      });
    }
  }
}

function lastWords(process: ServiceProcess): string {
  return process.lastLogLines(SHOWN_LOG_LINES) || '(it wrote nothing)';
}

/** Small, quiet, without peers; both nodes know every one of these. */
function nodeArguments(dataFolder: string, port: number, p2pPort: number): string[] {
  return [
    '-regtest',
    `-datadir=${dataFolder}`,
    `-conf=${CONFIGURATION_FILE}`,
    '-server',
    '-rpcbind=127.0.0.1',
    '-rpcallowip=127.0.0.1',
    `-rpcport=${port}`,
    '-rpcworkqueue=256',
    '-listen',
    `-bind=127.0.0.1:${p2pPort}`,
    '-listenonion=0',
    '-discover=0',
    '-dnsseed=0',
    '-connect=0',
    '-txindex=0',
    '-dbcache=16',
    '-keypool=20',
    '-fallbackfee=0.0001',
    // Knots' default is legacy.
    '-addresstype=bech32',
    '-changetype=bech32',
    // On by default on regtest, and cost more with every block.
    '-checkblockindex=0',
    '-checkmempool=0',
    '-printtoconsole=1',
    '-nodebuglogfile',
  ];
}
