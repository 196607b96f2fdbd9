import { encodeContext } from '../encoding/context.ts';
import { domainSeparated, uint32 } from '../encoding/domain.ts';
import { toHex } from '../encoding/hex.ts';
import { describeEnvelope, open, seal } from '../envelope/envelope.ts';
import { refusedEnvelope } from '../envelope/refused-envelope.ts';
import { CryptoError } from '../error.ts';
import { hkdfSha256 } from '../kdf/hkdf.ts';
import { ExtendedPrivateKey } from '../keys/extended-private-key.ts';
import { mnemonicFromEntropy, seedFromMnemonic } from '../keys/mnemonic.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { Ed25519SigningKey } from '../signature/ed25519.ts';
import type { SigningKey } from '../signature/signing-key.ts';
import { replaceFileDurably } from './durable-file.ts';
import type { Keystore } from './keystore.ts';
import { type KeystorePayload, MAX_CONTEXTS, MAX_GENERATION } from './keystore-payload.ts';
import type { PassphraseFileHeader } from './passphrase-file.ts';
import {
  KEYSTORE_FORMAT,
  readPassphraseFile,
  sealKeystoreFile,
  unsealKeystoreFile,
} from './sealed-keystore.ts';

const FIRST_GENERATION = 1;
const ID_LENGTH = 8;
const NO_SALT = new Uint8Array();

/** Where a key store came from, and what it holds. */
export interface KeystoreOrigin {
  readonly path: string;
  readonly header: PassphraseFileHeader;
  readonly fileKey: SecretBytes;
  readonly payload: KeystorePayload;
}

/** The key store over one file. Every key but BIP32's is HKDF-SHA-256 of a master secret, each for a purpose of its own. */
export class FileKeystore implements Keystore {
  readonly id: string;
  readonly #path: string;
  readonly #header: PassphraseFileHeader;
  readonly #fileKey: SecretBytes;
  readonly #entropy: SecretBytes;
  readonly #root: ExtendedPrivateKey;
  readonly #master: SecretBytes;
  #generations: ReadonlyMap<string, number>;
  #lastRotation: Promise<unknown> = Promise.resolve();
  #disposed = false;

  private constructor(origin: KeystoreOrigin, seed: SecretBytes) {
    this.#path = origin.path;
    this.#header = origin.header;
    this.#fileKey = origin.fileKey.clone();
    this.#entropy = origin.payload.entropy.clone();
    this.#generations = origin.payload.generations;
    this.#root = ExtendedPrivateKey.fromSeed(seed);
    this.#master = hkdfSha256({
      ikm: seed,
      salt: NO_SALT,
      info: domainSeparated('keystore-master/v1'),
      length: 32,
    });
    using id = this.#derive('id', [], ID_LENGTH);
    this.id = id.expose(toHex);
  }

  /** Keeps copies of its own of every secret in `origin`. */
  static async load(origin: KeystoreOrigin): Promise<FileKeystore> {
    using mnemonic = mnemonicFromEntropy(origin.payload.entropy);
    using seed = await seedFromMnemonic(mnemonic);
    return new FileKeystore(origin, seed);
  }

  seal(plaintext: Uint8Array | SecretBytes, o: { readonly context: string }): Uint8Array {
    this.#refuseDisposed();
    const generation = this.#generations.get(o.context) ?? FIRST_GENERATION;
    using key = this.#envelopeKey(o.context, generation);
    return seal(key, plaintext, { keyId: `${this.id}.${generation}`, context: o.context });
  }

  open(envelope: Uint8Array, o: { readonly context: string }): SecretBytes {
    this.#refuseDisposed();
    const generation = this.#generationOf(describeEnvelope(envelope).keyId);
    if (generation === undefined) throw refusedEnvelope();
    using key = this.#envelopeKey(o.context, generation);
    return open(key, envelope, { context: o.context });
  }

  async rotate(context: string): Promise<void> {
    this.#refuseDisposed();
    encodeContext(context);
    // One after another: each rotation starts from what the one before it wrote.
    const rotation = this.#lastRotation.then(() => this.#rotateNow(context));
    this.#lastRotation = rotation.catch(() => undefined);
    await rotation;
  }

  signingKey(path: string): SigningKey {
    this.#refuseDisposed();
    using key = this.#root.derive(path);
    return key.signingKey();
  }

  deriveSecret(label: string, length: number): SecretBytes {
    this.#refuseDisposed();
    return this.#derive('secret', [encodeContext(label), uint32(length)], length);
  }

  ed25519(label: string): Ed25519SigningKey {
    this.#refuseDisposed();
    using seed = this.#derive('ed25519', [encodeContext(label)], 32);
    return Ed25519SigningKey.fromSeed(seed);
  }

  exportMnemonic(): SecretBytes {
    this.#refuseDisposed();
    return mnemonicFromEntropy(this.#entropy);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const secret of [this.#fileKey, this.#entropy, this.#root, this.#master]) secret[Symbol.dispose]();
  }

  async #rotateNow(context: string): Promise<void> {
    const written = await this.#readGenerations();
    const generations = new Map(this.#generations);
    // Another process may have rotated since this one read the file; no context ever goes back.
    for (const [name, generation] of written) {
      generations.set(name, Math.max(generation, generations.get(name) ?? FIRST_GENERATION));
    }
    const next = (generations.get(context) ?? FIRST_GENERATION) + 1;
    generations.set(context, next);
    if (generations.size > MAX_CONTEXTS || next > MAX_GENERATION) {
      throw new CryptoError('keystore-full', 'the key store holds no further rotation', {
        value: `${generations.size} contexts, generation ${next}`,
        limit: `${MAX_CONTEXTS} contexts, generation ${MAX_GENERATION}`,
      });
    }
    const payload = { entropy: this.#entropy, generations };
    await replaceFileDurably(this.#path, sealKeystoreFile(this.#fileKey, this.#header, payload));
    this.#generations = generations;
  }

  async #readGenerations(): Promise<ReadonlyMap<string, number>> {
    const file = await readPassphraseFile(KEYSTORE_FORMAT, this.#path);
    this.#refuseDisposed();
    const payload = unsealKeystoreFile(this.#fileKey, file);
    if (payload === undefined) {
      throw new CryptoError('keystore-changed', 'the file is no longer this key store', {
        value: this.#path,
      });
    }
    payload.entropy[Symbol.dispose]();
    return payload.generations;
  }

  #envelopeKey(context: string, generation: number): SecretBytes {
    return this.#derive('envelope-key', [encodeContext(context), uint32(generation)], 32);
  }

  #derive(purpose: string, fields: readonly Uint8Array[], length: number): SecretBytes {
    const info = domainSeparated(`keystore-${purpose}/v1`, ...fields);
    return hkdfSha256({ ikm: this.#master, salt: NO_SALT, info, length });
  }

  /**
   * The generation that a key id of this key store names. One that the file has not reached is taken too: after a
   * restore from the mnemonic the file starts at the first again.
   */
  #generationOf(keyId: string): number | undefined {
    const [id, digits = '', ...rest] = keyId.split('.');
    const generation = Number(digits);
    const isCanonical = Number.isInteger(generation) && String(generation) === digits;
    if (id !== this.id || rest.length > 0 || !isCanonical) return undefined;
    return generation >= FIRST_GENERATION && generation <= MAX_GENERATION ? generation : undefined;
  }

  #refuseDisposed(): void {
    if (this.#disposed) throw new CryptoError('keystore-disposed', 'the key store was disposed');
  }
}
