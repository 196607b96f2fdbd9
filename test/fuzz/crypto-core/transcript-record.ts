import { isCryptoError, utf8 } from '@bitcoin-enterprise/crypto-core';
import {
  decodeTranscriptRecord,
  encodeTranscriptRecord,
  Point,
  Scalar,
  Transcript,
  type TranscriptEntry,
  type TranscriptRecord,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, texts } from './input/bytes.ts';

const MAX_CALLS = 12;
const MAX_LENGTH = 40;
const protocol = 'fuzz';

function recordOf(calls: (transcript: Transcript) => void): Uint8Array {
  const entries: TranscriptEntry[] = [];
  const transcript = Transcript.start({ protocol, version: 1, onEntry: (entry) => entries.push(entry) });
  calls(transcript);
  return encodeTranscriptRecord({ protocol, version: 1, entries });
}

export const target: FuzzTarget<TranscriptRecord> = {
  seeds: [
    recordOf(() => undefined),
    recordOf((transcript) => {
      transcript.appendMessage('message', utf8('some bytes'));
      transcript.challengeScalar('challenge');
    }),
    recordOf((transcript) => {
      transcript.appendPoint('point', Point.GENERATOR);
      transcript.appendScalar('scalar', Scalar.fromBigInt(7n));
      transcript.appendU64('number', 2n ** 64n - 1n);
      transcript.challengeBytes('bytes', 40);
    }),
  ],
  dictionary: texts('BEST', '\u0001', '\u0006', '\ufeff', '\u0000\u0000\u0004\u0000', protocol),
  isRefusal: isCryptoError,
  decode: decodeTranscriptRecord,
  check: (record, input) => {
    expectSame(encodeTranscriptRecord(record), input, 'the record written again');
  },
  // The commitment stops every altered entry: another record with a right one.
  repair: (input, numbers) =>
    recordOf((transcript) => {
      for (const byte of input.subarray(0, numbers.below(MAX_CALLS)))
        call(transcript, byte, numbers.below(MAX_LENGTH));
    }),
};

/** One of the six calls, with a label and data that follow from the byte. */
function call(transcript: Transcript, byte: number, length: number): void {
  const label = `label ${String(byte)}`;
  switch (byte % 6) {
    case 0:
      transcript.appendMessage(label, new Uint8Array(length).fill(byte));
      break;
    case 1:
      transcript.appendPoint(label, Point.GENERATOR);
      break;
    case 2:
      transcript.appendScalar(label, Scalar.fromBigInt(BigInt(byte)));
      break;
    case 3:
      transcript.appendU64(label, BigInt(byte));
      break;
    default:
      transcript.appendMessage(label, new Uint8Array());
      if (byte % 6 === 4) transcript.challengeScalar(label);
      else transcript.challengeBytes(label, length + 1);
  }
}
