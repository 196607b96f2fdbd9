import { encodeContext } from '../encoding/context.ts';
import { fromHex, toHex } from '../encoding/hex.ts';
import type { EnvelopeKey } from '../envelope/envelope-key.ts';
import { openWith, sealWith } from '../envelope/envelope-with-key.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { algorithmId, algorithmOf, type KeyAlgorithm } from './key-algorithm.ts';
import type { KeyDescription } from './key-provider.ts';
import { isSecretOf } from './software-key.ts';

const VERSION = 1;
const ID_LENGTH = 16;
const EXPORTABLE = 1;
const EXPORT_CONTEXT = 'key-export/v1';

/** A key as it is in a file: its secret is undefined once it is destroyed. */
export interface KeyRecord {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly label: string;
  readonly algorithm: KeyAlgorithm;
  readonly exportable: boolean;
  readonly secret: SecretBytes | undefined;
}

/** A record without its secret. */
export function describeRecord({ id, label, algorithm, exportable, secret }: KeyRecord): KeyDescription {
  return { id, label, algorithm, exportable, state: secret === undefined ? 'destroyed' : 'usable' };
}

/** `version(1) id(16) algorithm(1) flags(1) labelLength(1) label secret`, where no secret means destroyed. */
export function encodeKeyRecord(record: KeyRecord): SecretBytes {
  const label = encodeContext(record.label);
  const flags = record.exportable ? EXPORTABLE : 0;
  const head = [VERSION, ...fromHex(record.id), algorithmId(record.algorithm), flags, label.length, ...label];
  const join = (secret: Uint8Array): SecretBytes =>
    SecretBytes.takeFrom(Buffer.concat([Uint8Array.from(head), secret]));
  return record.secret === undefined ? join(new Uint8Array()) : record.secret.expose(join);
}

/**
 * Reads the one form that {@link encodeKeyRecord} writes.
 *
 * @throws CryptoError `key-malformed`
 */
export function decodeKeyRecord(encoded: SecretBytes): KeyRecord {
  const record = encoded.expose(readRecord);
  if (record !== undefined) {
    using again = encodeKeyRecord(record);
    if (again.equals(encoded)) return record;
    record.secret?.[Symbol.dispose]();
  }
  throw new CryptoError('key-malformed', 'the bytes are no key', {
    value: `${encoded.length} bytes`,
    limit: `version ${VERSION}`,
  });
}

/** A key under a wrapping key. */
export async function sealKeyRecord(record: KeyRecord, wrappingKey: EnvelopeKey): Promise<Uint8Array> {
  using encoded = encodeKeyRecord(record);
  return await sealWith(wrappingKey, encoded, { context: EXPORT_CONTEXT });
}

/**
 * Opens what {@link sealKeyRecord} made, if it is a key and no destroyed one.
 *
 * @throws CryptoError `envelope-refused`, `envelope-malformed`, `key-malformed`
 */
export async function openKeyRecord(
  sealed: Uint8Array,
  wrappingKey: EnvelopeKey,
): Promise<KeyRecord & { readonly secret: SecretBytes }> {
  using encoded = await openWith(wrappingKey, sealed, { context: EXPORT_CONTEXT });
  const { secret, ...rest } = decodeKeyRecord(encoded);
  if (secret !== undefined) return { ...rest, secret };
  throw new CryptoError('key-malformed', 'the sealed key was destroyed before it was sealed', {
    value: rest.id,
  });
}

function readRecord(bytes: Uint8Array): KeyRecord | undefined {
  const idEnd = 1 + ID_LENGTH;
  const [algorithmByte, flags, labelLength = 0] = bytes.subarray(idEnd, idEnd + 3);
  const labelEnd = idEnd + 3 + labelLength;
  const algorithm = algorithmOf(algorithmByte);
  const label = readLabel(bytes.subarray(idEnd + 3, labelEnd));
  if (algorithm === undefined || label === undefined || labelEnd > bytes.length) return undefined;
  const id = toHex(bytes.subarray(1, idEnd));
  const secret = bytes.length === labelEnd ? undefined : SecretBytes.copyOf(bytes.subarray(labelEnd));
  if (secret !== undefined && !isSecretOf(algorithm, secret)) {
    secret[Symbol.dispose]();
    return undefined;
  }
  return { id, label, algorithm, exportable: flags === EXPORTABLE, secret };
}

function readLabel(bytes: Uint8Array): string | undefined {
  try {
    const label = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    encodeContext(label);
    return label;
  } catch (error) {
    if (error instanceof TypeError || isCryptoError(error)) return undefined;
    throw error;
  }
}
