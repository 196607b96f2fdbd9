/** "expand 32-byte k" in four little-endian words (RFC 8439 section 2.3). */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
/** Words 0 to 3 and 12 to 15 of the permuted state make the subkey. */
const SUBKEY_WORDS = [0, 1, 2, 3, 12, 13, 14, 15] as const;

/**
 * HChaCha20 (draft-irtf-cfrg-xchacha-03 section 2.2): the ChaCha20 permutation of key and nonce, without the final
 * addition of the input.
 *
 * No branch and no index depends on the key: addition, rotation and exclusive or of 32-bit words only. Sums are built
 * from halves of 16 bits, so that no intermediate value leaves the small integers of the engine, whose overflow would
 * be a branch on the key in code that is not optimised yet.
 *
 * @param key 32 bytes
 * @param nonce 16 bytes, public
 * @returns 32 bytes, which the caller wipes
 */
export function hchacha20(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const state = new Int32Array(16);
  state.set(CONSTANTS);
  copyWords(key, state, 4);
  copyWords(nonce, state, 12);
  for (let doubleRound = 0; doubleRound < 10; doubleRound += 1) {
    quarterRound(state, 0, 4, 8, 12);
    quarterRound(state, 1, 5, 9, 13);
    quarterRound(state, 2, 6, 10, 14);
    quarterRound(state, 3, 7, 11, 15);
    quarterRound(state, 0, 5, 10, 15);
    quarterRound(state, 1, 6, 11, 12);
    quarterRound(state, 2, 7, 8, 13);
    quarterRound(state, 3, 4, 9, 14);
  }
  const subkey = new Uint8Array(new ArrayBuffer(32));
  const view = new DataView(subkey.buffer);
  SUBKEY_WORDS.forEach((word, index) => {
    view.setInt32(4 * index, wordAt(state, word), true);
  });
  state.fill(0);
  return subkey;
}

/** RFC 8439 section 2.1, on four words of the state. */
function quarterRound(state: Int32Array, a: number, b: number, c: number, d: number): void {
  addAndRotate(state, a, b, d, 16);
  addAndRotate(state, c, d, b, 12);
  addAndRotate(state, a, b, d, 8);
  addAndRotate(state, c, d, b, 7);
}

/** `sum += addend; target = (target ^ sum) <<< bits`, on words of the state. */
function addAndRotate(state: Int32Array, sum: number, addend: number, target: number, bits: number): void {
  const added = add(wordAt(state, sum), wordAt(state, addend));
  const mixed = wordAt(state, target) ^ added;
  state[sum] = added;
  state[target] = (mixed << bits) | (mixed >>> (32 - bits));
}

function add(a: number, b: number): number {
  const low = (a & 0xffff) + (b & 0xffff);
  const high = (a >>> 16) + (b >>> 16) + (low >>> 16);
  return (high << 16) | (low & 0xffff);
}

/** The index is a constant of the algorithm, so that the fallback is never taken. */
function wordAt(state: Int32Array, index: number): number {
  return state[index] ?? 0;
}

function copyWords(bytes: Uint8Array, state: Int32Array, start: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += 4) {
    state[start + offset / 4] = view.getInt32(offset, true);
  }
}
