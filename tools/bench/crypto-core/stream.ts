import { randomBytes } from 'node:crypto';
import { envelopeKey, openStream, sealStream, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { Bench } from '../bench.ts';
import { opponent } from '../opponent.ts';

export const needsOpponents = true;

const MIB = 1024 * 1024;
const CONTEXT = { context: 'benchmark' } as const;

/** The part of age-encryption that is used here. */
interface Age {
  readonly Encrypter: new () => {
    addRecipient(recipient: string): void;
    encrypt(file: Uint8Array): Promise<Uint8Array>;
  };
  readonly Decrypter: new () => {
    addIdentity(identity: string): void;
    decrypt(file: Uint8Array): Promise<Uint8Array>;
  };
  readonly generateX25519Identity: () => Promise<string>;
  readonly identityToRecipient: (identity: string) => Promise<string>;
}

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

/** Both sides take 16 MiB from memory and give all of the result as one array; age to an X25519 recipient. */
async function sides(): Promise<{
  readonly plaintext: Uint8Array;
  readonly key: ReturnType<typeof envelopeKey>;
  readonly encrypter: InstanceType<Age['Encrypter']>;
  readonly decrypter: InstanceType<Age['Decrypter']>;
}> {
  const age = (await opponent('age-encryption')) as Age;
  const identity = await age.generateX25519Identity();
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(await age.identityToRecipient(identity));
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity);
  const key = envelopeKey(SecretBytes.random(32), 'bench');
  return { plaintext: new Uint8Array(randomBytes(16 * MIB)), key, encrypter, decrypter };
}

const sealing: Bench = {
  name: 'stream-seal-16MiB',
  goal: 4,
  peer: 'age-encryption@0.3.1',
  async prepare() {
    const { plaintext, key, encrypter } = await sides();
    return {
      ours: async () => {
        await collected(sealStream(key, [plaintext], CONTEXT));
      },
      peer: async () => {
        await encrypter.encrypt(plaintext);
      },
    };
  },
};

const opening: Bench = {
  name: 'stream-open-16MiB',
  goal: 4,
  peer: 'age-encryption@0.3.1',
  async prepare() {
    const { plaintext, key, encrypter, decrypter } = await sides();
    const sealed = await collected(sealStream(key, [plaintext], CONTEXT));
    const encrypted = await encrypter.encrypt(plaintext);
    return {
      ours: async () => {
        await collected(openStream(key, [sealed], CONTEXT));
      },
      peer: async () => {
        await decrypter.decrypt(encrypted);
      },
    };
  },
};

export const benches: readonly Bench[] = [sealing, opening];
