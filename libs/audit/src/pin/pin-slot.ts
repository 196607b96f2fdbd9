import { hash } from 'node:crypto';

/** A pin file has two slots, written in turn: a write that is torn leaves the other one whole. */
export const SLOT_BYTES = 4096;
export const SLOTS = 2;

const MAGIC = Buffer.from('BEpin\0\0\u0001', 'latin1');
const HASH_BYTES = 32;
/** Magic, SHA-256 of the rest, number of the pin, length of the note. */
const HEADER_BYTES = MAGIC.length + HASH_BYTES + 6 + 2;

/** The longest note that a slot holds, in bytes of UTF-8. */
export const MAX_PINNED_BYTES: number = SLOT_BYTES - HEADER_BYTES;

export interface PinSlot {
  /** Counts the pins of the file from 1. */
  readonly number: number;
  readonly checkpoint: string;
}

/** `magic(8) sha256(32) number(6) length(2) checkpoint`, numbers big-endian; the hash covers what follows it. */
export function encodePinSlot({ number, checkpoint }: PinSlot): Uint8Array {
  const note = Buffer.from(checkpoint);
  const slot = Buffer.alloc(HEADER_BYTES + note.length);
  slot.set(MAGIC);
  slot.writeUIntBE(number, MAGIC.length + HASH_BYTES, 6);
  slot.writeUInt16BE(note.length, HEADER_BYTES - 2);
  slot.set(note, HEADER_BYTES);
  slot.set(digest(slot), MAGIC.length);
  return slot;
}

/** What a slot holds, whatever follows it; `undefined` for one that was never or not wholly written. */
export function decodePinSlot(bytes: Uint8Array): PinSlot | undefined {
  const slot = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (slot.length < HEADER_BYTES || !slot.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const end = HEADER_BYTES + slot.readUInt16BE(HEADER_BYTES - 2);
  if (end > slot.length) return undefined;
  const whole = slot.subarray(0, end);
  if (!whole.subarray(MAGIC.length, MAGIC.length + HASH_BYTES).equals(digest(whole))) return undefined;
  return {
    number: slot.readUIntBE(MAGIC.length + HASH_BYTES, 6),
    checkpoint: whole.subarray(HEADER_BYTES).toString('utf8'),
  };
}

function digest(slot: Buffer): Buffer {
  return hash('sha256', slot.subarray(MAGIC.length + HASH_BYTES), 'buffer');
}
