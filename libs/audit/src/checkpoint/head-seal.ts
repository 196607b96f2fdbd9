import { createHmac, type KeyObject } from 'node:crypto';
import { constantTimeEqual, hkdfSha256, SecretBytes, secretKeyObject } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import { PIN_ID_BYTES } from '../pin/checkpoint-pin.ts';
import { signWith, type CheckpointSigner } from './checkpoint-signer.ts';

const KEY_TEXT = 'bitcoin-enterprise/audit/head-seal-key/v1';
const SEAL_TEXT = 'bitcoin-enterprise/audit/head-seal/v1';

const TAG_BYTES = 32;

/**
 * Authenticates the head of a log inside its store, under a key that only the holder of the signing key can have. A
 * commit carries it in place of a signature that is made later, so that nobody who holds the file extends or cuts the
 * part that no signature covers yet.
 *
 * The key is HKDF-SHA-256 of the Ed25519 signature over a text of its own: Ed25519 gives the same signature each time
 * (RFC 8032 section 5.1.6), and nobody else can tell what it is. The text ends without a newline and is no note.
 */
export class HeadSeal {
  readonly #key: KeyObject;
  readonly #prefix: string;

  private constructor(key: KeyObject, origin: string) {
    this.#key = key;
    this.#prefix = `${SEAL_TEXT}\n${origin}\n`;
  }

  /** @throws LogError `signer-failed`, also for a signer that signs the same text differently each time. */
  static async of(origin: string, signer: CheckpointSigner): Promise<HeadSeal> {
    const text = Buffer.from(`${KEY_TEXT}\n${origin}`);
    using signature = SecretBytes.takeFrom(await signWith(signer, text));
    using again = SecretBytes.takeFrom(await signWith(signer, text));
    if (!signature.equals(again)) {
      throw new LogError('signer-failed', 'the signer does not sign deterministically, as Ed25519 does');
    }
    using key = hkdfSha256({
      ikm: signature,
      salt: new Uint8Array(),
      info: Buffer.from(KEY_TEXT),
      length: 32,
    });
    return new HeadSeal(secretKeyObject(key), origin);
  }

  /**
   * 32 bytes for the tree of the first `size` entries; behind them, the pin in which entries that follow may stand.
   *
   * @param pinId 16 bytes, where entries that are acknowledged may stand in a pin alone
   */
  seal(size: number, rootHash: Uint8Array, pinId: Uint8Array = new Uint8Array(0)): Uint8Array {
    const tag = createHmac('sha256', this.#key)
      .update(`${this.#prefix}${size}\n`)
      .update(rootHash)
      .update(pinId)
      .digest();
    return pinId.length === 0 ? tag : Buffer.concat([tag, pinId]);
  }

  /** Whether {@link seal} gave `seal` for this head. */
  matches(seal: Uint8Array, size: number, rootHash: Uint8Array): boolean {
    return constantTimeEqual(seal, this.seal(size, rootHash, pinNamedIn(seal)));
  }
}

/** The pin in which entries behind a sealed head may stand; `undefined` where there are none. */
export function pinNamedIn(seal: Uint8Array): Uint8Array | undefined {
  return seal.length === TAG_BYTES + PIN_ID_BYTES ? seal.subarray(TAG_BYTES) : undefined;
}
