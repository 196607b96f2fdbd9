import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { fromHex, isCryptoError, SecretBytes, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { DHKEM_X25519_HKDF_SHA256 } from '@bitcoin-enterprise/crypto-core/hpke';
import type { ConformanceSuite } from '../suite.ts';

const FILE = 'crypto-core/wycheproof/x25519_test.json';

interface Vectors {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly flags: readonly string[];
      readonly public: string;
      readonly private: string;
      readonly shared: string;
      readonly result: 'valid' | 'acceptable' | 'invalid';
    }[];
  }[];
}

/**
 * X25519 is reached through the KEM that it is in: what is decapsulated must be what DHKEM makes of the published shared
 * secret, and where that is zero it must be refused.
 */
export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  *cases(files) {
    const { testGroups } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const test of testGroups.flatMap(({ tests }) => tests)) {
      yield {
        name: `${test.tcId} ${test.comment}`,
        run: () => {
          const key = DHKEM_X25519_HKDF_SHA256.importPrivateKey(SecretBytes.takeFrom(fromHex(test.private)));
          const encapsulatedKey = fromHex(test.public);
          const decapsulate = (): SecretBytes => key.decapsulate(encapsulatedKey);
          assert.notEqual(test.result, 'invalid');
          if (/^0+$/.test(test.shared)) {
            assert.throws(decapsulate, (error) => isCryptoError(error) && error.code === 'hpke-refused');
            return;
          }
          using sharedSecret = decapsulate();
          const expected = extractAndExpand(fromHex(test.shared), encapsulatedKey, key.publicKey.bytes);
          assert.equal(sharedSecret.expose(toHex), toHex(expected));
        },
      };
    }
  },
};

/** RFC 9180 section 4.1 for KEM 0x0020, by HMAC. */
function extractAndExpand(dh: Uint8Array, encapsulatedKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const label = (name: string): Uint8Array =>
    Buffer.concat([utf8('HPKE-v1KEM'), Uint8Array.of(0, 0x20), utf8(name)]);
  const prk = createHmac('sha256', '').update(label('eae_prk')).update(dh).digest();
  const expand = createHmac('sha256', prk).update(Uint8Array.of(0, 32)).update(label('shared_secret'));
  return expand.update(encapsulatedKey).update(publicKey).update(Uint8Array.of(1)).digest();
}
