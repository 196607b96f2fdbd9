import { uint32 } from '../encoding/domain.ts';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

const VERSION = 1;
const WRAPPING_KEY_LENGTH = 32;
const CHECK_LENGTH = 32;

/** One key of a backup. */
export interface BackupKey {
  /** What the key expands with its own id: tells whether the key that a provider has under this id is the same. */
  readonly check: Uint8Array;
  /** The key under the wrapping key, as its provider sealed it. */
  readonly sealed: Uint8Array;
}

/** What a backup holds once it is open. */
export interface BackupContent {
  /** 32 bytes, made for this backup alone, so that a provider gives its keys sealed even here. */
  readonly wrappingKey: SecretBytes;
  /** The bytes of the keyset's store. */
  readonly keyset: Uint8Array;
  readonly keys: readonly BackupKey[];
}

/** `version(1) wrappingKey(32) keysetLength(4) keyset count(4) { check(32) length(4) sealed }`, numbers big-endian. */
export function encodeBackupContent({ wrappingKey, keyset, keys }: BackupContent): SecretBytes {
  const tail = keys.flatMap(({ check, sealed }) => [check, uint32(sealed.length), sealed]);
  return wrappingKey.expose((key) =>
    SecretBytes.takeFrom(
      Buffer.concat([
        Uint8Array.of(VERSION),
        key,
        uint32(keyset.length),
        keyset,
        uint32(keys.length),
        ...tail,
      ]),
    ),
  );
}

/**
 * Reads the one form that {@link encodeBackupContent} writes.
 *
 * @throws CryptoError `backup-malformed`
 */
export function decodeBackupContent(encoded: SecretBytes): BackupContent {
  const content = encoded.expose(readContent);
  if (content !== undefined) {
    using again = encodeBackupContent(content);
    if (again.equals(encoded)) return content;
    content.wrappingKey[Symbol.dispose]();
  }
  throw new CryptoError('backup-malformed', 'the content of the backup is malformed', {
    value: `${encoded.length} bytes`,
    limit: `version ${VERSION}`,
  });
}

/** Takes what it finds; whether that was all and in its one form, the caller sees by encoding it again. */
function readContent(bytes: Uint8Array): BackupContent | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 1 + WRAPPING_KEY_LENGTH;
  const take = (length: number): Uint8Array => bytes.slice(position, (position += length));
  const takeCounted = (): Uint8Array => {
    const length = view.getUint32(position);
    position += 4;
    return take(length);
  };
  try {
    const keyset = takeCounted();
    const keys: BackupKey[] = [];
    const count = view.getUint32(position);
    position += 4;
    // Every key takes bytes of its own, so that a count that lies ends where the bytes end.
    while (keys.length < count) keys.push({ check: take(CHECK_LENGTH), sealed: takeCounted() });
    const wrappingKey = SecretBytes.copyOf(bytes.subarray(1, 1 + WRAPPING_KEY_LENGTH));
    return { wrappingKey, keyset, keys };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
