import { toHex } from '../encoding/hex.ts';
import { uint32 } from '../encoding/domain.ts';
import { uint16 } from '../hpke/labeled-hkdf.ts';
import { CryptoError } from '../error.ts';
import { KEY_ID_LENGTH } from './recipient-public-key.ts';

/** The first bytes of everything that is sealed to recipients, `BESR`. */
const MAGIC = Uint8Array.of(0x42, 0x45, 0x53, 0x52);
const VERSION = 1;
/** Magic, version, body, count and the length of all stanzas: all that tells how long a header is. */
export const FIXED_LENGTH = 12;
const MAC_LENGTH = 32;
/** The most recipients of one header. */
export const MAX_RECIPIENTS = 256;
/** Type, key id and length in front of what is sealed to a recipient. */
const STANZA_PREFIX_LENGTH = 1 + KEY_ID_LENGTH + 2;
/** The longest known is 1,168 bytes; there is room for a type that is yet to come. */
const MAX_PAYLOAD_LENGTH = 4096;
const MAX_STANZAS_LENGTH = MAX_RECIPIENTS * (STANZA_PREFIX_LENGTH + MAX_PAYLOAD_LENGTH);

/** What follows the header. */
export type RecipientsBody = 'envelope' | 'stream';
const BODY_IDS: Readonly<Record<RecipientsBody, number>> = { envelope: 1, stream: 2 };

/** The file key as it is sealed to one recipient. */
export interface Stanza {
  /** The byte of a recipient suite, which need not be known. */
  readonly suiteId: number;
  /** 16 bytes. */
  readonly keyId: Uint8Array;
  /** The encapsulated key and the ciphertext, 1 to 4,096 bytes. */
  readonly payload: Uint8Array;
}

export interface ParsedRecipientHeader {
  readonly version: number;
  readonly body: RecipientsBody;
  readonly stanzas: readonly Stanza[];
  /** Everything in front of the MAC, as it stands: what the MAC is of. */
  readonly macInput: Uint8Array;
  readonly mac: Uint8Array;
  /** In bytes: where the body starts. */
  readonly length: number;
}

/**
 * `magic(4) version(1) body(1) count(2) stanzasLength(4)`, then for each recipient
 * `suite(1) keyId(16) payloadLength(2) payload`. The MAC comes behind.
 */
export function encodeMacInput(body: RecipientsBody, stanzas: readonly Stanza[]): Uint8Array {
  const encoded = Buffer.concat(
    stanzas.flatMap(({ suiteId, keyId, payload }) => [
      Uint8Array.of(suiteId),
      keyId,
      uint16(payload.length),
      payload,
    ]),
  );
  const fixed = [
    MAGIC,
    Uint8Array.of(VERSION, BODY_IDS[body]),
    uint16(stanzas.length),
    uint32(encoded.length),
  ];
  return Buffer.concat([...fixed, encoded]);
}

/**
 * How long the whole header is.
 *
 * @param start at least the fixed part of the header
 * @throws CryptoError `recipients-malformed`
 */
export function recipientHeaderLength(start: Uint8Array): number {
  return parseFixed(start).length;
}

/**
 * Takes a header apart. Nothing in it is authenticated yet.
 *
 * @param bytes the header and any number of bytes behind it
 * @throws CryptoError `recipients-malformed`, which tells only what everybody who has the bytes can see
 */
export function parseRecipientHeader(bytes: Uint8Array): ParsedRecipientHeader {
  const { body, count, length } = parseFixed(bytes);
  if (bytes.length < length)
    throw malformed('it is too short', `${bytes.length} bytes`, `${length} bytes or more`);
  const macStart = length - MAC_LENGTH;
  const stanzas = parseStanzas(bytes.subarray(FIXED_LENGTH, macStart), count);
  return {
    version: VERSION,
    body,
    stanzas,
    macInput: bytes.subarray(0, macStart),
    mac: bytes.subarray(macStart, length),
    length,
  };
}

function parseFixed(bytes: Uint8Array): { body: RecipientsBody; count: number; length: number } {
  if (bytes.length < FIXED_LENGTH)
    throw malformed('it is too short', `${bytes.length} bytes`, `at least ${FIXED_LENGTH} bytes`);
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) throw malformed('it does not start with BESR');
  const view = new DataView(bytes.buffer, bytes.byteOffset, FIXED_LENGTH);
  const version = view.getUint8(4);
  if (version !== VERSION) throw malformed('its version is not known', String(version), String(VERSION));
  const bodyId = view.getUint8(5);
  const body = (['envelope', 'stream'] as const).find((kind) => BODY_IDS[kind] === bodyId);
  if (body === undefined) throw malformed('its body is not known', String(bodyId), '1 or 2');
  const count = view.getUint16(6);
  if (count < 1 || count > MAX_RECIPIENTS)
    throw malformed('its number of recipients is out of range', String(count), `1 to ${MAX_RECIPIENTS}`);
  const stanzasLength = view.getUint32(8);
  if (stanzasLength > MAX_STANZAS_LENGTH)
    throw malformed('its recipients are too long', `${stanzasLength} bytes`, `${MAX_STANZAS_LENGTH} bytes`);
  return { body, count, length: FIXED_LENGTH + stanzasLength + MAC_LENGTH };
}

function parseStanzas(bytes: Uint8Array, count: number): readonly Stanza[] {
  const stanzas: Stanza[] = [];
  const seen = new Set<string>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const start = at + STANZA_PREFIX_LENGTH;
    if (start > bytes.length) throw malformed('a recipient is cut short');
    const payloadLength = view.getUint16(start - 2);
    if (payloadLength < 1 || payloadLength > MAX_PAYLOAD_LENGTH)
      throw malformed(
        'a recipient is too long',
        `${payloadLength} bytes`,
        `1 to ${MAX_PAYLOAD_LENGTH} bytes`,
      );
    const end = start + payloadLength;
    if (end > bytes.length) throw malformed('a recipient is cut short');
    const name = toHex(bytes.subarray(at, start - 2));
    if (seen.has(name)) throw malformed('a recipient stands there twice');
    seen.add(name);
    stanzas.push({
      suiteId: view.getUint8(at),
      keyId: bytes.subarray(at + 1, start - 2),
      payload: bytes.subarray(start, end),
    });
    at = end;
  }
  if (stanzas.length !== count)
    throw malformed('its number of recipients is another', `${stanzas.length}`, `${count}`);
  return stanzas;
}

function malformed(why: string, value?: string, limit?: string): CryptoError {
  return new CryptoError('recipients-malformed', `this is not sealed to recipients: ${why}`, {
    value,
    limit,
  });
}
