import { fromHex, hash160, sha256, taggedHash, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { schnorr } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('hashes', () => {
  it('give the figures of FIPS 180-4 for SHA-256', () => {
    expect(toHex(sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(toHex(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('give the identifier of BIP32 vector 1, of which the fingerprint is the first part', () => {
    // The master public key of BIP32 test vector 1.
    const publicKey = fromHex('0339a36013301597daef41fbe593a02cc513d0b55527ec2df1050e2e8ff49c85c2');
    expect(toHex(hash160(publicKey))).toBe('3442193e1bb70916e914552172cd4e2dbc9df811');
  });

  it('take parts as one message', () => {
    const bytes = fc.uint8Array({ maxLength: 50 });
    fc.assert(
      fc.property(bytes, bytes, fc.string({ maxLength: 10 }), (a, b, tag) => {
        expect(toHex(sha256(a, b))).toBe(toHex(sha256(new Uint8Array(Buffer.concat([a, b])))));
        expect(toHex(taggedHash(tag, a, b))).toBe(toHex(schnorr.utils.taggedHash(tag, a, b)));
      }),
    );
  });

  it('give plain arrays and no Buffer', () => {
    for (const digest of [sha256(), taggedHash('t'), hash160(new Uint8Array())])
      expect(Buffer.isBuffer(digest)).toBe(false);
  });
});
