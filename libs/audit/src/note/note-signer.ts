import { verifyEd25519, verifyMlDsa44, type Signer } from '@bitcoin-enterprise/crypto-core';
import { parseCheckpoint } from '../checkpoint/checkpoint-text.ts';
import { LogError } from '../log-error.ts';
import {
  ed25519CosignedMessage,
  MAX_COSIGNED_NAME_BYTES,
  mlDsa44CosignedMessage,
  uint64,
} from './cosigned-message.ts';
import { keyIdOf, verifierKeyText, type NoteSignatureType } from './signature-type.ts';
import { isKeyName } from './signed-note.ts';

/** Signs checkpoints under one key name. */
export interface NoteSigner {
  readonly keyName: string;
  /** With the name it says which signature lines are this signer's. */
  readonly keyId: number;
  /** The public key in the text form that verifiers are given (`<name>+<key id>+<key>`). */
  readonly verifierKey: string;
  /**
   * What stands behind the key id in the signature line of a checkpoint.
   *
   * @param text of the checkpoint, with its last newline
   * @param unixSeconds the time that a cosignature states; a plain signature states none
   * @throws LogError `signer-failed`, also for a signature that does not verify; `note-malformed`
   */
  sign(text: string, unixSeconds: number): Promise<Uint8Array>;
}

/**
 * A plain Ed25519 signer of notes (type 0x01), as logs have it.
 *
 * @throws LogError `option-malformed` for a text that cannot name a key, and another algorithm
 */
export function ed25519NoteSigner(keyName: string, signer: Signer): NoteSigner {
  if (signer.algorithm !== 'Ed25519') throw wrongAlgorithm(signer, 'Ed25519');
  return new KeyedSigner('ed25519', keyName, signer, (text) => Buffer.from(text));
}

/**
 * A signer of checkpoints that states the time of each signature (C2SP tlog-cosignature): type 0x04 (`cosignature/v1`) for
 * an Ed25519 key, type 0x06 for an ML-DSA-44 key. Witnesses have either. A log that signs with ML-DSA-44 gives its origin
 * as the name. The message of type 0x04 does not say whose it is: use such a key under one name only.
 *
 * @throws LogError `option-malformed` for a text that cannot name a key, and another algorithm
 */
export function cosigner(keyName: string, signer: Signer): NoteSigner {
  if (signer.algorithm === 'Ed25519') {
    return new KeyedSigner('ed25519-cosignature', keyName, signer, ed25519CosignedMessage);
  }
  if (signer.algorithm !== 'ML-DSA-44') throw wrongAlgorithm(signer, 'Ed25519 or ML-DSA-44');
  return new KeyedSigner('ml-dsa-44-cosignature', keyName, signer, (text, unixSeconds) =>
    mlDsa44CosignedMessage(keyName, parseNamed(text), unixSeconds),
  );
}

class KeyedSigner implements NoteSigner {
  readonly keyName: string;
  readonly keyId: number;
  readonly verifierKey: string;
  readonly #type: NoteSignatureType;
  readonly #signer: Signer;
  readonly #publicKey: Uint8Array;
  readonly #messageOf: (text: string, unixSeconds: number) => Uint8Array;

  constructor(
    type: NoteSignatureType,
    keyName: string,
    signer: Signer,
    messageOf: (text: string, unixSeconds: number) => Uint8Array,
  ) {
    if (!isKeyName(keyName) || Buffer.byteLength(keyName) > MAX_COSIGNED_NAME_BYTES) {
      throw new LogError('option-malformed', 'the text cannot name a key', {
        value: JSON.stringify(keyName).slice(0, 80),
        limit: `1 to ${MAX_COSIGNED_NAME_BYTES} bytes without spaces, control characters and +`,
      });
    }
    this.keyName = keyName;
    this.keyId = keyIdOf(type, keyName, signer.publicKey);
    this.verifierKey = verifierKeyText(type, keyName, signer.publicKey);
    this.#type = type;
    this.#signer = signer;
    this.#publicKey = signer.publicKey;
    this.#messageOf = messageOf;
  }

  async sign(text: string, unixSeconds: number): Promise<Uint8Array> {
    const message = this.#messageOf(text, unixSeconds);
    const signature = await this.#signed(message);
    // A fault in the signer must not leave this machine: with Ed25519 it can give the key away.
    const verify = this.#type === 'ml-dsa-44-cosignature' ? verifyMlDsa44 : verifyEd25519;
    if (!verify(signature, message, this.#publicKey)) {
      throw new LogError(
        'signer-failed',
        'the signature does not verify under the public key of its signer',
        {
          value: `${signature.length} bytes`,
        },
      );
    }
    return this.#type === 'ed25519' ? signature : Buffer.concat([uint64(unixSeconds), signature]);
  }

  async #signed(message: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#signer.signAsync(message);
    } catch (cause) {
      throw new LogError('signer-failed', 'the signer refused to sign', { value: this.keyName, cause });
    }
  }
}

function parseNamed(text: string): ReturnType<typeof parseCheckpoint> {
  const checkpoint = parseCheckpoint(text);
  if (Buffer.byteLength(checkpoint.origin) <= MAX_COSIGNED_NAME_BYTES) return checkpoint;
  throw new LogError('note-malformed', 'the origin is too long for an ML-DSA-44 cosignature', {
    value: `${Buffer.byteLength(checkpoint.origin)} bytes`,
    limit: `${MAX_COSIGNED_NAME_BYTES} bytes`,
  });
}

function wrongAlgorithm(signer: Signer, limit: string): LogError {
  return new LogError('option-malformed', 'the key cannot sign notes', { value: signer.algorithm, limit });
}
