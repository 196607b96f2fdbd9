import { createHash, randomBytes } from 'node:crypto';
import { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { canonicalJson } from '../event/canonical-json.ts';
import { LogError } from '../log-error.ts';
import type { LogRecords } from '../store/log-records.ts';

/** What wraps the keys of subjects; a `Keyset` of crypto-core is one. Without it nobody reads personal data. */
export interface PersonalDataKeys {
  seal(plaintext: SecretBytes, o: { readonly context: string }): Promise<Uint8Array>;
  open(envelope: Uint8Array, o: { readonly context: string }): Promise<SecretBytes>;
}

/** The key of one subject. It belongs to the cache that gave it. */
export interface SubjectKey {
  /** Names this key among all that the subject ever had: 32 hexadecimal digits. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: SecretBytes;
}

const CONTEXT = 'bitcoin-enterprise/audit/subject-key/v1';
const ID_BYTES = 16;
const KEY_BYTES = 32;

/** Keys that are held unwrapped; beyond it, the one that was used longest ago is wiped. */
const MAX_HELD = 1024;

/**
 * One key for each subject, made when the subject first has personal data, and stored wrapped. Destroying it is what
 * erases the subject.
 */
export class SubjectKeys implements Disposable {
  readonly #records: LogRecords;
  readonly #origin: string;
  readonly #wrapping: PersonalDataKeys;
  readonly #held = new Map<string, SubjectKey>();
  readonly #making = new Map<string, Promise<SubjectKey>>();

  constructor(records: LogRecords, origin: string, wrapping: PersonalDataKeys) {
    this.#records = records;
    this.#origin = origin;
    this.#wrapping = wrapping;
  }

  /**
   * The key of a subject, `undefined` when it has none.
   *
   * @throws LogError `log-corrupt`; whatever the wrapping keys throw
   */
  async find(subject: string): Promise<SubjectKey | undefined> {
    const held = this.#held.get(subject);
    if (held !== undefined) return this.#hold(subject, held);
    const wrapped = await this.#records.subjectKey(subject);
    if (wrapped === undefined) return undefined;
    using content = await this.#wrapping.open(wrapped, { context: this.#context(subject) });
    if (content.length !== ID_BYTES + KEY_BYTES) {
      throw new LogError('log-corrupt', 'the stored key of a subject has another length', {
        value: `${content.length} bytes`,
        limit: `${ID_BYTES + KEY_BYTES} bytes`,
      });
    }
    return this.#hold(subject, content.expose(keyOf));
  }

  /** The key of a subject; a new one, durably stored, when it has none. */
  async findOrMake(subject: string): Promise<SubjectKey> {
    const making = this.#making.get(subject);
    if (making !== undefined) return making;
    const made = this.#make(subject).finally(() => this.#making.delete(subject));
    this.#making.set(subject, made);
    return made;
  }

  /** Wipes the key of a subject from memory. */
  forget(subject: string): void {
    this.#held.get(subject)?.key[Symbol.dispose]();
    this.#held.delete(subject);
  }

  [Symbol.dispose](): void {
    for (const subject of [...this.#held.keys()]) this.forget(subject);
  }

  async #make(subject: string): Promise<SubjectKey> {
    const known = await this.find(subject);
    if (known !== undefined) return known;
    using content = SecretBytes.takeFrom(randomBytes(ID_BYTES + KEY_BYTES));
    const wrapped = await this.#wrapping.seal(content, { context: this.#context(subject) });
    await this.#records.keepSubjectKey(subject, wrapped);
    return this.#hold(subject, content.expose(keyOf));
  }

  /** Remembers a key as the one that was used last. */
  #hold(subject: string, key: SubjectKey): SubjectKey {
    this.#held.delete(subject);
    this.#held.set(subject, key);
    if (this.#held.size > MAX_HELD) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.forget(oldest);
    }
    return key;
  }

  /** Binds a wrapped key to its subject; hashed, because contexts are shorter than names may be. */
  #context(subject: string): string {
    const names = createHash('sha256')
      .update(canonicalJson([this.#origin, subject]))
      .digest('hex');
    return `${CONTEXT}/${names}`;
  }
}

function keyOf(content: Uint8Array): SubjectKey {
  return {
    id: Buffer.from(content.buffer, content.byteOffset, ID_BYTES).toString('hex'),
    key: SecretBytes.copyOf(content.subarray(ID_BYTES)),
  };
}
