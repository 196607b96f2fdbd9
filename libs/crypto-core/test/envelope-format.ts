import { webcrypto } from 'node:crypto';
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { fromHex, utf8 } from '@bitcoin-enterprise/crypto-core';

/** The parts of an envelope of version 1, as the README lays them out. */
export interface EnvelopeParts {
  readonly key: Uint8Array;
  /** The byte in the header: 1, 2 or 3; 1 unless given. */
  readonly suite?: number;
  readonly keyId: string;
  readonly context: string;
  readonly salt: Uint8Array;
  readonly plaintext: Uint8Array;
  /** What stands in the place of the commitment; the right one unless given. */
  readonly commitment?: Uint8Array;
}

/** One AEAD as others implement it. */
interface Aead {
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
  open(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
}

async function subtleGcm(
  usage: 'encrypt' | 'decrypt',
  key: Uint8Array,
  nonce: Uint8Array,
  data: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  const imported = await webcrypto.subtle.importKey('raw', join([key]), 'AES-GCM', false, [usage]);
  const algorithm = { name: 'AES-GCM', iv: join([nonce]), additionalData: join([aad]), tagLength: 128 };
  return new Uint8Array(await webcrypto.subtle[usage](algorithm, imported, join([data])));
}

/** By the byte in the header: WebCrypto for AES-GCM, @noble/ciphers for the others. */
const INDEPENDENT_AEADS: Readonly<Record<number, Aead & { readonly nonceLength: number }>> = {
  1: {
    nonceLength: 12,
    seal: (key, nonce, plaintext, aad) => subtleGcm('encrypt', key, nonce, plaintext, aad),
    open: (key, nonce, ciphertext, aad) => subtleGcm('decrypt', key, nonce, ciphertext, aad),
  },
  2: {
    nonceLength: 12,
    seal: (key, nonce, plaintext, aad) =>
      Promise.resolve(chacha20poly1305(key, nonce, aad).encrypt(plaintext)),
    open: (key, nonce, ciphertext, aad) =>
      Promise.resolve(chacha20poly1305(key, nonce, aad).decrypt(ciphertext)),
  },
  3: {
    nonceLength: 24,
    seal: (key, nonce, plaintext, aad) =>
      Promise.resolve(xchacha20poly1305(key, nonce, aad).encrypt(plaintext)),
    open: (key, nonce, ciphertext, aad) =>
      Promise.resolve(xchacha20poly1305(key, nonce, aad).decrypt(ciphertext)),
  },
};

export function independentAead(suite: number): Aead & { readonly nonceLength: number } {
  const aead = INDEPENDENT_AEADS[suite];
  if (aead === undefined) throw new Error(`no suite ${suite}`);
  return aead;
}

/** Seals with others' ciphers and nothing of the library but UTF-8 and hex: the format from its description alone. */
export async function sealByDescription(parts: EnvelopeParts): Promise<Uint8Array> {
  const { messageKey, commitment } = await messageSecretsByDescription(parts);
  const header = headerByDescription(parts, parts.commitment ?? commitment);
  const aead = independentAead(parts.suite ?? 1);
  const nonce = new Uint8Array(aead.nonceLength);
  return join([header, await aead.seal(messageKey, nonce, parts.plaintext, header)]);
}

/** Opens with others' ciphers what the library sealed; the commitment is compared too. */
export async function openByDescription(
  key: Uint8Array,
  envelope: Uint8Array,
  context: string,
): Promise<Uint8Array> {
  const suite = envelope[5] ?? 0;
  const keyIdEnd = 7 + (envelope[6] ?? 0);
  const keyId = new TextDecoder().decode(envelope.subarray(7, keyIdEnd));
  const salt = envelope.subarray(keyIdEnd, keyIdEnd + 32);
  const { messageKey, commitment } = await messageSecretsByDescription({ key, suite, keyId, context, salt });
  if (!Buffer.from(commitment).equals(envelope.subarray(keyIdEnd + 32, keyIdEnd + 64)))
    throw new Error('commitment');
  const aead = independentAead(suite);
  const header = envelope.subarray(0, keyIdEnd + 64);
  return await aead.open(
    messageKey,
    new Uint8Array(aead.nonceLength),
    envelope.subarray(keyIdEnd + 64),
    header,
  );
}

export function headerByDescription(
  parts: Pick<EnvelopeParts, 'suite' | 'keyId' | 'salt'>,
  commitment: Uint8Array,
): Uint8Array {
  const keyId = utf8(parts.keyId);
  return join([
    fromHex('4245534501'),
    Uint8Array.of(parts.suite ?? 1, keyId.length),
    keyId,
    parts.salt,
    commitment,
  ]);
}

export async function messageSecretsByDescription(
  parts: Pick<EnvelopeParts, 'key' | 'suite' | 'keyId' | 'context' | 'salt'>,
): Promise<{ messageKey: Uint8Array; commitment: Uint8Array }> {
  const info = infoByDescription([
    utf8('bitcoin-enterprise/crypto-core/envelope/v1'),
    Uint8Array.of(parts.suite ?? 1),
    utf8(parts.keyId),
    utf8(parts.context),
    parts.salt,
  ]);
  const output = await expandByDescription(parts.key, info, 64);
  return { messageKey: output.slice(0, 32), commitment: output.slice(32) };
}

/** Each field behind its length in two bytes. */
export function infoByDescription(fields: readonly Uint8Array[]): Uint8Array {
  return join(fields.flatMap((field) => [Uint8Array.of(field.length >> 8, field.length & 0xff), field]));
}

/** RFC 5869 section 2.3 with the HMAC of WebCrypto. */
export async function expandByDescription(
  key: Uint8Array,
  info: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const hmac = await webcrypto.subtle.importKey('raw', join([key]), algorithm, false, ['sign']);
  let output = new Uint8Array();
  let block = new Uint8Array();
  for (let count = 1; output.length < length; count += 1) {
    const message = join([block, info, Uint8Array.of(count)]);
    block = new Uint8Array(await webcrypto.subtle.sign('HMAC', hmac, message));
    output = join([output, block]);
  }
  return output.slice(0, length);
}

export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
