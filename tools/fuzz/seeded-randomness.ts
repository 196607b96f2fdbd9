import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Random } from './random.ts';

/**
 * Makes `randomBytes` and `randomFillSync` of `node:crypto` give the same bytes in every run with the same seed, for
 * everything in this process: what a target seals while it loads is then the same as well, and so is the whole run. What
 * OpenSSL draws by itself (key generation, encapsulation, hedged signatures) stays random: such inputs are reproduced by
 * their bytes. Only a process that does nothing but fuzz may do this.
 */
export function seedRandomness(seed: number): void {
  const random = new Random(seed);
  const fill = (bytes: Uint8Array): void => {
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = random.uint32();
  };
  Object.assign(crypto, {
    randomBytes: (length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      fill(bytes);
      return bytes;
    },
    randomFillSync: <T extends NodeJS.ArrayBufferView>(view: T): T => {
      fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return view;
    },
  });
  syncBuiltinESMExports();
}
