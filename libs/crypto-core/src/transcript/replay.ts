import { CryptoError } from '../error.ts';
import { bigIntFromBytes } from '../secp256k1/big-endian.ts';
import { Point } from '../secp256k1/point.ts';
import { Scalar } from '../secp256k1/scalar.ts';
import type { TranscriptEntry } from './transcript-entry.ts';
import { Transcript } from './transcript.ts';

/** The calls that were made to one transcript, from its start. */
export interface TranscriptRecord {
  readonly protocol: string;
  readonly version: number;
  readonly entries: readonly TranscriptEntry[];
}

export interface ReplayedTranscript {
  /** In the state in which the recorded one was. */
  readonly transcript: Transcript;
  /** What each challenge was, in order: 32 bytes for a scalar. */
  readonly challenges: readonly Uint8Array[];
}

/**
 * Makes the recorded calls again.
 *
 * @throws CryptoError what the calls themselves throw, such as `point-malformed` or `transcript-empty`
 */
export function replayTranscript(record: TranscriptRecord): ReplayedTranscript {
  const transcript = Transcript.start({ protocol: record.protocol, version: record.version });
  const challenges = record.entries.flatMap((entry) => replayEntry(transcript, entry) ?? []);
  return { transcript, challenges };
}

/** @returns the challenge where the entry is one */
function replayEntry(transcript: Transcript, entry: TranscriptEntry): Uint8Array | undefined {
  switch (entry.kind) {
    case 'message':
      transcript.appendMessage(entry.label, entry.data);
      return undefined;
    case 'point':
      transcript.appendPoint(entry.label, Point.fromCompressed(entry.data));
      return undefined;
    case 'scalar':
      transcript.appendScalar(entry.label, Scalar.fromBytes(entry.data));
      return undefined;
    case 'u64':
      transcript.appendU64(entry.label, u64From(entry.data));
      return undefined;
    case 'challenge-scalar':
      return transcript.challengeScalar(entry.label).toBytes();
    case 'challenge-bytes':
      return transcript.challengeBytes(entry.label, entry.length);
  }
}

function u64From(bytes: Uint8Array): bigint {
  if (bytes.length !== 8) {
    throw new CryptoError('integer-out-of-range', 'the bytes are no whole number of 64 bits', {
      value: `${bytes.length} bytes`,
      limit: '8 bytes',
    });
  }
  return bigIntFromBytes(bytes);
}
