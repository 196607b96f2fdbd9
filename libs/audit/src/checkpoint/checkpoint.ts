import { LogError } from '../log-error.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';
import { HeadSeal } from './head-seal.ts';
import {
  keyIdOf,
  parseSignedNote,
  signedNote,
  signWith,
  verifyNote,
  type CheckpointSigner,
} from './signed-note.ts';

/** What a checkpoint states (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** Issues the checkpoints of one log: notes signed under its origin as the key name. */
export class CheckpointIssuer {
  readonly #origin: string;
  readonly #signer: CheckpointSigner;
  readonly #publicKey: Uint8Array;
  readonly #keyId: number;
  #headSeal: HeadSeal | undefined;

  constructor(origin: string, signer: CheckpointSigner) {
    this.#origin = origin;
    this.#signer = signer;
    this.#publicKey = Uint8Array.from(signer.publicKey);
    this.#keyId = keyIdOf(origin, this.#publicKey);
  }

  /** Of the log's key, 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#publicKey;
  }

  /**
   * What seals the head of this log inside its store.
   *
   * @throws LogError `signer-failed`.
   */
  get headSeal(): HeadSeal {
    this.#headSeal ??= new HeadSeal(this.#origin, this.#signer);
    return this.#headSeal;
  }

  /** @throws LogError `signer-failed`. */
  issue(size: number, rootHash: Uint8Array): string {
    const root = Buffer.from(rootHash.buffer, rootHash.byteOffset, rootHash.length).toString('base64');
    const text = `${this.#origin}\n${size}\n${root}\n`;
    return signedNote(text, this.#origin, this.#keyId, signWith(this.#signer, Buffer.from(text)));
  }

  /**
   * Reads a checkpoint that this issuer must have signed.
   *
   * @throws LogError `log-wrong-origin`, `log-wrong-key`, or `note-malformed`, also for a signature that names this
   * key and does not verify.
   */
  open(note: string): Checkpoint {
    const parsed = parseSignedNote(note);
    const checkpoint = parseCheckpoint(parsed.text);
    if (checkpoint.origin !== this.#origin) {
      throw new LogError('log-wrong-origin', `the checkpoint is of ${JSON.stringify(checkpoint.origin)}`, {
        value: checkpoint.origin,
        limit: this.#origin,
      });
    }
    switch (verifyNote(parsed, this.#origin, this.#publicKey)) {
      case 'absent':
        throw new LogError('log-wrong-key', 'the checkpoint is not signed by this key', {
          value: parsed.signatures.map((line) => line.keyId.toString(16).padStart(8, '0')).join(),
          limit: this.#keyId.toString(16).padStart(8, '0'),
        });
      case 'invalid':
        throw new LogError('note-malformed', 'the signature of the checkpoint does not verify');
      case 'valid':
        return checkpoint;
    }
  }
}

/**
 * Reads the text of a checkpoint; extension lines are allowed and ignored.
 *
 * @throws LogError `note-malformed`.
 */
function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', root = '', ...extensions] = lines;
  const rootHash = Buffer.from(root, 'base64');
  if (
    origin === '' ||
    !/^(?:0|[1-9][0-9]{0,15})$/.test(size) ||
    !Number.isSafeInteger(Number(size)) ||
    rootHash.length !== HASH_BYTES ||
    rootHash.toString('base64') !== root ||
    extensions.pop() !== '' ||
    extensions.includes('')
  ) {
    throw new LogError('note-malformed', 'the note is not a checkpoint', {
      limit: 'lines of an origin, a decimal tree size and a root hash of 32 bytes in base64',
    });
  }
  return { origin, size: Number(size), rootHash: new Uint8Array(rootHash) };
}
