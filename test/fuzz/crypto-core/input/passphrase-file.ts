import type { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { behindExports } from '../../behind-exports.ts';

interface Header {
  readonly derivation: { readonly kdf: string; readonly cost: Readonly<Record<string, number>> };
  readonly salt: Uint8Array;
}

interface File {
  readonly header: Header;
  readonly sealed: Uint8Array;
}

interface Format {
  readonly name: string;
  readonly domain: string;
  readonly malformed: string;
}

/** The form that every file under a passphrase has: its derivation would take most of the time of a run. */
export const passphraseFile = (await behindExports('crypto-core', 'keystore/passphrase-file.ts')) as {
  encodePassphraseFile: (format: Format, file: File) => string;
  parsePassphraseFile: (format: Format, text: string) => File;
  sealPassphraseFile: (
    format: Format,
    o: { readonly fileKey: SecretBytes; readonly header: Header; readonly content: SecretBytes },
  ) => string;
  unsealPassphraseFile: (format: Format, fileKey: SecretBytes, file: File) => SecretBytes | undefined;
};

/** One header of each derivation, at its least cost. */
export const headers: readonly Header[] = [
  {
    derivation: { kdf: 'argon2id', cost: { memoryKiB: 19_456, passes: 2, parallelism: 1 } },
    salt: new Uint8Array(16),
  },
  {
    derivation: { kdf: 'scrypt', cost: { log2N: 17, blockSize: 8, parallelization: 1 } },
    salt: new Uint8Array(16).fill(1),
  },
  { derivation: { kdf: 'pbkdf2', cost: { iterations: 600_000 } }, salt: new Uint8Array(16).fill(2) },
];
