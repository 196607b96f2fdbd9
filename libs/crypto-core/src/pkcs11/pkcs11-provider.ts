import { randomBytes } from 'node:crypto';
import { encodeContext } from '../encoding/context.ts';
import { toHex } from '../encoding/hex.ts';
import { CryptoError } from '../error.ts';
import type { KeyAlgorithm } from '../provider/key-algorithm.ts';
import type { GenerateKeyOptions, KeyDescription, KeyProvider } from '../provider/key-provider.ts';
import { destroyedKey, missingKey, unsupportedAlgorithm } from '../provider/key-refusal.ts';
import { requireSigning, requireSymmetric } from '../provider/software-key.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { CKR } from './cryptoki.ts';
import type { Pkcs11Library, TokenName } from './pkcs11-library.ts';
import type { Pkcs11Handle, Pkcs11Module } from './pkcs11-module.ts';
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from './token-algorithm.ts';
import { returnValueOf } from './token-error.ts';
import { expandByHmac } from './token-expand.ts';
import { generateInToken } from './token-generation.ts';
import { type TokenKey, TokenObjects } from './token-objects.ts';
import { decodeEcPoint } from './token-public-key.ts';
import { TokenSession } from './token-session.ts';
import { checkedSignature } from './token-signature.ts';

const ID_LENGTH = 16;
const ID = /^(?:[0-9a-f]{2}){1,32}$/;
const HMAC_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
const DIGEST_LENGTH = 32;

export interface Pkcs11ProviderOptions {
  readonly token: TokenName;
  /** Of the user, as UTF-8; copied. */
  readonly pin: SecretBytes;
}

/**
 * Opens a token and logs in. Its keys are made in it and never leave it; each use is a call of the token's library, for
 * the length of which JavaScript waits.
 *
 * Keys that others made are used too, if they are of a known algorithm and have a `CKA_ID` of 1 to 32 bytes.
 *
 * @throws CryptoError `token-missing`, `token-locked`, `pin-wrong`, `text-malformed`, `provider-failed`
 */
// eslint-disable-next-line @typescript-eslint/require-await -- opening is asynchronous for providers that are
export async function openPkcs11Provider(
  library: Pkcs11Library,
  o: Pkcs11ProviderOptions,
): Promise<KeyProvider> {
  return new Pkcs11Provider(new TokenSession(library, o.token, o.pin));
}

/** Every method is one uninterrupted piece of work with the token, and asynchronous only to the caller. */
/* eslint-disable @typescript-eslint/require-await -- so that what a method throws is a rejection */
class Pkcs11Provider implements KeyProvider {
  readonly algorithms: readonly KeyAlgorithm[];
  readonly #session: TokenSession;
  readonly #uses: readonly TokenAlgorithm[];
  /** Of keys that were used, in the session with this number. */
  #found = { serial: 0, keys: new Map<string, TokenKey>(), publicKeys: new Map<string, Uint8Array>() };

