import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

interface PinSlot {
  readonly id: Uint8Array;
  readonly number: number;
  readonly kept: number;
  readonly checkpoint: string;
  readonly entries: readonly Uint8Array[];
}

const { decodePinSlot, encodePinSlot } = (await behindExports('audit', 'pin/pin-slot.ts')) as {
  decodePinSlot: (bytes: Uint8Array) => PinSlot | undefined;
  encodePinSlot: (slot: PinSlot) => Uint8Array;
};

const NO_SLOT = new Error('no whole slot');

const ID = new Uint8Array(16).fill(7);
const ENTRIES = [Buffer.from('{"index":0}'), new Uint8Array(0), new Uint8Array(300)];

export const target: FuzzTarget<PinSlot> = {
  seeds: [
    encodePinSlot({ id: ID, number: 1, kept: 0, checkpoint: 'example.com/log\n1\nAAAA\n', entries: [] }),
    encodePinSlot({ id: ID, number: 2 ** 40, kept: 255, checkpoint: '', entries: ENTRIES }),
    Uint8Array.of(
      ...encodePinSlot({ id: ID, number: 3, kept: 2, checkpoint: 'behind', entries: ENTRIES.slice(0, 1) }),
      ...[0, 0, 0],
    ),
  ],
  dictionary: [Buffer.from('BEpin')],
  isRefusal: (error) => error === NO_SLOT,
  decode: (input) => {
    const slot = decodePinSlot(input);
    if (slot === undefined) throw NO_SLOT;
    return slot;
  },
  check: (slot, input) => {
    const whole = encodePinSlot(slot);
    if (Buffer.compare(whole, input.subarray(0, whole.length)) !== 0)
      throw new Error('an altered slot was read');
  },
};
