import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { fromHex } from '../encoding/hex.ts';
import { isCryptoError } from '../error.ts';
import { AES_256_GCM } from '../hpke/aead.ts';
import type { HpkeOptions } from '../hpke/setup.ts';
import { openSingleShot, sealSingleShot } from '../hpke/single-shot.ts';
import { HKDF_SHA256 } from '../hpke/two-stage-kdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Stanza } from './recipient-header.ts';
import type { RecipientKey } from './recipient-key.ts';
import type { RecipientPublicKey } from './recipient-public-key.ts';
import { suiteOf } from './recipient-type.ts';

/** Of a file key, in bytes. */
export const FILE_KEY_LENGTH = 32;
/** Of a file key as HPKE seals it: with the tag of AES-256-GCM. */
const SEALED_KEY_LENGTH = FILE_KEY_LENGTH + 16;

/** The file key, sealed to one recipient by HPKE in base mode: nobody learns from it who sealed. */
export function sealFileKey(recipient: RecipientPublicKey, fileKey: SecretBytes, context: string): Stanza {
  const options = hpkeOptions(recipient, context);
  const { encapsulatedKey, ciphertext } = sealSingleShot(recipient.hpkeKey, fileKey, options);
  return {
    suiteId: suiteOf(recipient.type).id,
    keyId: fromHex(recipient.keyId),
    payload: Buffer.concat([encapsulatedKey, ciphertext]),
  };
}

/** The file key of the stanza that names the key; undefined where there is none or where it does not open. */
export function openFileKey(
  key: RecipientKey,
  stanzas: readonly Stanza[],
  context: string,
): SecretBytes | undefined {
  const { publicKey } = key;
  const { id, kem } = suiteOf(publicKey.type);
  const options = hpkeOptions(publicKey, context);
  const own = stanzas.find(
    ({ suiteId, keyId }) => suiteId === id && Buffer.from(publicKey.keyId, 'hex').equals(keyId),
  );
  if (own?.payload.length !== kem.encapsulatedKeyLength + SEALED_KEY_LENGTH) return undefined;
  const encapsulatedKey = own.payload.subarray(0, kem.encapsulatedKeyLength);
  const ciphertext = own.payload.subarray(kem.encapsulatedKeyLength);
  try {
    return openSingleShot(key.hpkeKey, { encapsulatedKey, ciphertext }, options);
  } catch (error) {
    if (isCryptoError(error) && error.code === 'hpke-refused') return undefined;
    throw error;
  }
}

function hpkeOptions(
  recipient: RecipientPublicKey,
  context: string,
): HpkeOptions & { readonly aad: Uint8Array } {
  const suite = Uint8Array.of(suiteOf(recipient.type).id);
  return {
    kdf: HKDF_SHA256,
    aead: AES_256_GCM,
    info: domainSeparated('recipient-stanza/v1', encodeContext(context)),
    aad: domainSeparated('recipient-stanza-aad/v1', suite, fromHex(recipient.keyId)),
  };
}
