import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { fromHex, toHex } from '../encoding/hex.ts';
import { utf8 } from '../encoding/utf8.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { isKeyId } from '../envelope/key-id.ts';
import { GENERATION_STATES, type GenerationState } from './generation-state.ts';
import { type KeysetDocument, type KeysetGeneration, MAX_GENERATIONS } from './keyset-document.ts';

const FORMAT = 'bitcoin-enterprise/keyset';
const FORMAT_VERSION = 1;
const MAC_LENGTH = 32;
/** Room for every generation; longer bytes are not parsed. */
const MAX_LENGTH = 64 * 1024;

/** A document as it is stored. */
export interface EncodedKeyset {
  readonly document: KeysetDocument;
  /** HKDF-Expand of the integrity key for {@link macInfo}: 32 bytes. Not checked yet. */
  readonly mac: Uint8Array;
}

/** The one form of a keyset: JSON with two spaces, UTF-8, a line feed at the end. */
export function encodeKeyset({ document, mac }: EncodedKeyset): Uint8Array {
  return utf8(`${JSON.stringify({ ...fields(document), mac: toHex(mac) }, null, 2)}\n`);
}

/**
 * Reads the one form that {@link encodeKeyset} writes. Nothing in it is authenticated yet.
 *
 * @throws CryptoError `keyset-malformed`
 */
export function parseKeyset(bytes: Uint8Array): EncodedKeyset {
  const parsed = bytes.length > MAX_LENGTH ? undefined : readFields(bytes);
  if (parsed !== undefined && Buffer.compare(encodeKeyset(parsed), bytes) === 0 && isSound(parsed.document)) {
    return parsed;
  }
  throw new CryptoError('keyset-malformed', 'the keyset is malformed', {
    value: `${bytes.length} bytes`,
    limit: `the JSON of ${FORMAT}, version ${FORMAT_VERSION}, as it was written, at most ${MAX_LENGTH} bytes`,
  });
}

/** What the integrity key is expanded with: it binds the whole document. */
export function macInfo(document: KeysetDocument): Uint8Array {
  return domainSeparated('keyset/v1', sha256(utf8(JSON.stringify(fields(document)))));
}

function fields({ purpose, version, integrityKeyId, generations }: KeysetDocument): object {
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    purpose,
    version,
    integrityKeyId,
    generations: generations.map(({ number, keyId, state }) => ({ number, keyId, state })),
  };
}

/** Format, names and order are compared by the caller, on the bytes as a whole. */
function readFields(bytes: Uint8Array): EncodedKeyset | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const { purpose, version, integrityKeyId, generations, mac } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    if (typeof purpose !== 'string' || typeof version !== 'number' || typeof mac !== 'string')
      return undefined;
    if (typeof integrityKeyId !== 'string' || !Array.isArray(generations)) return undefined;
    const read = generations.map(readGeneration).filter((generation) => generation !== undefined);
    if (read.length !== generations.length || mac.length !== 2 * MAC_LENGTH) return undefined;
    return { document: { purpose, version, integrityKeyId, generations: read }, mac: fromHex(mac) };
  } catch {
    return undefined;
  }
}

function readGeneration(value: unknown): KeysetGeneration | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { number, keyId, state } = value as Record<string, unknown>;
  if (typeof number !== 'number' || typeof keyId !== 'string' || !isState(state)) return undefined;
  return { number, keyId, state };
}

function isState(value: unknown): value is GenerationState {
  return (GENERATION_STATES as readonly unknown[]).includes(value);
}

/** Whether a document could have come from changes of this library: one primary, numbers without a gap, distinct keys. */
function isSound({ purpose, version, integrityKeyId, generations }: KeysetDocument): boolean {
  const keyIds = new Set([integrityKeyId, ...generations.map(({ keyId }) => keyId)]);
  return (
    isContext(purpose) &&
    Number.isInteger(version) &&
    version >= 1 &&
    version < 2 ** 32 &&
    generations.length <= MAX_GENERATIONS &&
    generations.every(({ number }, index) => number === index + 1) &&
    generations.filter(({ state }) => state === 'primary').length === 1 &&
    keyIds.size === generations.length + 1 &&
    [...keyIds].every(isKeyId)
  );
}

function isContext(text: string): boolean {
  try {
    encodeContext(text);
    return true;
  } catch (error) {
    if (isCryptoError(error)) return false;
    throw error;
  }
}
