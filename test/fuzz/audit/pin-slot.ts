import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

interface PinSlot {
  readonly number: number;
  readonly checkpoint: string;
}

const { decodePinSlot, encodePinSlot } = (await behindExports('audit', 'pin/pin-slot.ts')) as {
  decodePinSlot: (bytes: Uint8Array) => PinSlot | undefined;
  encodePinSlot: (slot: PinSlot) => Uint8Array;
};

const NO_SLOT = new Error('no whole slot');

export const target: FuzzTarget<PinSlot> = {
  seeds: [
    encodePinSlot({ number: 1, checkpoint: 'example.com/log\n1\nAAAA\n' }),
    encodePinSlot({ number: 2 ** 40, checkpoint: '' }),
    Uint8Array.of(...encodePinSlot({ number: 3, checkpoint: 'behind' }), 0, 0, 0),
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
