import { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkeContextSecrets, HpkeKdf, HpkeKeyScheduleInput } from './kdf.ts';
import { LabeledHkdf } from './labeled-hkdf.ts';

const EMPTY = new Uint8Array();

/** RFC 9180 section 7.2, KDF id 0x0001. */
export const HKDF_SHA256: HpkeKdf = twoStageKdf(0x0001, 'HKDF-SHA256', 'sha256', 32);
/** RFC 9180 section 7.2, KDF id 0x0002. */
export const HKDF_SHA384: HpkeKdf = twoStageKdf(0x0002, 'HKDF-SHA384', 'sha384', 48);
/** RFC 9180 section 7.2, KDF id 0x0003. */
export const HKDF_SHA512: HpkeKdf = twoStageKdf(0x0003, 'HKDF-SHA512', 'sha512', 64);

function twoStageKdf(id: number, name: string, hash: string, hashLength: number): HpkeKdf {
  return {
    id,
    name,
    // RFC 5869 section 2.3.
    maxExportLength: 255 * hashLength,

    schedule(input) {
      const hkdf = new LabeledHkdf(hash, hashLength, input.suiteId);
      return scheduleByHkdf(hkdf, hashLength, input);
    },

    exportSecret: (suiteId, exporterSecret, exporterContext, length) =>
      new LabeledHkdf(hash, hashLength, suiteId).expand(exporterSecret, 'sec', exporterContext, length),
  };
}

/** KeySchedule of RFC 9180 section 5.1. */
function scheduleByHkdf(
  hkdf: LabeledHkdf,
  hashLength: number,
  input: HpkeKeyScheduleInput,
): HpkeContextSecrets {
  using pskIdHash = hkdf.extract(EMPTY, 'psk_id_hash', input.pskId);
  using infoHash = hkdf.extract(EMPTY, 'info_hash', input.info);
  const context = pskIdHash.expose((pskId) =>
    infoHash.expose((info) => Buffer.concat([Uint8Array.of(input.mode), pskId, info])),
  );
  using secret = input.sharedSecret.expose((salt) =>
    input.psk.expose((psk) => hkdf.extract(salt, 'secret', psk)),
  );
  const derive = (label: string, length: number): SecretBytes =>
    length === 0 ? SecretBytes.copyOf(EMPTY) : hkdf.expand(secret, label, context, length);
  return {
    key: derive('key', input.keyLength),
    baseNonce: derive('base_nonce', input.nonceLength),
    exporterSecret: derive('exp', hashLength),
  };
}
