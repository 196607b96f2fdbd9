import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { isCryptoError, open, seal, SecretBytes, utf8 } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const COMPATIBILITY = 'crypto-core/key-commitment/aws-esdk-compatibility-vectors.json';
const DERIVATION = 'crypto-core/key-commitment/aws-esdk-commit-kdf.json';

/** A message of the AWS Encryption SDK; bytes in base64. */
interface Vector {
  readonly comment: string;
  /** Whether it opens. */
  readonly status: boolean;
  /** With its tag; the 32 bytes in front of the tag are the commitment, in those that must not open of another key. */
  readonly header: string;
  readonly 'decrypted-dek': string;
  readonly 'message-id': string;
  readonly 'plaintext-frames'?: readonly string[];
}

const COMMITMENT_LENGTH = 32;
const TAG_LENGTH = 16;
const SEALING = { keyId: 'aws', context: 'key-commitment' } as const;
/** Where the 32 bytes of the commitment lie behind a key id of three letters. */
const COMMITMENT_START = 7 + SEALING.keyId.length + 32;

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/**
 * Two data keys, one ciphertext: the header commits to the one and the reader is made to use the other. The same is
 * done to an envelope: its ciphertext and tag stay as they were made under the vector's data key, and its commitment is
 * replaced by the vector's, which is of another key.
 */
function refusesOtherCommitment(vector: Vector): void {
  const dataKey = bytes(vector['decrypted-dek']);
  const given = bytes(vector.header).slice(-COMMITMENT_LENGTH - TAG_LENGTH, -TAG_LENGTH);
  const own = hkdfSync('sha512', dataKey, bytes(vector['message-id']), 'COMMITKEY', COMMITMENT_LENGTH);
  assert.notDeepEqual(new Uint8Array(own), given, 'the vector commits to its own data key');
  using key = SecretBytes.takeFrom(dataKey);
  const plaintext = utf8((vector['plaintext-frames'] ?? []).join(''));
  const envelope = seal(key, plaintext, SEALING);
  using opened = open(key, envelope, SEALING);
  assert.ok(opened.equals(plaintext));
  envelope.set(given, COMMITMENT_START);
  assert.throws(
    () => open(key, envelope, SEALING),
    (error) => isCryptoError(error) && error.code === 'envelope-refused',
  );
}

function caseOf(vector: Vector): ConformanceCase {
  if (vector.status) {
    return {
      name: vector.comment,
      skip: 'it is to open, in the format of the AWS Encryption SDK, which is not read',
    };
  }
  return {
    name: vector.comment,
    run: () => {
      refusesOtherCommitment(vector);
    },
  };
}

export const suite: ConformanceSuite = {
  source: 'AWS Encryption SDK',
  files: [COMPATIBILITY, DERIVATION],
  *cases(files) {
    const { tests } = JSON.parse(files.get(COMPATIBILITY) ?? '') as { readonly tests: readonly Vector[] };
    for (const vector of tests) yield caseOf(vector);
    yield {
      name: 'commitment and message key',
      skip: 'they are of HKDF-SHA-512; HKDF is offered with SHA-256 alone',
    };
  },
};
