import { webcrypto } from 'node:crypto';
import { fromHex, utf8 } from '@bitcoin-enterprise/crypto-core';

/** The parts of an envelope of version 1 and suite 1, as the README lays them out. */
export interface EnvelopeParts {
  readonly key: Uint8Array;
  readonly keyId: string;
  readonly context: string;
  readonly salt: Uint8Array;
  readonly plaintext: Uint8Array;
  /** What stands in the place of the commitment; the right one unless given. */
  readonly commitment?: Uint8Array;
}

const NONCE = new Uint8Array(12);

/** Seals with WebCrypto and nothing of the library but UTF-8: the format from its description alone. */
export async function sealByDescription(parts: EnvelopeParts): Promise<Uint8Array> {
  const { messageKey, commitment } = await messageSecrets(parts);
  const keyId = utf8(parts.keyId);
  const header = join([
    fromHex('424553450101'),
    Uint8Array.of(keyId.length),
    keyId,
    parts.salt,
    parts.commitment ?? commitment,
  ]);
  const key = await webcrypto.subtle.importKey('raw', messageKey, 'AES-GCM', false, ['encrypt']);
  const algorithm = { name: 'AES-GCM', iv: NONCE, additionalData: header, tagLength: 128 };
  const ciphertext = await webcrypto.subtle.encrypt(algorithm, key, join([parts.plaintext]));
  return join([header, new Uint8Array(ciphertext)]);
}

/** Opens with WebCrypto what the library sealed; the commitment is compared too. */
export async function openByDescription(
  key: Uint8Array,
  envelope: Uint8Array,
  context: string,
): Promise<Uint8Array> {
  const keyIdEnd = 7 + (envelope[6] ?? 0);
  const keyId = new TextDecoder().decode(envelope.subarray(7, keyIdEnd));
  const salt = envelope.subarray(keyIdEnd, keyIdEnd + 32);
  const { messageKey, commitment } = await messageSecrets({ key, keyId, context, salt });
  if (!Buffer.from(commitment).equals(envelope.subarray(keyIdEnd + 32, keyIdEnd + 64)))
    throw new Error('commitment');
  const aead = await webcrypto.subtle.importKey('raw', messageKey, 'AES-GCM', false, ['decrypt']);
  const additionalData = join([envelope.subarray(0, keyIdEnd + 64)]);
  const algorithm = { name: 'AES-GCM', iv: NONCE, additionalData, tagLength: 128 };
  return new Uint8Array(
    await webcrypto.subtle.decrypt(algorithm, aead, join([envelope.subarray(keyIdEnd + 64)])),
  );
}

async function messageSecrets(
  parts: Pick<EnvelopeParts, 'key' | 'keyId' | 'context' | 'salt'>,
): Promise<{ messageKey: Uint8Array<ArrayBuffer>; commitment: Uint8Array<ArrayBuffer> }> {
  const fields = [
    utf8('bitcoin-enterprise/crypto-core/envelope/v1'),
    Uint8Array.of(1),
    utf8(parts.keyId),
    utf8(parts.context),
  ];
  const info = join(
    fields.flatMap((field) => [Uint8Array.of(field.length >> 8, field.length & 0xff), field]),
  );
  const ikm = await webcrypto.subtle.importKey('raw', join([parts.key]), 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: join([parts.salt]), info };
  const output = new Uint8Array(await webcrypto.subtle.deriveBits(algorithm, ikm, 512));
  return { messageKey: output.slice(0, 32), commitment: output.slice(32) };
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
