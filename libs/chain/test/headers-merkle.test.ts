import { hash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BITCOIN_MAINNET,
  checkInclusion,
  checkProofOfWork,
  headerRulesFor,
  merkleRootOf,
  type MerklePath,
  parseBlockHeader,
  parseMerkleBlock,
  serialise,
  serialiseBlockHeader,
  type Transaction,
  transactionId,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';

const sha256d = (data: Uint8Array): Uint8Array =>
  Uint8Array.from(hash('sha256', hash('sha256', data, 'buffer'), 'buffer'));
const wire = (text: string): Uint8Array => bytes(text).toReversed();
const text = (data: Uint8Array): string => hex(data.toReversed());

/** Bitcoin's block 100000: its header proves itself, and the four ids lead to its root. */
const BLOCK_100000 = serialiseBlockHeader({
  version: 1,
  previousHash: '000000000002d01c1fccc21636b607dfd930d31d01c3a62104612a1719011250',
  merkleRoot: 'f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766',
  time: 1_293_623_863,
  bits: 0x1b04864c,
  nonce: 274_148_111,
});
const TXIDS = [
  '8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87',
  'fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4',
  '6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4',
  'e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d',
];

/** All levels of a block's tree, the ids first. */
function levelsOf(txids: readonly string[]): Uint8Array[][] {
  const levels = [txids.map(wire)];
  for (let level = levels[0] ?? []; level.length > 1; levels.push(level)) {
    const below = level;
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, index) => {
      const left = below[2 * index] ?? new Uint8Array();
      return sha256d(Buffer.concat([left, below[2 * index + 1] ?? left]));
    });
  }
  return levels;
}

function pathTo(index: number, txids: readonly string[]): MerklePath {
  const levels = levelsOf(txids).slice(0, -1);
  const siblings = levels.map((level, height) => {
    const place = index >>> height;
    return level[place ^ 1] ?? level[place] ?? new Uint8Array();
  });
  return { index, siblings };
}

/** A merkleblock message made the way nodes make it (BIP37, "Partial Merkle branch format"). */
function merkleBlock(
  txids: readonly string[],
  matched: ReadonlySet<number>,
  alter?: Partial<{ count: number }>,
): Uint8Array {
  const levels = levelsOf(txids);
  const flags: boolean[] = [];
  const hashes: Uint8Array[] = [];
  const visit = (height: number, position: number): void => {
    const covers = [...matched].some((index) => index >>> height === position);
    flags.push(covers);
    const below = levels[height - 1];
    if (!covers || below === undefined) {
      hashes.push(levels[height]?.[position] ?? new Uint8Array());
      return;
    }
    visit(height - 1, 2 * position);
    if (2 * position + 1 < below.length) visit(height - 1, 2 * position + 1);
  };
  visit(levels.length - 1, 0);
  const packed = new Uint8Array(Math.ceil(flags.length / 8));
  for (const [index, flag] of flags.entries())
    if (flag) packed[index >>> 3] = (packed[index >>> 3] ?? 0) | (1 << (index & 7));
  const count = Buffer.alloc(4);
  count.writeUInt32LE(alter?.count ?? txids.length);
  const header = headerOf(text(levels.at(-1)?.[0] ?? new Uint8Array()));
  const size = hashes.length < 0xfd ? [hashes.length] : [0xfd, hashes.length & 0xff, hashes.length >>> 8];
  return Uint8Array.from(
    Buffer.concat([header, count, Uint8Array.from(size), ...hashes, Uint8Array.of(packed.length), packed]),
  );
}

function headerOf(merkleRoot: string): Uint8Array {
  return serialiseBlockHeader({
    version: 1,
    previousHash: '00'.repeat(32),
    merkleRoot,
    time: 1,
    bits: 0x207fffff,
    nonce: 0,
  });
}

const idOf = (index: number): string => hex(sha256d(Uint8Array.of(index & 0xff, index >>> 8)));

