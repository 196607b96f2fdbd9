import { verifyEd25519, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { isLogError, LogError } from '../log-error.ts';
import { EMPTY_ROOT } from '../merkle/tree-hash.ts';
import { MAX_COSIGNED_NAME_BYTES } from '../note/cosigned-message.ts';
import type { NoteSigner } from '../note/note-signer.ts';
import { signatureLine } from '../note/signed-note.ts';
import { UnixClock } from '../note/unix-clock.ts';
import { readCheckpoint, type CheckpointStatement } from '../verify/checkpoint-text.ts';
import { equal, verifyConsistency } from '../verify/merkle-proof.ts';
import { checkSignature } from '../verify/note-signature.ts';
import { readNote } from '../verify/signed-note.ts';
import { writeSplitView } from '../verify/split-view-file.ts';
import { readVerifierKey, type VerifierKey } from '../verify/verifier-key.ts';
import { readAddCheckpoint, type AddCheckpointRequest } from './add-checkpoint-request.ts';
import type { WitnessedTree, WitnessStore } from './witness-store.ts';

/** A log that a witness watches. */
export interface WitnessedLog {
  readonly origin: string;
  /** The log's keys in text form; a checkpoint needs one of them. */
  readonly verifierKeys: readonly string[];
}

/** How a witness is made. */
export interface WitnessOptions {
  /** Stays the caller's to close. */
  readonly store: WitnessStore;
  readonly logs: readonly WitnessedLog[];
  /** One or more, each of which signs: `cosigner(name, key)`. */
  readonly cosigners: readonly NoteSigner[];
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly clock?: () => number;
  /**
   * Called with evidence, two checkpoints of a log that contradict each other: `verifySplitView` checks it. What it throws is
   * not the witness's concern.
   */
  readonly onSplitView?: (evidence: Uint8Array) => void;
}

/** An HTTP answer, whatever server gives it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 500;
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** What a witness does, apart from any server. */
export interface Witness {
  /** Its keys in text form, one for each cosigner. */
  readonly verifierKeys: readonly string[];
  /** Answers the body of one `add-checkpoint` (C2SP tlog-witness). Never rejects: what fails here is a 500. */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
}

/**
 * Makes a witness: it cosigns a checkpoint of a log that it watches when it continues the one that it cosigned last, and
 * never two trees of one size, nor a smaller one after a larger, as long as its store survives.
 *
 * @throws LogError `option-malformed`
 */
export function createWitness(options: WitnessOptions): Witness {
  return new StoredWitness(options);
}

interface KnownTree {
  /** Seconds since 1970, no later than the tree was looked up: then it was the largest. */
  readonly time: number;
  /** `undefined` before the first one. */
  readonly stored: WitnessedTree | undefined;
  readonly size: number;
  readonly rootHash: Uint8Array;
}

class StoredWitness implements Witness {
  readonly #store: WitnessStore;
  readonly #logs: ReadonlyMap<string, readonly VerifierKey[]>;
  readonly #cosigners: readonly NoteSigner[];
  readonly #clock: UnixClock;
  readonly #onSplitView: (evidence: Uint8Array) => void;

  constructor({ store, logs, cosigners, clock = Date.now, onSplitView = ignore }: WitnessOptions) {
    this.#store = store;
    this.#logs = new Map(logs.map(({ origin, verifierKeys }) => [origin, verifierKeys.map(requireKey)]));
    this.#cosigners = cosigners;
    this.#clock = new UnixClock(clock);
    this.#onSplitView = onSplitView;
    const isTwice = this.#logs.size !== logs.length;
    const isUnfit = logs.some(
      ({ origin, verifierKeys }) =>
        verifierKeys.length === 0 || Buffer.byteLength(origin) > MAX_COSIGNED_NAME_BYTES,
    );
    if (isTwice || isUnfit || cosigners.length === 0) {
      throw new LogError('option-malformed', 'a witness has a cosigner, and logs that have a key', {
        value: `${logs.length} logs, ${cosigners.length} cosigners`,
        limit: `at least one cosigner, and one key a log; each log once, its origin up to ${MAX_COSIGNED_NAME_BYTES} bytes`,
      });
    }
  }

  get verifierKeys(): readonly string[] {
    return this.#cosigners.map(({ verifierKey }) => verifierKey);
  }

  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const request = readAddCheckpoint(body);
    if (typeof request === 'string') return refusal(400, `the request is malformed: ${request}`);
    try {
      return await this.#answer(request);
    } catch (error) {
      return refusal(500, `the witness failed: ${isLogError(error) ? error.code : 'unexpectedly'}`);
    }
  }

  async #answer(request: AddCheckpointRequest): Promise<WitnessAnswer> {
    const checkpoint = readCheckpoint(textBeforeSignatures(request.checkpoint));
    if (checkpoint === undefined) return refusal(400, 'the note is no checkpoint');
    const keys = this.#logs.get(checkpoint.origin);
    if (keys === undefined) return refusal(404, 'unknown log');
    // Signature lines that are none hold no signature of a key that is trusted.
    const note = readNote(request.checkpoint);
    if (note === undefined) return refusal(403, 'invalid signature');
    const verdicts = keys.map((key) => checkSignature(note, key, { verifyEd25519, verifyMlDsa44 }).status);
    if (verdicts.includes('invalid') || !verdicts.includes('valid')) return refusal(403, 'invalid signature');
    if (request.oldSize > checkpoint.size)
      return refusal(400, 'the old size is above that of the checkpoint');
    const time = this.#clock.seconds();
    const stored = await this.#store.latest(checkpoint.origin);
    const known = { time, stored, size: stored?.size ?? 0, rootHash: stored?.rootHash ?? EMPTY_ROOT };
    return (
      this.#refusalOf(request, checkpoint, known) ??
      (await this.#cosign(note.text, request, checkpoint, known))
    );
  }

  /** Whether the checkpoint continues the known tree; the order of the checks is that of the specification. */
  #refusalOf(
    request: AddCheckpointRequest,
    checkpoint: CheckpointStatement,
    known: KnownTree,
  ): WitnessAnswer | undefined {
    if (request.oldSize !== known.size) return conflict(known.size);
    const isKnownSize = known.stored !== undefined && checkpoint.size > 0 && checkpoint.size === known.size;
    if (isKnownSize && !equal(checkpoint.rootHash, known.rootHash)) {
      this.#report(known.stored.checkpoint, request.checkpoint);
      return refusal(409, 'another tree of this size was cosigned');
    }
    const isConsistent = verifyConsistency({
      from: known.size,
      to: checkpoint.size,
      fromRoot: known.rootHash,
      toRoot: checkpoint.rootHash,
      proof: request.proof,
    });
    return isConsistent ? undefined : refusal(422, 'the consistency proof does not verify');
  }

  async #cosign(
    text: string,
    { checkpoint: note }: AddCheckpointRequest,
    { origin, size, rootHash }: CheckpointStatement,
    known: KnownTree,
  ): Promise<WitnessAnswer> {
    if (known.stored?.size !== size) {
      const other = await this.#store.advance(origin, known.stored, { size, rootHash, checkpoint: note });
      if (other !== undefined) return conflict(other.size);
    }
    const lines = this.#cosigners.map(async (signer) => {
      const signature = await signer.sign(text, known.time);
      return signatureLine({ keyName: signer.keyName, keyId: signer.keyId, signature });
    });
    return answer(200, (await Promise.all(lines)).join(''));
  }

  #report(first: string, second: string): void {
    try {
      this.#onSplitView(writeSplitView({ first, second }));
    } catch {
      // Who asked is told that there is a conflict, whatever becomes of the report.
    }
  }
}

function requireKey(text: string): VerifierKey {
  const key = readVerifierKey(text);
  if (key !== undefined) return key;
  throw new LogError('option-malformed', 'the text is no verifier key', {
    value: JSON.stringify(text).slice(0, 80),
  });
}

function textBeforeSignatures(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1);
}

/** The size that a client may try next. */
function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
}

function refusal(status: WitnessAnswer['status'], reason: string): WitnessAnswer {
  return answer(status, `${reason}\n`);
}

function answer(status: WitnessAnswer['status'], body: string): WitnessAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function ignore(): void {
  // Nobody asked for the evidence.
}
