import { verifyEd25519, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import type { NoteSigner } from '../note/note-signer.ts';
import { keyIdOf } from '../note/signature-type.ts';
import { parseSignedNote, signatureLine, verifyNote } from '../note/signed-note.ts';
import { UnixClock } from '../note/unix-clock.ts';
import { checkSignature } from '../verify/note-signature.ts';
import { readNote } from '../verify/signed-note.ts';
import { readVerifierKey } from '../verify/verifier-key.ts';
import { signBeside, signWith, type CheckpointSigner } from './checkpoint-signer.ts';
import { checkpointText, parseCheckpoint, type Checkpoint } from './checkpoint-text.ts';
import { HeadSeal } from './head-seal.ts';

/** Issues the checkpoints of one log: notes signed under its origin as the key name. */
export class CheckpointIssuer {
  readonly #origin: string;
  readonly #signer: CheckpointSigner;
  readonly #coSigners: readonly NoteSigner[];
  readonly #clock: UnixClock;
  readonly #publicKey: Uint8Array;
  readonly #keyId: number;
  /** What seals the head of this log inside its store. */
  readonly headSeal: HeadSeal;

  private constructor(
    origin: string,
    signer: CheckpointSigner,
    headSeal: HeadSeal,
    coSigners: readonly NoteSigner[],
    clock: () => number,
  ) {
    this.#origin = origin;
    this.#signer = signer;
    this.#coSigners = coSigners;
    this.#clock = new UnixClock(clock);
    this.#publicKey = Uint8Array.from(signer.publicKey);
    this.#keyId = keyIdOf('ed25519', origin, this.#publicKey);
    this.headSeal = headSeal;
  }

  /**
   * @param coSigners sign every checkpoint beside `signer`
   * @param clock milliseconds since 1970, for the times that cosignatures state
   * @throws LogError `signer-failed`; `option-malformed` for too many signers, or two of one key
   */
  static async of(
    origin: string,
    signer: CheckpointSigner,
    coSigners: readonly NoteSigner[] = [],
    clock: () => number = Date.now,
  ): Promise<CheckpointIssuer> {
    refuseUnfit(origin, coSigners);
    return new CheckpointIssuer(origin, signer, await HeadSeal.of(origin, signer), coSigners, clock);
  }

  /** Of the log's key, 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#publicKey;
  }

  /**
   * @param isBeside whether there is something else to do meanwhile, for a signer that can sign on another thread
   * @throws LogError `signer-failed`, `clock-malformed`.
   */
  async issue(size: number, rootHash: Uint8Array, isBeside = true): Promise<string> {
    const text = checkpointText({ origin: this.#origin, size, rootHash });
    const own = isBeside ? signBeside : signWith;
    if (this.#coSigners.length === 0) return `${text}\n${await this.#line(text, own)}`;
    const unixSeconds = this.#clock.seconds();
    const beside = this.#coSigners.map(async (signer) =>
      signatureLine({
        keyName: signer.keyName,
        keyId: signer.keyId,
        signature: await signer.sign(text, unixSeconds),
      }),
    );
    return `${text}\n${(await Promise.all([this.#line(text, own), ...beside])).join('')}`;
  }

  /** The log's own signature. */
  async #line(text: string, sign: typeof signWith): Promise<string> {
    const signature = await sign(this.#signer, Buffer.from(text));
    return signatureLine({ keyName: this.#origin, keyId: this.#keyId, signature });
  }

  /** Takes note of an earlier checkpoint: none states a time before what its co-signers stated there. */
  continueAfter(note: string): void {
    const read = readNote(note);
    if (read === undefined) return;
    for (const { verifierKey } of this.#coSigners) {
      const key = readVerifierKey(verifierKey);
      const verdict = key && checkSignature(read, key, { verifyEd25519, verifyMlDsa44 });
      // Verified, because whoever writes to the store must not set the time.
      if (verdict?.status === 'valid') this.#clock.notBefore(verdict.time ?? 0);
    }
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

/** Beside the log's own signature: verifiers need not accept more than 16 (C2SP signed-note, "Format"). */
const MAX_CO_SIGNERS = 15;

function refuseUnfit(origin: string, coSigners: readonly NoteSigner[]): void {
  const keys = coSigners.map(({ keyName, keyId }) => `${keyName} ${keyId}`);
  if (keys.length > MAX_CO_SIGNERS || new Set(keys).size !== keys.length) {
    throw new LogError('option-malformed', 'a checkpoint has no room for these signers', {
      value: `${keys.length} signers of ${JSON.stringify(origin)}`,
      limit: `${MAX_CO_SIGNERS} signers, each with a key of its own`,
    });
  }
}
