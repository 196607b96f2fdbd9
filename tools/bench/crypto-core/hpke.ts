import type { webcrypto } from 'node:crypto';
import {
  openAs,
  RecipientKey,
  type RecipientType,
  sealTo,
  SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

export const needsOpponents = true;

/** Sealed to as many at a time: what a file costs once is shared by its recipients. */
const RECIPIENTS = 16;
const FILE_KEY_LENGTH = 32;
const CONTEXT = { context: 'benchmark' };
const INFO = new TextEncoder().encode('benchmark');

/** What is used of @hpke/core. */
interface HpkeCore {
  readonly Aes256Gcm: new () => object;
  readonly HkdfSha256: new () => object;
  readonly DhkemX25519HkdfSha256: new () => object;
  readonly DhkemP256HkdfSha256: new () => object;
  readonly CipherSuite: new (suite: { kem: object; kdf: object; aead: object }) => {
    readonly kem: { generateKeyPair(): Promise<webcrypto.CryptoKeyPair> };
    seal(
      o: { readonly recipientPublicKey: webcrypto.CryptoKey; readonly info: Uint8Array },
      plaintext: Uint8Array,
    ): Promise<{ readonly enc: ArrayBuffer; readonly ct: ArrayBuffer }>;
    open(
      o: {
        readonly recipientKey: webcrypto.CryptoKeyPair;
        readonly enc: ArrayBuffer;
        readonly info: Uint8Array;
      },
      ciphertext: ArrayBuffer,
    ): Promise<ArrayBuffer>;
  };
}

/** Our whole file, for each of its recipients, against one bare HPKE message of 32 bytes. */
function sealing(type: RecipientType, name: string): Bench {
  return {
    name: `seal-to-${type}`,
    goal: 1,
    peer: `@hpke/core@1.9.0 ${name}`,
    unitsOurs: RECIPIENTS,
    prepare: async () => {
      const { ours, peer } = await sides(type);
      return { ours: ours.seal, peer: peer.seal };
    },
  };
}

/** Our whole file, header and body, against one bare HPKE message of 32 bytes. */
function opening(type: RecipientType, name: string): Bench {
  return {
    name: `open-as-${type}`,
    goal: 1,
    peer: `@hpke/core@1.9.0 ${name}`,
    prepare: async () => {
      const { ours, peer } = await sides(type);
      return { ours: ours.open, peer: peer.open };
    },
  };
}

interface Side {
  readonly seal: Prepared['ours'];
  readonly open: Prepared['ours'];
}

async function sides(type: RecipientType): Promise<{ readonly ours: Side; readonly peer: Side }> {
  return { ours: ourSide(type), peer: await peerSide(type) };
}

function ourSide(type: RecipientType): Side {
  const keys = Array.from({ length: RECIPIENTS }, () => RecipientKey.generate(type));
  const [key] = keys;
  if (key === undefined) throw new Error('there is no key');
  const recipients = keys.map(({ publicKey }) => publicKey);
  const plaintext = new Uint8Array(FILE_KEY_LENGTH).fill(1);
  const sealed = sealTo([key.publicKey], plaintext, CONTEXT);
  using opened = openAs(key, sealed, CONTEXT);
  if (!opened.equals(plaintext)) throw new Error('our side does not open');
  return {
    seal: () => {
      sealTo(recipients, plaintext, CONTEXT);
    },
    open: () => {
      openAs(key, sealed, CONTEXT)[Symbol.dispose]();
    },
  };
}

/** @hpke/core has no hybrid KEM: ours is measured against its X25519 alone, which is one half of the work. */
async function peerSide(type: RecipientType): Promise<Side> {
  const core = (await opponent('@hpke/core')) as HpkeCore;
  const kem = type === 'p256' ? new core.DhkemP256HkdfSha256() : new core.DhkemX25519HkdfSha256();
  const suite = new core.CipherSuite({ kem, kdf: new core.HkdfSha256(), aead: new core.Aes256Gcm() });
  const recipientKey = await suite.kem.generateKeyPair();
  const { publicKey: recipientPublicKey } = recipientKey;
  const plaintext = new Uint8Array(FILE_KEY_LENGTH).fill(1);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: INFO }, plaintext);
  using opened = SecretBytes.copyOf(new Uint8Array(await suite.open({ recipientKey, enc, info: INFO }, ct)));
  if (!opened.equals(plaintext)) throw new Error('their side does not open');
  return {
    seal: async () => {
      await suite.seal({ recipientPublicKey, info: INFO }, plaintext);
    },
    open: async () => {
      await suite.open({ recipientKey, enc, info: INFO }, ct);
    },
  };
}

const X25519 = 'DHKEM(X25519)';

export const benches: readonly Bench[] = [
  sealing('x25519', X25519),
  opening('x25519', X25519),
  sealing('p256', 'DHKEM(P-256)'),
  opening('p256', 'DHKEM(P-256)'),
  sealing('mlkem768-x25519', X25519),
  opening('mlkem768-x25519', X25519),
];
