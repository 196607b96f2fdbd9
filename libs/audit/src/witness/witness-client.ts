import { verifyEd25519, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { isLogError, LogError } from '../log-error.ts';
import type { ConsistencyProver } from '../merkle/consistency-prover.ts';
import { isDecimal, readCheckpoint } from '../verify/checkpoint-text.ts';
import { equal } from '../verify/merkle-proof.ts';
import { checkSignature } from '../verify/note-signature.ts';
import { readNote, readSignatureLines } from '../verify/signed-note.ts';
import type { VerifierKey } from '../verify/verifier-key.ts';
import { writeAddCheckpoint } from './add-checkpoint-request.ts';
import { readBounded } from './bounded-response.ts';

/** Where a witness is, and how it is asked. */
export interface WitnessClientOptions {
  /** Submission prefix, to which `/add-checkpoint` is added: `https://witness.example/w1`. */
  readonly url: string;
  /** Keys of the witness; cosignatures of others are ignored. */
  readonly keys: readonly VerifierKey[];
  /** The global `fetch` when absent. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds for one request with its answer. Default 5,000. */
  readonly timeoutMs?: number;
}

/** What is to be cosigned. */
export interface CosignRequest {
  /** Signed note of the log. */
  readonly checkpoint: string;
  /** Proves that its tree continues what the witness has cosigned. */
  readonly prove: ConsistencyProver;
  readonly signal?: AbortSignal;
}

/** Asks one witness for its cosignatures, and remembers how far it has come with each log. */
export interface WitnessClient {
  readonly url: string;
  /**
   * The signature lines of the witness, verified, each with its newline, at most one a key.
   *
   * @throws LogError `witness-unreachable`, `witness-refused`, `witness-conflict`, `witness-malformed`; `note-malformed` for
   * what is no checkpoint; what `prove` throws
   */
  cosign(request: CosignRequest): Promise<readonly string[]>;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** Sixteen signatures of up to 5 kB each. */
const MAX_ANSWER_BYTES = 131_072;

/** The first size may be out of date, and another client of the same log may have been faster. */
const MAX_REQUESTS = 4;

/** @throws LogError `option-malformed` for a URL that is none of HTTP, and for no key */
export function createWitnessClient(options: WitnessClientOptions): WitnessClient {
  return new HttpWitnessClient(options);
}

/** What one request came to: lines, or the size that the witness wants instead. */
type Attempt = { readonly lines: readonly string[] } | { readonly size: number };

class HttpWitnessClient implements WitnessClient {
  readonly url: string;
  readonly #keys: readonly VerifierKey[];
  readonly #fetch: typeof globalThis.fetch;
  readonly #timeoutMs: number;
  /** By origin: the size that the witness is believed to have cosigned last. */
  readonly #sizes = new Map<string, number>();

  constructor({ url, keys, fetch = globalThis.fetch, timeoutMs = DEFAULT_TIMEOUT_MS }: WitnessClientOptions) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '') || keys.length === 0) {
      throw new LogError('option-malformed', 'a witness has a URL of HTTP, and a key', {
        value: `${url.slice(0, 256)}, ${keys.length} keys`,
      });
    }
    this.url = url.replace(/\/+$/, '');
    this.#keys = keys;
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
  }

  async cosign({ checkpoint, prove, signal }: CosignRequest): Promise<readonly string[]> {
    const statement = readCheckpoint(readNote(checkpoint)?.text ?? '');
    if (statement === undefined) throw new LogError('note-malformed', 'there is no checkpoint to cosign');
    const { origin, size } = statement;
    let oldSize = Math.min(this.#sizes.get(origin) ?? 0, size);
    for (let request = 0; request < MAX_REQUESTS; request += 1) {
      const proof = await prove(oldSize);
      const body = writeAddCheckpoint({ oldSize, proof, checkpoint });
      const attempt = await this.#post(body, checkpoint, signal);
      if ('lines' in attempt) {
        this.#sizes.set(origin, size);
        return attempt.lines;
      }
      if (attempt.size > size) throw this.#conflict(`it has cosigned ${attempt.size} entries`, size);
      oldSize = attempt.size;
    }
    throw this.#conflict(`its size changed ${MAX_REQUESTS} times`, size);
  }

  async #post(body: string, checkpoint: string, signal: AbortSignal | undefined): Promise<Attempt> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await this.#fetch(`${this.url}/add-checkpoint`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        body,
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      return this.#read(response, await readBounded(response, MAX_ANSWER_BYTES), checkpoint);
    } catch (cause) {
      if (isLogError(cause)) throw cause;
      throw new LogError('witness-unreachable', 'the witness did not answer', {
        value: this.url,
        limit: `${this.#timeoutMs} ms`,
        cause,
      });
    }
  }

  #read(response: Response, answer: string | undefined, checkpoint: string): Attempt {
    if (answer === undefined) throw this.#malformed(`more than ${MAX_ANSWER_BYTES} bytes, or no UTF-8`);
    if (response.status === 200) return { lines: this.#ownLines(answer, checkpoint) };
    if (response.status === 409) {
      // Without this type it is a conflict of roots (C2SP tlog-witness, "add-checkpoint").
      const isSize = response.headers.get('content-type')?.split(';')[0]?.trim() === 'text/x.tlog.size';
      const size = answer.endsWith('\n') ? answer.slice(0, -1) : '';
      if (isSize && isDecimal(size)) return { size: Number(size) };
      if (isSize) throw this.#malformed('a size that is none');
      throw this.#conflict('it has cosigned another tree of this size', undefined);
    }
    const value = `${this.url}: ${response.status}`;
    if (response.status === 429 || response.status >= 500) {
      throw new LogError('witness-unreachable', `the witness cannot answer now: ${printable(answer)}`, {
        value,
      });
    }
    throw new LogError('witness-refused', `the witness refused the checkpoint: ${printable(answer)}`, {
      value,
    });
  }

  /** Lines of other keys, and of this witness for another text, are as good as none. */
  #ownLines(answer: string, checkpoint: string): readonly string[] {
    const signatures = readSignatureLines(answer);
    if (signatures === undefined) throw this.#malformed('no signature lines');
    const note = { text: readNote(checkpoint)?.text ?? '', signatures };
    const lines = this.#keys.flatMap((key) => {
      const verdict = checkSignature(note, key, { verifyEd25519, verifyMlDsa44 });
      const own = signatures.find(({ keyName, keyId }) => keyName === key.name && equal(keyId, key.keyId));
      const isCosignature = verdict.status === 'valid' && verdict.time !== undefined;
      return own !== undefined && isCosignature ? [`${own.line}\n`] : [];
    });
    if (lines.length === 0) throw this.#malformed('no valid cosignature of its keys');
    return lines;
  }

  #conflict(what: string, size: number | undefined): LogError {
    return new LogError('witness-conflict', `the witness does not follow the log: ${what}`, {
      value: this.url,
      ...(size === undefined ? {} : { limit: `${size} entries` }),
    });
  }

  #malformed(what: string): LogError {
    return new LogError('witness-malformed', `the witness answered with ${what}`, { value: this.url });
  }
}

/** What a stranger says, for a message: short, and nothing that a terminal obeys. */
function printable(text: string): string {
  return JSON.stringify(text.trim().slice(0, 120));
}
