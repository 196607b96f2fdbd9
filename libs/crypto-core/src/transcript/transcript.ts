import { encodeContext } from '../encoding/context.ts';
import { domainSeparated, uint32 } from '../encoding/domain.ts';
import { CryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import type { Point } from '../secp256k1/point.ts';
import type { Scalar } from '../secp256k1/scalar.ts';
import { CHALLENGE_SCALAR_LENGTH, challengeScalarFrom } from './challenge-scalar.ts';
import { ENTRY_KIND_BYTES, type TranscriptEntry } from './transcript-entry.ts';

/** Bytes before every hash of the chain that say which of its uses this is; entries have theirs from 1 upwards. */
const FORK = 0x80;
const OUTPUT = 0x81;
const AFTER_CHALLENGE = 0x82;
const COMMITMENT = 0x83;

const MAX_CHALLENGE_LENGTH = 1024;
const DIGEST_LENGTH = 32;
const U64_LIMIT = 2n ** 64n;
const U32_MAXIMUM = 0xffff_ffff;

export interface TranscriptOptions {
  /** The name of the protocol: 1 to 255 bytes of UTF-8, of its own among all that use this library. */
  readonly protocol: string;
  /** The version of the protocol: 1 to 4,294,967,295. */
  readonly version: number;
  /** Is told of every entry, so that it can be recorded. Forks and clones are not. */
  readonly onEntry?: (entry: TranscriptEntry) => void;
}

/**
 * A Fiat–Shamir transcript: it absorbs everything a verifier would have seen and gives the challenges that the verifier
 * would have chosen. Prover and verifier make the same calls with the same labels and get the same challenges. **Public
 * data only.** Absorb the whole statement first (parameters, generators, every commitment), then ask for a challenge: what
 * was not absorbed before a challenge is not bound by it.
 *
 * The state is a chain of SHA-256, each link of which hashes a byte for the kind of operation, the state before it, the
 * label behind its length and the data behind its length. So no two sequences of calls hash the same bytes. Output is
 * never a state: a challenge gives a seed, the seed gives the bytes asked for, and the next state is made of the seed and
 * of these bytes. SHA-256 rather than SHA-512 because its 128 bits against collisions are those of the group, it is the
 * hash that everything else of bitcoin stands on, and processors have instructions for it; 64 uniform bytes take two calls.
 */
export class Transcript {
  #state: Uint8Array;
  #isFrozen = false;
  #isEmpty: boolean;
  readonly #onEntry: ((entry: TranscriptEntry) => void) | undefined;

  private constructor(state: Uint8Array, isEmpty: boolean, onEntry?: (entry: TranscriptEntry) => void) {
    this.#state = state;
    this.#isEmpty = isEmpty;
    this.#onEntry = onEntry;
  }

  /**
   * @throws CryptoError `context-malformed` for the protocol, `integer-out-of-range` for the version
   */
  static start(o: TranscriptOptions): Transcript {
    if (!Number.isInteger(o.version) || o.version < 1 || o.version > U32_MAXIMUM) {
      throw new CryptoError('integer-out-of-range', 'a protocol has no such version', {
        value: String(o.version),
        limit: `1 to ${U32_MAXIMUM}`,
      });
    }
    const domain = domainSeparated('transcript/v1', encodeContext(o.protocol), uint32(o.version));
    return new Transcript(sha256(domain), true, o.onEntry);
  }

  /**
   * Absorbs bytes of any length.
   *
   * @param label what the bytes are: 1 to 255 bytes of UTF-8
   * @throws CryptoError `context-malformed` for the label, `transcript-frozen`
   */
  appendMessage(label: string, data: Uint8Array): void {
    this.#append({ kind: 'message', label, data });
  }

  /**
   * Absorbs the 33 bytes of a point.
   *
   * @throws CryptoError `point-at-infinity`, `context-malformed`, `transcript-frozen`
   */
  appendPoint(label: string, point: Point): void {
    this.#append({ kind: 'point', label, data: point.toCompressed() });
  }

  /**
   * Absorbs the 32 bytes of a scalar.
   *
   * @throws CryptoError `context-malformed`, `transcript-frozen`
   */
  appendScalar(label: string, scalar: Scalar): void {
    this.#append({ kind: 'scalar', label, data: scalar.toBytes() });
  }

  /**
   * Absorbs a whole number in 8 bytes, most significant first.
   *
   * @param value 0 to 2^64 - 1
   * @throws CryptoError `integer-out-of-range`, `context-malformed`, `transcript-frozen`
   */
  appendU64(label: string, value: bigint): void {
    if (value < 0n || value >= U64_LIMIT) {
      throw new CryptoError('integer-out-of-range', 'the number has no form in 8 bytes', {
        value: String(value),
        limit: '0 to 2^64 - 1',
      });
    }
    const data = new Uint8Array(8);
    new DataView(data.buffer).setBigUint64(0, value);
    this.#append({ kind: 'u64', label, data });
  }

  /**
   * A challenge in 1 to n - 1, as good as uniform. The transcript goes on from it.
   *
   * @throws CryptoError `transcript-empty` before anything was absorbed, `challenge-zero`, `context-malformed`,
   *   `transcript-frozen`
   */
  challengeScalar(label: string): Scalar {
    const uniform = this.#challenge({ kind: 'challenge-scalar', label }, CHALLENGE_SCALAR_LENGTH);
    return challengeScalarFrom(uniform);
  }

  /**
   * A challenge of uniform bytes. Those of another length are other bytes, not more of the same.
   *
   * @param length 1 to 1,024 bytes
   * @throws CryptoError `transcript-empty` before anything was absorbed, `length-out-of-range`, `context-malformed`,
   *   `transcript-frozen`
   */
  challengeBytes(label: string, length: number): Uint8Array {
    if (!Number.isInteger(length) || length < 1 || length > MAX_CHALLENGE_LENGTH) {
      throw new CryptoError('length-out-of-range', 'a challenge has no such length', {
        value: String(length),
        limit: `1 to ${MAX_CHALLENGE_LENGTH} bytes`,
      });
    }
    return this.#challenge({ kind: 'challenge-bytes', label, length }, length);
  }

  /**
   * A transcript of its own that knows all of this one, for a part of a proof: with another label it gives other
   * challenges, and neither learns what the other absorbs from now on.
   *
   * @throws CryptoError `context-malformed`, `transcript-frozen`
   */
  fork(label: string): Transcript {
    this.#refuseFrozen();
    return new Transcript(this.#link(FORK, encodeContext(label)), this.#isEmpty);
  }

  /**
   * A transcript in the same state, which gives the same challenges.
   *
   * @throws CryptoError `transcript-frozen`
   */
  clone(): Transcript {
    this.#refuseFrozen();
    return new Transcript(this.#state, this.#isEmpty);
  }

  /** Ends the transcript: from now on everything but {@link Transcript.commitment} is refused. */
  freeze(): void {
    this.#isFrozen = true;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** 32 bytes that commit to everything absorbed and given so far, and that no challenge is made of. */
  commitment(): Uint8Array {
    return sha256(Uint8Array.of(COMMITMENT), this.#state);
  }

  #append(entry: Extract<TranscriptEntry, { readonly data: Uint8Array }>): void {
    this.#refuseFrozen();
    this.#state = this.#link(ENTRY_KIND_BYTES[entry.kind], encodeContext(entry.label), entry.data);
    this.#isEmpty = false;
    this.#onEntry?.({ ...entry, data: Uint8Array.from(entry.data) });
  }

  #challenge(entry: Exclude<TranscriptEntry, { readonly data: Uint8Array }>, length: number): Uint8Array {
    this.#refuseFrozen();
    const label = encodeContext(entry.label);
    if (this.#isEmpty) {
      throw new CryptoError('transcript-empty', 'a challenge before anything was absorbed binds nothing', {
        value: '0 entries',
        limit: 'at least 1',
      });
    }
    const seed = this.#link(ENTRY_KIND_BYTES[entry.kind], label, uint32(length));
    const uniform = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += DIGEST_LENGTH) {
      const block = sha256(Uint8Array.of(OUTPUT), seed, uint32(offset));
      uniform.set(block.subarray(0, length - offset), offset);
    }
    this.#state = sha256(Uint8Array.of(AFTER_CHALLENGE), seed, uniform);
    this.#onEntry?.(entry);
    return uniform;
  }

  /** The next state, or the seed of a challenge: nothing else hashes the same bytes. */
  #link(kind: number, label: Uint8Array, data: Uint8Array = new Uint8Array()): Uint8Array {
    const dataLength = new Uint8Array(8);
    new DataView(dataLength.buffer).setBigUint64(0, BigInt(data.length));
    return sha256(Uint8Array.of(kind), this.#state, Uint8Array.of(label.length), label, dataLength, data);
  }

  #refuseFrozen(): void {
    if (this.#isFrozen) {
      throw new CryptoError('transcript-frozen', 'the transcript has ended and takes nothing more');
    }
  }
}
