import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { MlDsaSigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { onTestFinished } from 'vitest';
import {
  cosigner,
  readVerifierKey,
  readWitnessPolicy,
  verifierKey,
  writeVerifierKey,
  type NoteSigner,
  type VerifierKey,
  type WitnessPolicy,
} from '../src/index.ts';
import {
  createWitness,
  createWitnessServer,
  openWitnessStore,
  type Witness,
  type WitnessOptions,
  type WitnessStoreFile,
} from '../src/witness.ts';
import { ORIGIN, SIGNER, signerOf, temporaryFolder } from './temporary-log.ts';

/** Of the test log. */
export const LOG_KEY: VerifierKey = required(verifierKey(ORIGIN, 'ed25519', SIGNER.publicKey));
export const LOG = { origin: ORIGIN, verifierKeys: [writeVerifierKey(LOG_KEY)] };

export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing is there');
  return value;
}

export function keyOf(signer: NoteSigner): VerifierKey {
  return required(readVerifierKey(signer.verifierKey));
}

export function mlDsaOf(byte: number): MlDsaSigningKey {
  using seed = SecretBytes.copyOf(new Uint8Array(32).fill(byte));
  return MlDsaSigningKey.fromSeed('ML-DSA-44', seed);
}

/** Two witnesses have Ed25519 keys, the third one an ML-DSA-44 key. */
export function cosignerOf(number: number): NoteSigner {
  const name = `witness.example/w${number}`;
  return cosigner(name, number % 3 === 0 ? mlDsaOf(number) : signerOf(100 + number));
}

/** A store that is closed when the test is over. */
export async function testStore(
  path: string = join(temporaryFolder(), 'witness.db'),
): Promise<WitnessStoreFile> {
  const store = await openWitnessStore(path);
  onTestFinished(() => store.close());
  return store;
}

/** A witness of the test log with a store of its own. */
export async function testWitness(options: Partial<WitnessOptions> = {}): Promise<Witness> {
  const store = options.store ?? (await testStore());
  return createWitness({ logs: [LOG], cosigners: [cosignerOf(1)], ...options, store });
}

/** Serves until the test is over; the URL. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function serveWitness(witness: Witness): Promise<string> {
  return listen(createWitnessServer(witness));
}

/** An HTTP server that gives one answer to everything. */
export function serveAnswer(status: number, contentType: string, body: string | Uint8Array): Promise<string> {
  return listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'Content-Type': contentType });
      response.end(body);
    }),
  );
}

/** A policy of these lines; the log of the tests is in it. */
export function policyOf(...lines: readonly string[]): WitnessPolicy {
  const text = [`log ${writeVerifierKey(LOG_KEY)}`, ...lines, ''].join('\n');
  const result = readWitnessPolicy(new TextEncoder().encode(text));
  if (!result.ok) throw new Error(`line ${result.line}: ${result.reason}`);
  return result.policy;
}
