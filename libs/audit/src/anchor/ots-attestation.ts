import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MAX_PAYLOAD_BYTES, MAX_URI_BYTES } from './ots-limits.ts';
import { OtsReader } from './ots-reader.ts';
import type { OtsWriter } from './ots-writer.ts';

/** Who says since when a message is known. */
export type OtsAttestation =
  /** A calendar has the message, and will have a better attestation later. */
  | { readonly kind: 'pending'; readonly uri: string }
  /** The message is the Merkle root of the block at that height. */
  | { readonly kind: 'bitcoin' | 'litecoin'; readonly height: number }
  /** Of a kind that is not known here; kept as it is. */
  | {
      readonly kind: 'unknown';
      /** 8 bytes. */
      readonly tag: Uint8Array;
      /** At most 8,192 bytes. */
      readonly payload: Uint8Array;
    };

const TAG_BYTES = 8;

/** Tags as python-opentimestamps `core/notary.py` has them. */
const TAGS: Readonly<Record<'pending' | 'bitcoin' | 'litecoin', string>> = {
  pending: '83dfe30d2ef90c8e',
  bitcoin: '0588960d73d71901',
  litecoin: '06869a0d73d71b45',
};

/** Neither queries nor fragments, percent-encoding nor login: `ALLOWED_URI_CHARS` of the reference. */
const URI = /^[A-Za-z0-9\-._/:]*$/;

/** @throws LogError `timestamp-malformed`. */
export function readAttestation(reader: OtsReader): OtsAttestation {
  const tag = reader.raw(TAG_BYTES);
  const payload = reader.varbytes(0, MAX_PAYLOAD_BYTES);
  const inside = new OtsReader(payload);
  const known = readKnown(bytesToHex(tag), inside);
  if (known === undefined) return { kind: 'unknown', tag, payload };
  inside.end();
  return known;
}

export function writeAttestation(writer: OtsWriter, attestation: OtsAttestation): void {
  if (attestation.kind === 'unknown') {
    writer.raw(attestation.tag);
    writer.varbytes(attestation.payload);
    return;
  }
  writer.raw(hexToBytes(TAGS[attestation.kind]));
  writer.nested((payload) => {
    if (attestation.kind === 'pending') payload.varbytes(utf8ToBytes(attestation.uri));
    else payload.varuint(attestation.height);
  });
}

function readKnown(tag: string, inside: OtsReader): OtsAttestation | undefined {
  switch (tag) {
    case TAGS.pending:
      return { kind: 'pending', uri: readUri(inside) };
    case TAGS.bitcoin:
      return { kind: 'bitcoin', height: inside.varuint() };
    case TAGS.litecoin:
      return { kind: 'litecoin', height: inside.varuint() };
    default:
      return undefined;
  }
}

function readUri(inside: OtsReader): string {
  const bytes = inside.varbytes(0, MAX_URI_BYTES);
  const uri = String.fromCharCode(...bytes);
  return URI.test(uri) ? uri : inside.refuse('a calendar with other characters', 'letters, digits and -._/:');
}
