import { endianness } from 'node:os';
import { toHex } from '../encoding/hex.ts';
import { CryptoError } from '../error.ts';
import type { KeyAlgorithm } from '../provider/key-algorithm.ts';
import type { KeyDescription } from '../provider/key-provider.ts';
import { CKA, CKO } from './cryptoki.ts';
import type { Pkcs11Attribute, Pkcs11Handle, Pkcs11Module } from './pkcs11-module.ts';
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from './token-algorithm.ts';

/** Marks the data objects of this library. */
const APPLICATION = 'bitcoin-enterprise/crypto-core';
const DESTROYED = /^key-destroyed\/v1 ([0-9a-f]{2,64}) (\S+)$/;
const MAX_ID_LENGTH = 32;
/** How many handles are asked for at a time. */
const BATCH = 64;

/** A key in a token. */
export interface TokenKey {
  readonly description: KeyDescription;
  readonly use: TokenAlgorithm;
  /** Of the secret or private key. */
  readonly handle: Pkcs11Handle;
}

/** The objects of a token, in one session of it. */
export class TokenObjects {
  readonly #module: Pkcs11Module;
  readonly #session: Pkcs11Handle;

  constructor(module: Pkcs11Module, session: Pkcs11Handle) {
    this.#module = module;
    this.#session = session;
  }

  /** The keys that this library can use; of one id where that is given. */
  keys(id?: string): TokenKey[] {
    const template = id === undefined ? [] : [idAttribute(id)];
    return [CKO.secretKey, CKO.privateKey]
      .flatMap((objectClass) =>
        this.#find([{ type: CKA.class, value: objectClass }, { type: CKA.token, value: true }, ...template]),
      )
      .flatMap((handle) => this.#describe(handle) ?? []);
  }

  /** What was noted of destroyed keys. */
  destroyed(): KeyDescription[] {
    const template = [
      { type: CKA.class, value: CKO.data },
      { type: CKA.token, value: true },
      { type: CKA.application, value: APPLICATION },
    ];
    return this.#find(template).flatMap((handle) => {
      const [label, value] = this.#attributes(handle, [CKA.label, CKA.value]);
      const [, id, algorithm] = DESTROYED.exec(value?.toString('latin1') ?? '') ?? [];
      if (id === undefined || label === undefined) return [];
      return [
        {
          id,
          label: label.toString('utf8'),
          algorithm: algorithm as KeyAlgorithm,
          exportable: false,
          state: 'destroyed',
        } as const,
      ];
    });
  }

  /** `CKA_EC_POINT` of the public key with an id. */
  ecPoint(id: string): Uint8Array {
    const template = [
      { type: CKA.class, value: CKO.publicKey },
      { type: CKA.token, value: true },
    ];
    const [handle] = this.#find([...template, idAttribute(id)]);
    if (handle === undefined) {
      throw new CryptoError('provider-failed', 'the token has no public key beside the private one', {
        value: id,
      });
    }
    return this.#attributes(handle, [CKA.ecPoint])[0] ?? new Uint8Array();
  }

  /** Removes every object with an id, the secret one first, and notes that it was destroyed. */
  destroy({ description, handle }: TokenKey): void {
    this.#module.C_DestroyObject(this.#session, handle);
    for (const rest of this.#find([{ type: CKA.token, value: true }, idAttribute(description.id)])) {
      this.#module.C_DestroyObject(this.#session, rest);
    }
    this.#module.C_CreateObject(this.#session, [
      { type: CKA.class, value: CKO.data },
      { type: CKA.token, value: true },
      { type: CKA.private, value: true },
      { type: CKA.modifiable, value: false },
      { type: CKA.application, value: APPLICATION },
      { type: CKA.label, value: description.label },
      { type: CKA.value, value: Buffer.from(`key-destroyed/v1 ${description.id} ${description.algorithm}`) },
    ]);
  }

  /** Whether a new key is as it was asked for: made inside, never to be read. */
  isSealedIn(handle: Pkcs11Handle): boolean {
    const flags = [CKA.sensitive, CKA.alwaysSensitive, CKA.neverExtractable, CKA.extractable];
    const values = this.#attributes(handle, flags).map((value) => value[0]);
    return values.join() === [1, 1, 1, 0].join();
  }

  #describe(handle: Pkcs11Handle): TokenKey | undefined {
    const [keyType, id, label] = this.#attributes(handle, [CKA.keyType, CKA.id, CKA.label]);
    if (keyType === undefined || id === undefined || label === undefined) return undefined;
    if (id.length < 1 || id.length > MAX_ID_LENGTH) return undefined;
    const type = unsignedLong(keyType);
    const use = TOKEN_ALGORITHMS.find(({ keyTypes, curves }) => {
      if (!keyTypes.includes(type)) return false;
      if (curves.length === 0) return true;
      const [curve] = this.#attributes(handle, [CKA.ecParameters]);
      return curves.some((known) => curve !== undefined && known.equals(curve));
    });
    if (use === undefined) return undefined;
    const { algorithm } = use;
    const description = {
      id: toHex(id),
      label: label.toString('utf8'),
      algorithm,
      exportable: false,
      state: 'usable',
    } as const;
    return { description, use, handle };
  }

  #find(template: Pkcs11Attribute[]): Pkcs11Handle[] {
    this.#module.C_FindObjectsInit(this.#session, template);
    try {
      const found: Pkcs11Handle[] = [];
      for (;;) {
        const batch = this.#module.C_FindObjects(this.#session, BATCH);
        found.push(...batch);
        if (batch.length < BATCH) return found;
      }
    } finally {
      this.#module.C_FindObjectsFinal(this.#session);
    }
  }

  #attributes(handle: Pkcs11Handle, types: readonly number[]): Buffer[] {
    const template = types.map((type) => ({ type }));
    return this.#module.C_GetAttributeValue(this.#session, handle, template).map(({ value }) => value);
  }
}

function idAttribute(id: string): Pkcs11Attribute {
  return { type: CKA.id, value: Buffer.from(id, 'hex') };
}

/** A `CK_ULONG` as it lies in the memory of this machine, 4 or 8 bytes; the numbers in question are small. */
function unsignedLong(value: Buffer): number {
  const bytes = endianness() === 'LE' ? value : Buffer.from(value).reverse();
  return bytes.length < 4 ? -1 : bytes.readUInt32LE(0);
}
