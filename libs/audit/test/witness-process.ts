// Run by tests as a process of its own, to be killed: serves a witness over the store that is its argument, and prints its
// port.
import { writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { cosigner, verifierKey, writeVerifierKey } from '../src/index.ts';
import { createWitness, createWitnessServer, openWitnessStore } from '../src/witness.ts';

function keyOf(byte: number): Ed25519SigningKey {
  using seed = SecretBytes.copyOf(new Uint8Array(32).fill(byte));
  return Ed25519SigningKey.fromSeed(seed);
}

const [, , path = ''] = process.argv;
const origin = 'example.com/desk/log';
const logKey = verifierKey(origin, 'ed25519', keyOf(7).publicKey);
if (logKey === undefined) throw new Error('no key');
const witness = createWitness({
  store: await openWitnessStore(path),
  logs: [{ origin, verifierKeys: [writeVerifierKey(logKey)] }],
  cosigners: [cosigner('witness.example/w1', keyOf(101))],
});
const server = createWitnessServer(witness);
server.listen(0, '127.0.0.1', () => {
  writeSync(1, `${(server.address() as AddressInfo).port}\n`);
});
