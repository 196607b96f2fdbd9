import { createHmac, createSecretKey } from 'node:crypto';
import { utf8 } from '../encoding/utf8.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

const VERSION = utf8('HPKE-v1');

/** A whole number below 65,536 in two bytes, big-endian: I2OSP(n, 2). */
export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/** `HPKE-v1` and the name of what a label is used in: in front of every label, so that no two uses give the same bytes. */
export function labelPrefix(suiteId: Uint8Array): Uint8Array {
  return Buffer.concat([VERSION, suiteId]);
}

/** LabeledExtract and LabeledExpand (RFC 9180 section 4) over HKDF (RFC 5869) with one hash, for one suite id. */
export class LabeledHkdf {
  readonly #hash: string;
  readonly #hashLength: number;
  readonly #prefix: Uint8Array;

  /**
   * @param hash as OpenSSL names it
   * @param hashLength Nh, in bytes
   */
  constructor(hash: string, hashLength: number, suiteId: Uint8Array) {
    this.#hash = hash;
    this.#hashLength = hashLength;
    this.#prefix = labelPrefix(suiteId);
  }

  /** Nh bytes. */
  extract(salt: Uint8Array, label: string, ikm: Uint8Array): SecretBytes {
    return SecretBytes.takeFrom(this.#hmac(salt).update(this.#prefix).update(label).update(ikm).digest());
  }

  /**
   * @param prk Nh bytes
   * @param length 1 to 255 Nh, which the callers check
   */
  expand(prk: SecretBytes, label: string, info: Uint8Array, length: number): SecretBytes {
    const blocks = Math.ceil(length / this.#hashLength);
    const output = Buffer.alloc(blocks * this.#hashLength);
    try {
      let previous = output.subarray(0, 0);
      for (let block = 1; block <= blocks; block += 1) {
        const hmac = prk.expose((key) => this.#hmac(key));
        hmac.update(previous).update(uint16(length)).update(this.#prefix).update(label).update(info);
        const digest = hmac.update(Uint8Array.of(block)).digest();
        const start = (block - 1) * this.#hashLength;
        output.set(digest, start);
        digest.fill(0);
        previous = output.subarray(start, start + this.#hashLength);
      }
      return SecretBytes.copyOf(output.subarray(0, length));
    } finally {
      output.fill(0);
    }
  }

  /** OpenSSL takes a key object three times as fast as the bytes of a key, and wipes it. */
  #hmac(key: Uint8Array): ReturnType<typeof createHmac> {
    return createHmac(this.#hash, createSecretKey(key));
  }
}
