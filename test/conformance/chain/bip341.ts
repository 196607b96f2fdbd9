import assert from 'node:assert/strict';
import {
  addressOf,
  BITCOIN_MAINNET,
  controlBlock,
  parseTransaction,
  scriptPubKeyOf,
  tapBranchHash,
  tapLeafHash,
  tapOutputKey,
  taprootSighash,
} from '@bitcoin-enterprise/chain';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'cci-sat/bip341/wallet-test-vectors.json';

interface LeafVector {
  readonly id: number;
  readonly script: string;
  readonly leafVersion: number;
}

type TreeVector = LeafVector | readonly [TreeVector, TreeVector];

interface OutputVector {
  readonly given: { readonly internalPubkey: string; readonly scriptTree: TreeVector | null };
  readonly intermediary: {
    readonly leafHashes?: readonly string[];
    readonly merkleRoot: string | null;
    readonly tweakedPubkey: string;
  };
  readonly expected: {
    readonly scriptPubKey: string;
    readonly bip350Address: string;
    readonly scriptPathControlBlocks?: readonly string[];
  };
}

interface SpendVector {
  readonly given: {
    readonly rawUnsignedTx: string;
    readonly utxosSpent: readonly { readonly scriptPubKey: string; readonly amountSats: number }[];
  };
  readonly inputSpending: readonly {
    readonly given: { readonly txinIndex: number; readonly hashType: number };
    readonly intermediary: { readonly sigHash: string };
  }[];
}

interface Vectors {
  readonly scriptPubKey: readonly OutputVector[];
  readonly keyPathSpending: readonly SpendVector[];
}

/** A tree with, for each leaf in order of their ids, its hash, its version and the hashes beside its way up. */
interface HashedTree {
  readonly root: Uint8Array;
  readonly leaves: readonly {
    readonly id: number;
    readonly hash: Uint8Array;
    readonly version: number;
    readonly path: readonly Uint8Array[];
  }[];
}

export const suite: ConformanceSuite = {
  source: 'BIP341',
  files: [FILE],
  *cases(files) {
    const { scriptPubKey, keyPathSpending } = JSON.parse(files.get(FILE) ?? '') as Vectors;
    for (const [index, vector] of scriptPubKey.entries()) yield outputCase(`scriptPubKey ${index}`, vector);
    for (const vector of keyPathSpending) yield* spendCases(vector);
  },
};

function outputCase(name: string, { given, intermediary, expected }: OutputVector): ConformanceCase {
  return {
    name,
    run: () => {
      const internalKey = fromHex(given.internalPubkey);
      const tree = given.scriptTree === null ? undefined : hashTree(given.scriptTree);
      const outputKey = tapOutputKey(internalKey, tree?.root);
      const leaves = tree?.leaves ?? [];
      const blocks = leaves.map(({ path, version }) =>
        toHex(controlBlock(outputKey, internalKey, path, version)),
      );
      const script = fromHex(expected.scriptPubKey);
      assert.equal(tree === undefined ? null : toHex(tree.root), intermediary.merkleRoot);
      assert.deepEqual(
        leaves.map(({ hash }) => toHex(hash)),
        intermediary.leafHashes ?? [],
      );
      assert.equal(toHex(outputKey.xOnlyPublicKey), intermediary.tweakedPubkey);
      assert.deepEqual(blocks, expected.scriptPathControlBlocks ?? []);
      assert.equal(addressOf(script, BITCOIN_MAINNET), expected.bip350Address);
      assert.deepEqual(scriptPubKeyOf(expected.bip350Address, BITCOIN_MAINNET), script);
    },
  };
}

function* spendCases({ given, inputSpending }: SpendVector): Iterable<ConformanceCase> {
  for (const { given: input, intermediary } of inputSpending) {
    yield {
      name: `signature hash of input ${input.txinIndex} with hash type ${input.hashType}`,
      run: () => {
        const spent = given.utxosSpent.map(({ scriptPubKey, amountSats }) => ({
          scriptPubKey: fromHex(scriptPubKey),
          amountSat: BigInt(amountSats),
        }));
        const transaction = parseTransaction(fromHex(given.rawUnsignedTx));
        const digest = taprootSighash(transaction, input.txinIndex, spent, { hashType: input.hashType });
        assert.equal(toHex(digest), intermediary.sigHash);
      },
    };
  }
}

function hashTree(tree: TreeVector): HashedTree {
  if ('script' in tree) {
    const hash = tapLeafHash(fromHex(tree.script), tree.leafVersion);
    return { root: hash, leaves: [{ id: tree.id, hash, version: tree.leafVersion, path: [] }] };
  }
  const [left, right] = [hashTree(tree[0]), hashTree(tree[1])];
  const under = (side: HashedTree, sibling: HashedTree): HashedTree['leaves'] =>
    side.leaves.map((leaf) => ({ ...leaf, path: [...leaf.path, sibling.root] }));
  const leaves = [...under(left, right), ...under(right, left)].sort((a, b) => a.id - b.id);
  return { root: tapBranchHash(left.root, right.root), leaves };
}
