import { hash } from 'node:crypto';
import { PIN_ID_BYTES, type Pinned } from './checkpoint-pin.ts';

/** A block of a disk: a pin writes one. */
export const SLOT_BYTES = 4096;

/** Slots of a file, written in turn: a write that is torn leaves the others whole. */
export const SLOTS = 64;

const MAGIC = Buffer.from('BEpin\0\0\u0002', 'latin1');
const HASH_BYTES = 32;
const ID = MAGIC.length + HASH_BYTES;
const NUMBER = ID + PIN_ID_BYTES;
const NOTE_LENGTH = NUMBER + 6;
const ENTRY_COUNT = NOTE_LENGTH + 2;
const KEPT = ENTRY_COUNT + 2;
export const HEADER_BYTES: number = KEPT + 1;
const LENGTH_BYTES = 2;

/** The most that a slot holds, as {@link pinnedBytes} counts: the longest note, in bytes of UTF-8. */
export const MAX_PINNED_BYTES: number = SLOT_BYTES - HEADER_BYTES;

export interface PinSlot extends Pinned {
  /** Of the file, in every slot. */
  readonly id: Uint8Array;
  /** Counts the pins of the file from 1; 0 in a file that nothing was pinned in yet. */
  readonly number: number;
  /** How many slots before this one are to be read with it, for entries that its checkpoint covers too. */
  readonly kept: number;
}

/** Bytes that a note and the entries beside it take in a slot. */
export function pinnedBytes({ checkpoint, entries }: Pinned): number {
  return entries.reduce((bytes, entry) => bytes + LENGTH_BYTES + entry.length, Buffer.byteLength(checkpoint));
}

/**
 * `magic(8) sha256(32) id(16) number(6) length(2) count(2) kept(1) checkpoint`, then `length(2) bytes` for each entry;
 * numbers are big-endian, and the hash covers what follows it.
 */
export function encodePinSlot({ id, number, kept, checkpoint, entries }: PinSlot): Uint8Array {
  const note = Buffer.from(checkpoint);
  // Every byte of it is written below.
  const slot = Buffer.allocUnsafe(HEADER_BYTES + pinnedBytes({ checkpoint, entries }));
  slot.set(MAGIC);
  slot.set(id, ID);
  slot.writeUIntBE(number, NUMBER, 6);
  slot.writeUInt16BE(note.length, NOTE_LENGTH);
  slot.writeUInt16BE(entries.length, ENTRY_COUNT);
  slot.writeUInt8(kept, KEPT);
  slot.set(note, HEADER_BYTES);
  let end = HEADER_BYTES + note.length;
  for (const entry of entries) {
    slot.writeUInt16BE(entry.length, end);
    slot.set(entry, end + LENGTH_BYTES);
    end += LENGTH_BYTES + entry.length;
  }
  slot.write(digest(slot), MAGIC.length, 'latin1');
  return slot;
}

/** What a slot holds, whatever follows it; `undefined` for one that was never or not wholly written. */
export function decodePinSlot(bytes: Uint8Array): PinSlot | undefined {
  const slot = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (slot.length < HEADER_BYTES || !slot.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const noteEnd = HEADER_BYTES + slot.readUInt16BE(NOTE_LENGTH);
  const entries: Uint8Array[] = [];
  let end = noteEnd;
  for (let left = slot.readUInt16BE(ENTRY_COUNT); left > 0; left -= 1) {
    if (end + LENGTH_BYTES > slot.length) return undefined;
    const start = end + LENGTH_BYTES;
    end = start + slot.readUInt16BE(end);
    entries.push(Uint8Array.from(slot.subarray(start, end)));
  }
  if (end > slot.length) return undefined;
  const whole = slot.subarray(0, end);
  if (whole.toString('latin1', MAGIC.length, ID) !== digest(whole)) return undefined;
  return {
    id: Uint8Array.from(whole.subarray(ID, NUMBER)),
    number: whole.readUIntBE(NUMBER, 6),
    kept: whole.readUInt8(KEPT),
    checkpoint: whole.subarray(HEADER_BYTES, noteEnd).toString('utf8'),
    entries,
  };
}

/** The number that a slot begins with, whole or not; 0 for one that was never written. */
export function numberInHeader(header: Uint8Array): number {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.length);
  return bytes.length === HEADER_BYTES ? bytes.readUIntBE(NUMBER, 6) : 0;
}

/** As a Latin-1 string, which carries bytes unchanged and is made twice as fast as a Buffer. */
function digest(slot: Buffer): string {
  return hash('sha256', slot.subarray(ID), 'binary');
}
