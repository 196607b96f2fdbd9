import { hash } from 'node:crypto';
import { isChainError, merkleRootOf, parseMerkleBlock, type MerkleBlock } from '@bitcoin-enterprise/chain';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const HEADER_BYTES = 80;
const ROOT_OFFSET = 36;

/** A message of a block: its header all zero but for the root. */
function message(
  root: Uint8Array,
  count: number,
  hashes: readonly Uint8Array[],
  flags: readonly number[],
): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES + 4);
  header.set(root, ROOT_OFFSET);
  header.writeUInt32LE(count, HEADER_BYTES);
  return Uint8Array.from(
    Buffer.concat([header, Uint8Array.of(hashes.length), ...hashes, Uint8Array.of(flags.length, ...flags)]),
  );
}

const leaf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const pair = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  hash('sha256', hash('sha256', Buffer.concat([left, right]), 'buffer'), 'buffer');

const [one, two, three] = [leaf(1), leaf(2), leaf(3)];
const upper = pair(pair(one, two), pair(three, three));

/** A partial Merkle tree (BIP37): what it tells of a transaction leads to the root of the header. */
export const target: FuzzTarget<MerkleBlock> = {
  seeds: [
    message(one, 1, [one], [1]),
    message(pair(one, two), 2, [one, two], [5]),
    message(upper, 3, [one, two, pair(three, three)], [0b00111]),
    message(upper, 3, [pair(one, two), three], [0b1101]),
  ],
  dictionary: [leaf(1), Uint8Array.of(3, 0, 0, 0), Uint8Array.of(0xff, 0xff, 0, 0)],
  isRefusal: isChainError,
  decode: parseMerkleBlock,
  check: ({ header, transactionCount, matches }) => {
    for (const { txid, path } of matches) {
      if (path.index >= transactionCount)
        throw new Error(`place ${String(path.index)} of ${String(transactionCount)}`);
      if (merkleRootOf(txid, path) !== header.merkleRoot) throw new Error(`${txid} leads elsewhere`);
    }
  },
  // The root that a tree leads to stands in the refusal, so that an altered tree gets past the door.
  repair: (input) => {
    try {
      parseMerkleBlock(input);
    } catch (error) {
      const root = /the root ([0-9a-f]{64})/.exec((error as Error).message)?.[1];
      if (root === undefined) return input;
      const repaired = input.slice();
      repaired.set(Buffer.from(root, 'hex').reverse(), ROOT_OFFSET);
      return repaired;
    }
    return input;
  },
};