describe('a Merkle path', () => {
  it('leads from each transaction of block 100000 to the root of its header, which has its work', () => {
    const header = parseBlockHeader(BLOCK_100000);
    expect(header.hash).toBe('000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506');
    checkProofOfWork(header, headerRulesFor(BITCOIN_MAINNET));
    for (const [index, txid] of TXIDS.entries())
      expect(merkleRootOf(txid, pathTo(index, TXIDS))).toBe(header.merkleRoot);
  });

  it('leads elsewhere from another place, another transaction or along another hash', () => {
    const root = parseBlockHeader(BLOCK_100000).merkleRoot;
    const path = pathTo(1, TXIDS);
    for (const index of [0, 2, 3]) expect(merkleRootOf(TXIDS[1] ?? '', { ...path, index })).not.toBe(root);
    expect(merkleRootOf(TXIDS[2] ?? '', path)).not.toBe(root);
    expect(merkleRootOf(TXIDS[1] ?? '', { ...path, siblings: path.siblings.toReversed() })).not.toBe(root);
  });

  it('is refused with a place beyond it, too many levels, or a hash of another length', async () => {
    const path = pathTo(1, TXIDS);
    const [txid = ''] = TXIDS;
    for (const index of [4, -1, 0.5, Number.NaN, 2 ** 53]) {
      await expectChainError('merkle-proof-malformed', () => merkleRootOf(txid, { ...path, index }));
    }
    const long = Array.from({ length: 16 }, () => new Uint8Array(32));
    await expectChainError('merkle-proof-malformed', () => merkleRootOf(txid, { index: 0, siblings: long }));
    for (const length of [0, 31, 33]) {
      const siblings = [new Uint8Array(length)];
      await expectChainError('merkle-proof-malformed', () => merkleRootOf(txid, { index: 0, siblings }));
    }
    await expectChainError('transaction-id-malformed', () => merkleRootOf('00', path));
  });

  it('does not lead to the copy of a last transaction that is its own partner (CVE-2012-2459)', async () => {
    const three = TXIDS.slice(0, 3);
    const path = pathTo(2, three);
    expect(merkleRootOf(three[2] ?? '', path)).toBe(text(levelsOf(three).at(-1)?.[0] ?? new Uint8Array()));
    await expectChainError('merkle-proof-malformed', () =>
      merkleRootOf(three[2] ?? '', { ...path, index: 3 }),
    );
  });
});

describe('a Merkle block', () => {
  it('gives the path of every transaction that it is about, in blocks of any size', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 70 })
          .chain((count) => fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat({ max: count - 1 })))),
        ([count, matched]) => {
          const txids = Array.from({ length: count }, (_, index) => idOf(index));
          const block = parseMerkleBlock(merkleBlock(txids, new Set(matched)));
          expect(block.transactionCount).toBe(count);
          expect(block.matches.map(({ path }) => path.index)).toEqual(matched.toSorted((a, b) => a - b));
          for (const { txid, path } of block.matches) {
            expect(txid).toBe(txids[path.index]);
            expect(path).toEqual(pathTo(path.index, txids));
            expect(merkleRootOf(txid, path)).toBe(block.header.merkleRoot);
          }
        },
      ),
    );
  });

  const TXS = Array.from({ length: 11 }, (_, index) => idOf(index));
  const good = merkleBlock(TXS, new Set([3, 10]));

  it('is refused wherever it is cut, and with anything after it', async () => {
    for (let length = 0; length < good.length; length += 1) {
      await expectChainError('merkle-proof-malformed', () => parseMerkleBlock(good.subarray(0, length)));
    }
    await expectChainError('merkle-proof-malformed', () => parseMerkleBlock(Uint8Array.of(...good, 0)));
  });

  it('is refused with any bit of its tree altered, or tells of no transaction but true ones', async () => {
    for (let bit = 8 * 80; bit < 8 * good.length; bit += 1) {
      const altered = good.slice();
      altered[bit >>> 3] = (altered[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = await Promise.resolve()
        .then(() => parseMerkleBlock(altered))
        .catch((error: unknown) => (error as { code?: string }).code);
      // Which of the ids in it are asked about is nowhere committed to.
      if (typeof outcome === 'object') {
        for (const { txid, path } of outcome.matches) expect(txid).toBe(TXS[path.index]);
      } else {
        expect(outcome).toBe('merkle-proof-malformed');
      }
    }
  });

  it('is refused with no transaction, more than a block holds, or more hashes than transactions', async () => {
    for (const count of [0, 16_667, 0xffff_ffff, 1]) {
      await expectChainError('merkle-proof-malformed', () =>
        parseMerkleBlock(merkleBlock(TXS, new Set([3]), { count })),
      );
    }
  });

  it('is refused with two equal halves (CVE-2012-2459)', async () => {
    // Six transactions of which the last two come twice: the root of the eight is the root of the six.
    const six = TXS.slice(0, 6);
    const eight = [...six, ...six.slice(4)];
    expect(levelsOf(six).at(-1)).toEqual(levelsOf(eight).at(-1));
    expect(parseMerkleBlock(merkleBlock(six, new Set([5]))).matches).toHaveLength(1);
    await expectChainError('merkle-proof-malformed', () =>
      parseMerkleBlock(merkleBlock(eight, new Set([7]))),
    );
  });

  it('is refused with padding that is not zero', async () => {
    const padded = good.slice();
    const last = padded.length - 1;
    padded[last] = (padded[last] ?? 0) | 0x80;
    const error = await expectChainError('merkle-proof-malformed', () => parseMerkleBlock(padded));
    expect(error.value).toContain('padding');
  });
});

