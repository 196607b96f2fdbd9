import { createCipheriv, randomBytes } from 'node:crypto';
import { seal, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

export const needsOpponents = true;

const KIB = 1024;
const SEALING = { keyId: 'bench', context: 'benchmark' } as const;

/** What an envelope adds may be no more than this, in bytes. */
const OVERHEAD_LIMIT = 96;

/** The part of the AWS Encryption SDK that is used here. */
interface AwsEncryptionSdk {
  readonly AlgorithmSuiteIdentifier: Readonly<Record<string, number>>;
  readonly CommitmentPolicy: Readonly<Record<'REQUIRE_ENCRYPT_REQUIRE_DECRYPT', string>>;
  readonly RawAesWrappingSuiteIdentifier: Readonly<Record<string, number>>;
  readonly RawAesKeyringNode: new (input: {
    readonly keyName: string;
    readonly keyNamespace: string;
    readonly unencryptedMasterKey: Uint8Array;
    readonly wrappingSuite: number | undefined;
  }) => object;
  readonly buildEncrypt: (policy: string) => {
    readonly encrypt: (
      keyring: object,
      plaintext: Uint8Array,
      o: { readonly suiteId: number | undefined },
    ) => Promise<{ readonly result: Uint8Array }>;
  };
}

/** AES-256-GCM of node:crypto as a program would call it: a key in bytes, a fresh nonce, no copy at the end. */
function rawSeal(key: Uint8Array, plaintext: Uint8Array): void {
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
  cipher.update(plaintext);
  cipher.final();
  cipher.getAuthTag();
}

function againstRaw(name: string, length: number, goal: number): Bench {
  return {
    name,
    goal,
    peer: `node:crypto AES-256-GCM@${process.versions.node}`,
    prepare() {
      const plaintext = randomBytes(length);
      const keyBytes = randomBytes(32);
      const key = SecretBytes.copyOf(keyBytes);
      return Promise.resolve({
        ours: () => {
          seal(key, plaintext, SEALING);
        },
        peer: () => {
          rawSeal(keyBytes, plaintext);
        },
      });
    },
  };
}

function againstAws(name: string, suite: string): Bench {
  return {
    name,
    goal: 5,
    peer: `@aws-crypto/client-node ${suite}@5.0.2`,
    async prepare(): Promise<Prepared> {
      const sdk = (await opponent('@aws-crypto/client-node')) as AwsEncryptionSdk;
      const plaintext = randomBytes(KIB);
      const keyBytes = randomBytes(32);
      const key = SecretBytes.copyOf(keyBytes);
      const keyring = new sdk.RawAesKeyringNode({
        keyName: 'bench',
        keyNamespace: 'bench',
        unencryptedMasterKey: new Uint8Array(keyBytes),
        wrappingSuite: sdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
      });
      const { encrypt } = sdk.buildEncrypt(sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
      const suiteId = sdk.AlgorithmSuiteIdentifier[suite];
      const overhead = seal(key, plaintext, SEALING).length - plaintext.length;
      if (overhead > OVERHEAD_LIMIT) throw new Error(`the envelope adds ${overhead} bytes`);
      return {
        ours: () => {
          seal(key, plaintext, SEALING);
        },
        peer: async () => {
          await encrypt(keyring, plaintext, { suiteId });
        },
      };
    },
  };
}

// Goals are peer time over our time: 3.5 and 1.4 times the raw cipher's.
export const benches: readonly Bench[] = [
  againstRaw('seal-1KiB', KIB, 0.286),
  againstRaw('seal-64KiB', 64 * KIB, 0.714),
  againstAws('seal-1KiB-aws', 'ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY'),
  againstAws('seal-1KiB-aws-signed', 'ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384'),
];
