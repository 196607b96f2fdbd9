import { createCipheriv, createHash } from 'node:crypto';

/**
 * The order in which the classes take their turns: a fair coin for each sample, from AES-256-CTR under a key that the seed
 * gives, so that the printed seed gives the same order again.
 */
export function* classOrder(seed: string): Generator<boolean, never, undefined> {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  const zeros = new Uint8Array(1_024);
  for (;;) {
    for (const byte of stream.update(zeros)) {
      for (let bit = 0; bit < 8; bit += 1) yield ((byte >> bit) & 1) === 1;
    }
  }
}
