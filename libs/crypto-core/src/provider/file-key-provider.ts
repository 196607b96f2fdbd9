import { randomBytes } from 'node:crypto';
import { encodeContext } from '../encoding/context.ts';
import { toHex } from '../encoding/hex.ts';
import type { EnvelopeKey } from '../envelope/envelope-key.ts';
import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { KEY_ALGORITHMS } from './key-algorithm.ts';
import type { KeyFile } from './key-file.ts';
import { type KeyRecords, MAX_KEYS } from './key-file-content.ts';
import type { GenerateKeyOptions, KeyDescription, KeyProvider } from './key-provider.ts';
import { describeRecord, type KeyRecord, openKeyRecord, sealKeyRecord } from './key-record.ts';
import { destroyedKey, missingKey, unsupportedAlgorithm } from './key-refusal.ts';
import { expandSecret, publicKeyOfSecret, randomSecret, signWithSecret } from './software-key.ts';

const ID_LENGTH = 16;

/** Keys in a file under a passphrase, used in the memory of this process. */
export class FileKeyProvider implements KeyProvider {
  readonly algorithms: KeyProvider['algorithms'] = KEY_ALGORITHMS;
  readonly #file: KeyFile;

  /** @param file the provider's from then on */
  constructor(file: KeyFile) {
    this.#file = file;
  }

  async list(): Promise<readonly KeyDescription[]> {
    return await this.#file.use((records) => [...records.values()].map(describeRecord));
  }

  async describe(id: string): Promise<KeyDescription> {
    return await this.#file.use((records) => describeRecord(find(records, id)));
  }

  async generate(o: GenerateKeyOptions): Promise<KeyDescription> {
    encodeContext(o.label);
    if (!KEY_ALGORITHMS.includes(o.algorithm)) throw unsupportedAlgorithm(o.algorithm, KEY_ALGORITHMS);
    using secret = randomSecret(o.algorithm);
    const id = toHex(randomBytes(ID_LENGTH));
    const { label, algorithm, exportable = false } = o;
    return await this.#add({ id, label, algorithm, exportable, secret });
  }

  async publicKey(id: string): Promise<Uint8Array> {
    return await this.#file.use((records) => {
      const { algorithm, secret } = usable(records, id);
      return publicKeyOfSecret(algorithm, secret);
    });
  }

  async expand(id: string, info: Uint8Array, length: number): Promise<SecretBytes> {
    return await this.#file.use((records) => {
      const { algorithm, secret } = usable(records, id);
      return expandSecret(algorithm, secret, info, length);
    });
  }

  async sign(id: string, message: Uint8Array): Promise<Uint8Array> {
    return await this.#file.use((records) => {
      const { algorithm, secret } = usable(records, id);
      return signWithSecret(algorithm, secret, message);
    });
  }

  async destroy(id: string): Promise<void> {
    await this.#file.update((records) => {
      const record = find(records, id);
      return new Map([...records, [id, { ...record, secret: undefined }]]);
    });
  }

  async exportSealed(id: string, wrappingKey: EnvelopeKey): Promise<Uint8Array> {
    const record = await this.#file.use((records) => {
      const found = usable(records, id);
      if (!found.exportable) {
        throw new CryptoError('key-not-exportable', 'the key was made not to be exported', { value: id });
      }
      // A copy of our own: sealing may take its time at the wrapping key.
      return { ...found, secret: found.secret.clone() };
    });
    using secret = record.secret;
    return await sealKeyRecord({ ...record, secret }, wrappingKey);
  }

  async importSealed(sealed: Uint8Array, wrappingKey: EnvelopeKey): Promise<KeyDescription> {
    const { secret: opened, ...rest } = await openKeyRecord(sealed, wrappingKey);
    using secret = opened;
    return await this.#add({ ...rest, secret });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- closing is asynchronous for providers that are
  async close(): Promise<void> {
    this.#file[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #add(record: KeyRecord): Promise<KeyDescription> {
    await this.#file.update((records) => {
      if (records.has(record.id)) {
        throw new CryptoError('key-exists', 'there is a key with this id already', { value: record.id });
      }
      if (records.size >= MAX_KEYS) {
        throw new CryptoError('keystore-full', 'the key file holds no further key', {
          value: `${records.size} keys`,
          limit: `${MAX_KEYS} keys, destroyed ones counted`,
        });
      }
      return new Map([...records, [record.id, record]]);
    });
    return describeRecord(record);
  }
}

/** @throws CryptoError `key-missing` */
function find(records: KeyRecords, id: string): KeyRecord {
  const record = records.get(id);
  if (record === undefined) throw missingKey(id);
  return record;
}

/** @throws CryptoError `key-missing`, `key-destroyed` */
function usable(records: KeyRecords, id: string): KeyRecord & { readonly secret: SecretBytes } {
  const { secret, ...rest } = find(records, id);
  if (secret === undefined) throw destroyedKey(id);
  return { ...rest, secret };
}
