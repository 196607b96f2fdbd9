import assert from 'node:assert/strict';
import { fromHex, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import {
  decodeElligatorSwift,
  ecdhXOnly,
  ElligatorSwiftKey,
  secretToPoint,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'imo-eo/bip324/packet_encoding_test_vectors.csv';

/** The key exchange in the vectors of packets. What follows it, the encryption of packets, is not this library's. */
export const suite: ConformanceSuite = {
  source: 'BIP324',
  files: [FILE],
  *cases(files) {
    const [header = '', ...rows] = (files.get(FILE) ?? '').trim().split(/\r?\n/);
    const names = header.split(',');
    for (const row of rows) {
      const fields = row.split(',');
      yield exchange((name) => fields[names.indexOf(name)] ?? '');
    }
  },
};

function exchange(field: (name: string) => string): ConformanceCase {
  return {
    name: `key exchange of packet ${field('in_idx')}`,
    run: () => {
      using secret = SecretBytes.takeFrom(fromHex(field('in_priv_ours')));
      const theirs = fromHex(field('in_ellswift_theirs'));
      using key = ElligatorSwiftKey.fromSecret(secret, fromHex(field('in_ellswift_ours')));
      assert.equal(toHex(secretToPoint(secret).toXOnly()), field('mid_x_ours'));
      assert.equal(toHex(decodeElligatorSwift(theirs).toXOnly()), field('mid_x_theirs'));
      using x = ecdhXOnly(secret, decodeElligatorSwift(theirs));
      assert.equal(x.expose(toHex), field('mid_x_shared'));
      using shared = key.sharedSecret(theirs, field('in_initiating') === '1' ? 'initiator' : 'responder');
      assert.equal(shared.expose(toHex), field('mid_shared_secret'));
    },
  };
}