describe('a proof of inclusion', () => {
  const input = { txid: '11'.repeat(32), vout: 0, scriptSig: new Uint8Array(), sequence: 0, witness: [] };
  const coinbase: Transaction = {
    version: 1,
    inputs: [{ ...input, txid: '00'.repeat(32), vout: 0xffff_ffff, scriptSig: Uint8Array.of(1, 1) }],
    outputs: [{ amountSat: 1n, scriptPubKey: Uint8Array.of(0x51) }],
    lockTime: 0,
  };
  const payment: Transaction = {
    ...coinbase,
    inputs: [input],
    outputs: [{ amountSat: 5n, scriptPubKey: new Uint8Array(3) }],
  };
  const txids = [transactionId(coinbase), transactionId(payment), idOf(1), idOf(2)];
  const root = text(levelsOf(txids).at(-1)?.[0] ?? new Uint8Array());
  const proof = {
    rawTransaction: serialise(payment),
    path: pathTo(1, txids),
    coinbase: serialise(coinbase),
    coinbasePath: pathTo(0, txids),
  };

  it('gives the transaction', () => {
    expect(checkInclusion(root, proof)).toEqual(payment);
    expect(
      checkInclusion(root, { ...proof, rawTransaction: proof.coinbase, path: proof.coinbasePath }),
    ).toEqual(coinbase);
  });

  it('is refused under another root, with another transaction, place or coinbase', async () => {
    const refused = [
      { ...proof, rawTransaction: serialise({ ...payment, lockTime: 1 }) },
      { ...proof, path: { ...proof.path, index: 2 } },
      { ...proof, coinbase: proof.rawTransaction, coinbasePath: proof.path },
      { ...proof, coinbase: serialise({ ...coinbase, version: 2 }) },
      { ...proof, coinbasePath: { ...proof.coinbasePath, index: 1 } },
    ];
    for (const wrong of refused)
      await expectChainError('merkle-proof-malformed', () => checkInclusion(root, wrong));
    await expectChainError('merkle-proof-malformed', () => checkInclusion('00'.repeat(32), proof));
    await expectChainError('transaction-malformed', () =>
      checkInclusion(root, { ...proof, rawTransaction: new Uint8Array(5) }),
    );
  });

  it('does not take a node of the tree for a transaction, nor a transaction for a node (CVE-2017-12842)', async () => {
    // A transaction of 64 bytes: its halves are the "ids" of two that nobody made.
    const short: Transaction = {
      ...payment,
      inputs: [{ ...input, scriptSig: new Uint8Array(4) }],
      outputs: [{ amountSat: 5n, scriptPubKey: new Uint8Array(0) }],
    };
    const node = serialise(short);
    expect(node).toHaveLength(64);
    const others = [transactionId(coinbase), transactionId(short)];
    const shortRoot = text(levelsOf(others).at(-1)?.[0] ?? new Uint8Array());
    const way = pathTo(1, others);
    const error = await expectChainError('transaction-malformed', () =>
      checkInclusion(shortRoot, {
        ...proof,
        rawTransaction: node,
        path: way,
        coinbasePath: pathTo(0, others),
      }),
    );
    expect(error.value).toContain('64 bytes');
    // Its left half as an id, one level deeper: the path holds, and the coinbase shows that no transaction lies there.
    const deeper = { index: 2, siblings: [node.slice(32), ...way.siblings] };
    expect(merkleRootOf(text(node.slice(0, 32)), deeper)).toBe(shortRoot);
    const unlike = { ...proof, path: deeper, coinbasePath: pathTo(0, others) };
    const depth = await expectChainError('merkle-proof-malformed', () => checkInclusion(shortRoot, unlike));
    expect(depth.value).toContain('2 levels');
  });

  it('is refused with a witness, which no id covers', async () => {
    const signed = { ...payment, inputs: [{ ...input, witness: [Uint8Array.of(1)] }] };
    expect(transactionId(signed)).toBe(transactionId(payment));
    await expectChainError('transaction-malformed', () =>
      checkInclusion(root, { ...proof, rawTransaction: serialise(signed) }),
    );
  });
});
