import { ElligatorSwiftKey } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

/** The opponent is not a dependency of the suite: the runner installs it first. */
export const needsOpponents = true;

/** What is used of @scure/btc-signer 2.4.1. */
interface P2p {
  readonly elligatorSwift: {
    keygen(): { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };
    getSharedSecretBip324(
      privateKeyOurs: Uint8Array,
      publicKeyTheirs: Uint8Array,
      publicKeyOurs: Uint8Array,
      initiating: boolean,
    ): Uint8Array;
  };
}

/** How many keys a call makes: an encoding is tried for until it exists, so single calls differ a lot. */
const KEYS = 20;

/**
 * Both sides make a fresh key with its encoding and the hashed secret that it shares with the same other key, which is
 * what each end of a BIP324 connection does once.
 */
async function prepare(): Promise<Prepared> {
  const { elligatorSwift } = (await opponent('@scure/btc-signer/p2p.js')) as P2p;
  const other = elligatorSwift.keygen();

  const ours = (): { readonly publicKey: Uint8Array; readonly shared: Uint8Array } => {
    using key = ElligatorSwiftKey.generate();
    using shared = key.sharedSecret(other.publicKey, 'initiator');
    return { publicKey: key.publicKey, shared: shared.expose((bytes) => bytes.slice()) };
  };
  const peer = (): { readonly publicKey: Uint8Array; readonly shared: Uint8Array } => {
    const key = elligatorSwift.keygen();
    const shared = elligatorSwift.getSharedSecretBip324(key.privateKey, other.publicKey, key.publicKey, true);
    return { publicKey: key.publicKey, shared };
  };

  for (const exchange of [ours, peer]) {
    const { publicKey, shared } = exchange();
    const theirs = elligatorSwift.getSharedSecretBip324(other.privateKey, publicKey, other.publicKey, false);
    if (Buffer.compare(shared, theirs) !== 0) throw new Error('the two ends do not share a secret');
  }
  return { ours: repeat(ours), peer: repeat(peer) };
}

function repeat(exchange: () => unknown): () => void {
  return () => {
    for (let count = 0; count < KEYS; count += 1) exchange();
  };
}

export const benches: readonly Bench[] = [
  {
    name: 'elligator-swift',
    goal: 4,
    peer: '@scure/btc-signer@2.4.1',
    unitsOurs: KEYS,
    unitsPeer: KEYS,
    prepare,
  },
];
