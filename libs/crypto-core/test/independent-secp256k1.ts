import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hashes } from '@noble/secp256k1';

/** An implementation of secp256k1 that shares no code with libsecp256k1, nor with OpenSSL for its hashes. */
hashes.sha256 = sha256;
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

export { getPublicKey, Point, schnorr, sign, utils, verify } from '@noble/secp256k1';
