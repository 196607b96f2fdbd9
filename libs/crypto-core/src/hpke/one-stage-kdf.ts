import { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkeKdf } from './kdf.ts';
import { uint16 } from './labeled-hkdf.ts';
import { labeledDerive, lengthPrefixed, type ShakeName } from './labeled-shake.ts';

/** draft-ietf-hpke-pq, KDF id 0x0010. */
export const SHAKE128: HpkeKdf = oneStageKdf(0x0010, 'SHAKE128', 'shake128', 32);
/** draft-ietf-hpke-pq, KDF id 0x0011. */
export const SHAKE256: HpkeKdf = oneStageKdf(0x0011, 'SHAKE256', 'shake256', 64);

function oneStageKdf(id: number, name: string, shake: ShakeName, hashLength: number): HpkeKdf {
  return {
    id,
    name,
    // The length stands in two bytes.
    maxExportLength: 0xffff,

    schedule(input) {
      const { suiteId, psk, sharedSecret, keyLength, nonceLength } = input;
      using pskLength = SecretBytes.copyOf(uint16(psk.length));
      using sharedSecretLength = SecretBytes.copyOf(uint16(sharedSecret.length));
      using secrets = labeledDerive(shake, {
        suiteId,
        ikm: [pskLength, psk, sharedSecretLength, sharedSecret],
        label: 'secret',
        context: Buffer.concat([
          Uint8Array.of(input.mode),
          lengthPrefixed(input.pskId),
          lengthPrefixed(input.info),
        ]),
        length: keyLength + nonceLength + hashLength,
      });
      return secrets.expose((bytes) => ({
        key: SecretBytes.copyOf(bytes.subarray(0, keyLength)),
        baseNonce: SecretBytes.copyOf(bytes.subarray(keyLength, keyLength + nonceLength)),
        exporterSecret: SecretBytes.copyOf(bytes.subarray(keyLength + nonceLength)),
      }));
    },

    exportSecret: (suiteId, exporterSecret, exporterContext, length) =>
      labeledDerive(shake, {
        suiteId,
        ikm: [exporterSecret],
        label: 'sec',
        context: exporterContext,
        length,
      }),
  };
}
