import { CryptoError } from '../error.ts';
import { taggedHash } from '../hash/tagged-hash.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { randomSecretScalar } from '../signature/scalar.ts';
import { ecdhWithPublicKey } from './ecdh.ts';
import { decodeElligatorSwift, encodeElligatorSwift } from './elligator-swift.ts';
import type { Point } from './point.ts';
import { secretToPoint } from './secret-scalar.ts';

/**
 * A key pair of BIP324: a secret scalar, and its public key as 64 bytes that cannot be told from random. The scalar meets
 * libsecp256k1 for the public key and OpenSSL for the shared secret; only the public key is encoded and decoded in
 * variable time.
 */
export class ElligatorSwiftKey implements Disposable {
  readonly #secret: SecretBytes;
  readonly #point: Point;
  readonly #publicKey: Uint8Array;

  private constructor(secret: SecretBytes, point: Point, publicKey: Uint8Array) {
    this.#secret = secret;
    this.#point = point;
    this.#publicKey = publicKey;
  }

  /** `ellswift_create` of BIP324: a fresh key for one connection. */
  static generate(): ElligatorSwiftKey {
    const secret = randomSecretScalar();
    const point = secretToPoint(secret);
    return new ElligatorSwiftKey(secret, point, encodeElligatorSwift(point));
  }

  /**
   * @param secret 32 bytes, in 1 to n - 1; the key keeps a copy of its own
   * @param publicKey one of the encodings of its public key that was given away before; a new one unless given
   * @throws CryptoError `scalar-out-of-range`, `secret-disposed`, `elligator-swift-length`, and `public-key-mismatch` where
   *   the encoding is of another key
   */
  static fromSecret(secret: SecretBytes, publicKey?: Uint8Array): ElligatorSwiftKey {
    const point = secretToPoint(secret);
    if (publicKey !== undefined && !isOf(publicKey, point)) {
      throw new CryptoError('public-key-mismatch', 'the ElligatorSwift encoding is of another public key');
    }
    // A copy, also of a Buffer, whose own slice is a view.
    const encoding = publicKey === undefined ? encodeElligatorSwift(point) : Uint8Array.from(publicKey);
    return new ElligatorSwiftKey(secret.clone(), point, encoding);
  }

  /** 64 bytes, to be sent. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /**
   * `v2_ecdh` of BIP324: the x coordinate of both keys' product, hashed with both encodings in the order in which they
   * were sent, the initiator's first.
   *
   * @param theirs the 64 bytes that the other side sent: any are a public key
   * @param role ours in this connection
   * @returns 32 bytes, the same on both sides
   * @throws CryptoError `elligator-swift-length`, `secret-disposed`
   */
  sharedSecret(theirs: Uint8Array, role: 'initiator' | 'responder'): SecretBytes {
    using x = ecdhWithPublicKey(this.#secret, this.#point, decodeElligatorSwift(theirs));
    const sent = role === 'initiator' ? [this.#publicKey, theirs] : [theirs, this.#publicKey];
    return SecretBytes.takeFrom(
      x.expose((bytes) => taggedHash('bip324_ellswift_xonly_ecdh', ...sent, bytes)),
    );
  }

  /** Wipes the secret; the public key stays. */
  [Symbol.dispose](): void {
    this.#secret[Symbol.dispose]();
  }
}

function isOf(encoding: Uint8Array, point: Point): boolean {
  return Buffer.compare(decodeElligatorSwift(encoding).toXOnly(), point.toXOnly()) === 0;
}