  constructor(session: TokenSession) {
    this.#session = session;
    const mechanisms = session.mechanisms();
    this.#uses = TOKEN_ALGORITHMS.filter(
      ({ generation, use }) => mechanisms.includes(generation) && mechanisms.includes(use),
    );
    this.algorithms = this.#uses.map(({ algorithm }) => algorithm);
  }

  async list(): Promise<readonly KeyDescription[]> {
    return this.#run('list', (objects) => {
      const keys = objects.keys().map(({ description }) => description);
      const ids = new Set(keys.map(({ id }) => id));
      const gone = objects.destroyed().filter(({ id }) => !ids.has(id));
      return [...keys, ...gone].sort((a, b) => (a.id < b.id ? -1 : 1));
    });
  }

  async describe(id: string): Promise<KeyDescription> {
    return this.#run('describe', (objects) => {
      const description = objects.keys(validId(id))[0]?.description ?? noteOf(objects, id);
      if (description === undefined) throw missingKey(id);
      return description;
    });
  }

  async generate(o: GenerateKeyOptions): Promise<KeyDescription> {
    encodeContext(o.label);
    const use = this.#uses.find(({ algorithm }) => algorithm === o.algorithm);
    if (use === undefined) throw unsupportedAlgorithm(o.algorithm, this.algorithms);
    if (o.exportable === true) throw notExportable('a new key');
    const id = toHex(randomBytes(ID_LENGTH));
    this.#run('generate', (objects, module, session) => {
      generateInToken({ module, session, objects }, use, { id, label: o.label });
    });
    return { id, label: o.label, algorithm: use.algorithm, exportable: false, state: 'usable' };
  }

  async publicKey(id: string): Promise<Uint8Array> {
    return this.#withKey('publicKey', id, ({ objects, key }) => this.#publicKeyOf(objects, key).slice());
  }

  async expand(id: string, info: Uint8Array, length: number): Promise<SecretBytes> {
    return this.#withKey('expand', id, ({ key, sign }) => {
      requireSymmetric(key.description.algorithm);
      return expandByHmac((message) => sign(message, HMAC_LENGTH), info, length);
    });
  }

  async sign(id: string, message: Uint8Array): Promise<Uint8Array> {
    return this.#withKey('sign', id, ({ objects, key, sign }) => {
      requireSigning(key.description.algorithm);
      const algorithm = key.use.algorithm === 'Ed25519' ? 'Ed25519' : 'ECDSA-secp256k1';
      if (algorithm === 'ECDSA-secp256k1' && message.length !== DIGEST_LENGTH) {
        throw new CryptoError('digest-length', 'the digest has another length', {
          value: `${message.length} bytes`,
          limit: `${DIGEST_LENGTH} bytes`,
        });
      }
      const signed = addressable(message);
      const publicKey = this.#publicKeyOf(objects, key);
      return checkedSignature(algorithm, { signature: sign(signed, SIGNATURE_LENGTH), signed, publicKey });
    });
  }

  async destroy(id: string): Promise<void> {
    this.#run('destroy', (objects) => {
      this.#found.keys.delete(id);
      const keys = objects.keys(validId(id));
      if (keys.length === 0 && noteOf(objects, id) === undefined) throw missingKey(id);
      for (const key of keys) objects.destroy(key);
    });
  }

  async exportSealed(id: string): Promise<Uint8Array> {
    return this.#withKey('exportSealed', id, () => {
      throw notExportable(id);
    });
  }

  async importSealed(): Promise<KeyDescription> {
    throw notExportable('a key of another provider');
  }

  async close(): Promise<void> {
    this.#session[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run<T>(doing: string, use: (objects: TokenObjects, module: Pkcs11Module, session: Pkcs11Handle) => T): T {
    return this.#session.run(doing, (module, session) => {
      const { serial } = this.#session;
      if (this.#found.serial !== serial) this.#found = { serial, keys: new Map(), publicKeys: new Map() };
      return use(new TokenObjects(module, session), module, session);
    });
  }

  /** Uses a key that was found before without looking for it, until the token knows it no more. */
  #withKey<T>(
    doing: string,
    id: string,
    use: (o: {
      readonly objects: TokenObjects;
      readonly key: TokenKey;
      /** Signs with the key, or computes the HMAC, of `length` bytes. */
      readonly sign: (data: Buffer, length: number) => Buffer;
    }) => T,
  ): T {
    return this.#run(doing, (objects, module, session) => {
      const attempt = (key: TokenKey): T => {
        const sign = (data: Buffer, length: number): Buffer => {
          module.C_SignInit(session, { mechanism: key.use.use }, key.handle);
          return module.C_Sign(session, data, Buffer.alloc(length));
        };
        return use({ objects, key, sign });
      };
      const known = this.#found.keys.get(validId(id));
      if (known !== undefined) {
        try {
          return attempt(known);
        } catch (error) {
          if (!isHandleInvalid(error)) throw error;
          this.#found.keys.delete(id);
        }
      }
      return attempt(this.#find(objects, id));
    });
  }

  #find(objects: TokenObjects, id: string): TokenKey {
    const [key, ...others] = objects.keys(id);
    if (key === undefined) throw noteOf(objects, id) === undefined ? missingKey(id) : destroyedKey(id);
    if (others.length > 0) {
      throw new CryptoError('provider-failed', 'the token has more than one key with this id', { value: id });
    }
    this.#found.keys.set(id, key);
    return key;
  }

  #publicKeyOf(objects: TokenObjects, { description: { id, algorithm } }: TokenKey): Uint8Array {
    const known = this.#found.publicKeys.get(id);
    if (known !== undefined) return known;
    requireSigning(algorithm);
    const publicKey = decodeEcPoint(
      algorithm === 'Ed25519' ? 'Ed25519' : 'ECDSA-secp256k1',
      objects.ecPoint(id),
    );
    this.#found.publicKeys.set(id, publicKey);
    return publicKey;
  }
}
/* eslint-enable @typescript-eslint/require-await */

/** @throws CryptoError `key-missing`: no key has an id of another form */
function validId(id: string): string {
  if (!ID.test(id)) throw missingKey(id.slice(0, 64));
  return id;
}

/** A copy that has an address in memory even where it is empty, which tokens refuse to be told as none. */
function addressable(message: Uint8Array): Buffer {
  const copy = Buffer.alloc(message.length + 1);
  copy.set(message);
  return copy.subarray(0, message.length);
}

function noteOf(objects: TokenObjects, id: string): KeyDescription | undefined {
  return objects.destroyed().find((note) => note.id === id);
}

function isHandleInvalid(error: unknown): boolean {
  const value = returnValueOf(error);
  return value === CKR.objectHandleInvalid || value === CKR.keyHandleInvalid;
}

function notExportable(value: string): CryptoError {
  return new CryptoError('key-not-exportable', 'no key goes in or out of a token', { value });
}
