import { isXOnlyPublicKey, taggedHash } from '@bitcoin-enterprise/crypto-core';
import { xOnlyPointAddTweak } from 'tiny-secp256k1';

import { ChainError } from '../error/chain-error.ts';
import { ByteWriter, prefixedLength } from '../transaction/byte-writer.ts';

/** The leaf version of tapscript (BIP342). */
const TAPSCRIPT_LEAF_VERSION = 0xc0;

/**
 * BIP341's point H, whose discrete logarithm nobody knows: the hash of the generator, lifted to a point. As internal
 * key it closes the key path.
 */
export const UNSPENDABLE_INTERNAL_KEY: Uint8Array = Uint8Array.from(
  Buffer.from('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0', 'hex'),
);

/** An output key and what a control block says of it. */
export interface TapOutputKey {
  /** 32 bytes: what the output pays to. */
  readonly xOnlyPublicKey: Uint8Array;
  /** 1 when the point's Y coordinate is odd. */
  readonly parity: 0 | 1;
}

/** The hash of a leaf (BIP341): its version and its script. */
export function tapLeafHash(script: Uint8Array, leafVersion: number = TAPSCRIPT_LEAF_VERSION): Uint8Array {
  const writer = new ByteWriter(1 + prefixedLength(script));
  writer.uint8(leafVersion);
  writer.prefixed(script);
  return taggedHash('TapLeaf', writer.bytes);
}

/** The hash of a branch (BIP341): of two hashes the lesser comes first. */
export function tapBranchHash(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Buffer.compare(a, b) <= 0 ? taggedHash('TapBranch', a, b) : taggedHash('TapBranch', b, a);
}

/**
 * The output key that commits to a script tree (BIP341): internal key + hash(internal key, root)·G.
 *
 * @param internalKey - 32 bytes, x-only
 * @param merkleRoot - 32 bytes; absent for an output without scripts
 * @throws ChainError `public-key-invalid` when the internal key is not on the curve
 */
export function tapOutputKey(internalKey: Uint8Array, merkleRoot?: Uint8Array): TapOutputKey {
  const tweak = taggedHash('TapTweak', internalKey, merkleRoot ?? new Uint8Array(0));
  // Judged first: where the library throws out of its module, the module's stack is not given back.
  const tweaked = isXOnlyPublicKey(internalKey) ? xOnlyPointAddTweak(internalKey, tweak) : null;
  if (tweaked === null) {
    const value = Buffer.from(internalKey).toString('hex');
    throw new ChainError('public-key-invalid', `${value} is no x-only public key`, {
      value,
      limit: 'on secp256k1',
    });
  }
  return { xOnlyPublicKey: tweaked.xOnlyPubkey, parity: tweaked.parity };
}

/** What a spend by script path reveals beside the script: version and parity, internal key, Merkle path (BIP341). */
export function controlBlock(
  outputKey: TapOutputKey,
  internalKey: Uint8Array,
  path: readonly Uint8Array[],
  leafVersion: number = TAPSCRIPT_LEAF_VERSION,
): Uint8Array {
  const writer = new ByteWriter(1 + 32 + 32 * path.length);
  writer.uint8(leafVersion | outputKey.parity);
  writer.raw(internalKey);
  for (const hash of path) writer.raw(hash);
  return writer.bytes;
}
