import type { EnvelopeKey } from '../envelope/envelope-key.ts';
import { openWith, sealWith } from '../envelope/envelope-with-key.ts';
import { type ResealOptions, resealWith } from '../envelope/reseal.ts';
import type { MessageOptions, OpenOptions } from '../envelope/sealed-message.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { destroyedKey } from '../provider/key-refusal.ts';
import type { KeyProvider } from '../provider/key-provider.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Keyset } from './keyset.ts';
import { backupKeyset } from './keyset-backup.ts';
import type { BackupTarget } from './keyset-backup-file.ts';
import {
  generationOf,
  type KeysetDocument,
  type KeysetGeneration,
  primaryOf,
  withEvent,
  withGeneration,
  withPrimary,
} from './keyset-document.ts';
import { authenticate, authenticated, requireVersion, type StoredDocument } from './keyset-integrity.ts';
import { generateMaster } from './keyset-key.ts';
import type { KeysetStore } from './keyset-store.ts';

/** How often a change is tried anew on what others have written meanwhile. */
const ATTEMPTS = 16;

/** A keyset over a store and a provider. */
export class StoredKeyset implements Keyset {
  readonly #store: KeysetStore;
  readonly #provider: KeyProvider;
  #stored: StoredDocument;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(store: KeysetStore, provider: KeyProvider, stored: StoredDocument) {
    this.#store = store;
    this.#provider = provider;
    this.#stored = stored;
  }

  get purpose(): string {
    return this.#stored.document.purpose;
  }

  get version(): number {
    return this.#stored.document.version;
  }

  get generations(): readonly KeysetGeneration[] {
    return this.#stored.document.generations;
  }

  get primaryKey(): EnvelopeKey {
    return this.#envelopeKey(primaryOf(this.#stored.document).keyId);
  }

  readonly findKey = async (keyId: string): Promise<EnvelopeKey | undefined> => {
    const named = (): KeysetGeneration | undefined =>
      this.generations.find((generation) => generation.keyId === keyId);
    if (named() === undefined) await this.refresh();
    const state = named()?.state;
    if (state === 'destroyed') throw destroyedKey(keyId);
    if (state === 'disabled') throw new CryptoError('key-disabled', 'the key is disabled', { value: keyId });
    return state === undefined ? undefined : this.#envelopeKey(keyId);
  };

  async seal(plaintext: Uint8Array | SecretBytes, o: MessageOptions): Promise<Uint8Array> {
    return await this.#withPrimary((key) => sealWith(key, plaintext, o));
  }

  async open(envelope: Uint8Array, o: OpenOptions): Promise<SecretBytes> {
    return await openWith(this.findKey, envelope, o);
  }

  async reseal(envelope: Uint8Array, o: ResealOptions<MessageOptions>): Promise<Uint8Array> {
    return await this.#withPrimary((key) => resealWith(this.findKey, key, envelope, o));
  }

  async refresh(): Promise<void> {
    await this.#inTurn(() => this.#read());
  }

  async addGeneration(): Promise<number> {
    const keyId = await generateMaster(this.#provider, this.#stored.document);
    try {
      const document = await this.#change((current) => withGeneration(current, keyId));
      return document.generations.length;
    } catch (error) {
      // A key that no generation names is of no use; the first failure is the one to tell.
      await this.#provider.destroy(keyId).catch(() => undefined);
      throw error;
    }
  }

  async promote(number: number): Promise<void> {
    await this.#change((current) => withPrimary(current, number));
  }

  async rotate(): Promise<number> {
    const number = await this.addGeneration();
    await this.promote(number);
    return number;
  }

  async disable(number: number): Promise<void> {
    await this.#change((current) => withEvent(current, number, 'disable'));
  }

  async enable(number: number): Promise<void> {
    await this.#change((current) => withEvent(current, number, 'enable'));
  }

  async destroy(number: number): Promise<void> {
    await this.refresh();
    const { keyId, state } = generationOf(this.#stored.document, number);
    if (state !== 'disabled' && state !== 'destroyed') await this.disable(number);
    await this.#provider.destroy(keyId);
    if (state !== 'destroyed') await this.#change((current) => withEvent(current, number, 'destroy'));
  }

  async backup(target: BackupTarget): Promise<Uint8Array> {
    await this.refresh();
    return await backupKeyset(this.#provider, this.#stored, target);
  }

  #envelopeKey(keyId: string): EnvelopeKey {
    return { keyId, expand: (info, length) => this.#provider.expand(keyId, info, length) };
  }

  /** Another process may have destroyed what was the primary here: then the store names another. */
  async #withPrimary<T>(use: (key: EnvelopeKey) => Promise<T>): Promise<T> {
    const key = this.primaryKey;
    try {
      return await use(key);
    } catch (error) {
      if (!isCryptoError(error) || error.code !== 'key-destroyed') throw error;
      await this.refresh();
      if (this.primaryKey.keyId === key.keyId) throw error;
      return await use(this.primaryKey);
    }
  }

  async #change(change: (document: KeysetDocument) => KeysetDocument): Promise<KeysetDocument> {
    return await this.#inTurn(async () => {
      for (let attempt = 1; ; attempt += 1) {
        await this.#read();
        const changed = await authenticate(this.#provider, change(this.#stored.document));
        try {
          await this.#store.replace(changed.bytes, this.#stored.bytes);
          this.#stored = changed;
          return changed.document;
        } catch (error) {
          const isPassed = isCryptoError(error) && error.code === 'keyset-changed';
          if (!isPassed || attempt === ATTEMPTS) throw error;
        }
      }
    });
  }

  async #read(): Promise<void> {
    const bytes = await this.#store.read();
    if (bytes === undefined) throw new CryptoError('keyset-missing', 'the keyset is gone');
    if (Buffer.compare(bytes, this.#stored.bytes) === 0) return;
    const found = await authenticated(this.#provider, bytes, this.purpose);
    requireVersion(found.document, this.version + 1);
    this.#stored = found;
  }

  /** One after another: each change starts from what the one before it wrote. */
  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(run);
    this.#lastTurn = turn.catch(() => undefined);
    return await turn;
  }
}
