import { describe, expect, it } from 'vitest';
import { MerkleTree } from '../src/merkle/merkle-tree.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { SubtreeHashes } from '../src/merkle/subtree-hashes.ts';
import { inclusionProof } from '../src/merkle/inclusion-proof.ts';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { type BundleReport } from '../src/index.ts';
import { logOf, after, entry, failures, rewriteBytes, type BundleJson } from './bundle-tampering.ts';
import { ORIGIN, SIGNER } from './temporary-log.ts';

describe('an entry that the log itself should not have signed', () => {
  it('is told: a broken chain, stream or time under a valid proof', async () => {
    const whole = (await logOf(4)).exportBundle();
    const signed = (change: (copy: BundleJson) => void): BundleReport =>
      after(whole, (copy) => {
        change(copy);
        const leaves = copy.entries.map((one) => leafHash(Buffer.from(one.bytes, 'base64')));
        const tree = new MerkleTree();
        for (const leaf of leaves) tree.append(leaf);
        const hashes = new SubtreeHashes((level, index) => tree.recentTile(level, index));
        for (const [position, one] of copy.entries.entries()) {
          one.leafHash = Buffer.from(leaves[position] ?? []).toString('base64');
          one.proof = inclusionProof(hashes, position, 4).map((hash) => Buffer.from(hash).toString('base64'));
        }
        copy.checkpoint = new CheckpointIssuer(ORIGIN, SIGNER).issue(4, tree.root());
      });
    expect(signed(() => undefined).ok).toBe(true);
    const changed = signed((copy) => {
      rewriteBytes(entry(copy, 1), '1000"', '9000"');
    });
    expect(failures(changed)).toEqual(['chain link 2']);
    const replayed = signed((copy) => {
      rewriteBytes(entry(copy, 3), '"streamVersion":2', '"streamVersion":1');
    });
    expect(failures(replayed)).toEqual(['stream order 3']);
    const earlier = signed((copy) => {
      rewriteBytes(entry(copy, 3), '1700000000000', '1600000000000');
    });
    expect(failures(earlier)).toEqual(['time order 3']);
    const misplaced = signed((copy) => {
      rewriteBytes(entry(copy, 3), '"index":3', '"index":4');
    });
    expect(failures(misplaced)).toEqual(['entry form 3']);
    const foreign = signed((copy) => {
      rewriteBytes(entry(copy, 3), ORIGIN, 'example.com/other');
    });
    expect(failures(foreign)).toEqual(['entry form 3']);
    for (const [from, to] of [
      ['"format":"audit-entry/1"', '"format":"audit-entry/2"'],
      ['"type":"step.taken"', '"type":7'],
      ['{"$hex":"03"}', '{"$hex":"0"}'],
      ['{"$hex":"03"}', '{"$nothing":"03"}'],
      ['{"$hex":"03"}', `${'['.repeat(70)}${']'.repeat(70)}`],
      ['"step.taken"', '"\\ud800"'],
      ['3000', '3000"}, {"'],
      ['"position":3', '"position":3.0'],
      ['"position":3', '"position":1e999'],
    ] as const) {
      const unreadable = signed((copy) => {
        rewriteBytes(entry(copy, 3), from, to);
      });
      expect([to, ...failures(unreadable)]).toEqual([to, 'entry form 3']);
    }
    const noEntry = signed((copy) => (entry(copy, 3).bytes = Buffer.from('7').toString('base64')));
    expect(failures(noEntry)).toEqual(['entry form 3']);
  });
});
