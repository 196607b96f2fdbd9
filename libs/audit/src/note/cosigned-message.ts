import type { Checkpoint } from '../checkpoint/checkpoint-text.ts';

/** The longest cosigner name, and the longest origin, that an ML-DSA-44 cosignature has room for: bytes of UTF-8. */
export const MAX_COSIGNED_NAME_BYTES = 255;

/** What an Ed25519 cosignature signs: a time and the text of a checkpoint (C2SP tlog-cosignature). */
export function ed25519CosignedMessage(text: string, unixSeconds: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${unixSeconds}\n${text}`);
}

/**
 * What an ML-DSA-44 cosignature signs, `cosigned_message` of C2SP tlog-cosignature for a whole tree:
 *
 * `label(12) nameLength(1) name time(8) originLength(1) origin start(8) end(8) rootHash(32)`, numbers big-endian.
 */
export function mlDsa44CosignedMessage(
  cosignerName: string,
  { origin, size, rootHash }: Checkpoint,
  unixSeconds: number,
): Uint8Array {
  const [name, log] = [Buffer.from(cosignerName), Buffer.from(origin)];
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    Uint8Array.of(name.length),
    name,
    uint64(unixSeconds),
    Uint8Array.of(log.length),
    log,
    uint64(0),
    uint64(size),
    rootHash,
  ]);
}

/** Eight bytes, big-endian. */
export function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
