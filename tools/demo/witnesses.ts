import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { cosigner, verifierKey, writeVerifierKey } from '@bitcoin-enterprise/audit';
import {
  createWitness,
  createWitnessServer,
  openWitnessStore,
  type WitnessStoreFile,
} from '@bitcoin-enterprise/audit/witness';
import { Ed25519SigningKey, fromHex, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { LogIdentity } from './evidence.ts';

const NAMES = ['north', 'south', 'east'] as const;

/** Three witnesses, each with a key, a store and an HTTP server of its own, two of which are a quorum. */
export class DemoWitnesses implements AsyncDisposable {
  /** The policy file (C2SP tlog-policy) by which a cosigned checkpoint is judged. */
  readonly policy: string;
  readonly #servers: readonly Server[];
  readonly #stores: readonly WitnessStoreFile[];

  private constructor(policy: string, servers: readonly Server[], stores: readonly WitnessStoreFile[]) {
    this.policy = policy;
    this.#servers = servers;
    this.#stores = stores;
  }

  /** Starts the witnesses of these logs, with their stores in `folder`. */
  static async open(folder: string, logs: readonly LogIdentity[]): Promise<DemoWitnesses> {
    const watched = logs.map((log) => ({ origin: log.origin, verifierKeys: [verifierKeyOf(log)] }));
    const [servers, stores, lines]: [Server[], WitnessStoreFile[], string[]] = [[], [], []];
    for (const name of NAMES) {
      using seed = SecretBytes.random(32);
      const key = cosigner(`bitcoin-enterprise.example/witness/${name}`, Ed25519SigningKey.fromSeed(seed));
      const store = await openWitnessStore(join(folder, `${name}.witness`));
      const server = createWitnessServer(createWitness({ store, logs: watched, cosigners: [key] }));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      stores.push(store);
      servers.push(server);
      const { port } = server.address() as AddressInfo;
      lines.push(`witness ${name} ${key.verifierKey} http://127.0.0.1:${port}`);
    }
    const known = logs.map((log) => `log ${verifierKeyOf(log)}`);
    const policy = [...known, ...lines, `group two 2 ${NAMES.join(' ')}`, 'quorum two', ''].join('\n');
    return new DemoWitnesses(policy, servers, stores);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    for (const store of this.#stores) await store[Symbol.asyncDispose]();
  }
}

function verifierKeyOf({ origin, publicKey }: LogIdentity): string {
  const key = verifierKey(origin, 'ed25519', fromHex(publicKey));
  if (key === undefined) throw new Error(`${origin} has no key`);
  return writeVerifierKey(key);
}
