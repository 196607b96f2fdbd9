import { beforeAll, describe, expect, it } from 'vitest';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { type BundleReport } from '../src/index.ts';
import { MerkleTree } from '../src/merkle/merkle-tree.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { after, entry, failures, rewrite, wholeBundle, type BundleParts } from './bundle-tampering.ts';
import { ORIGIN, SIGNER } from './temporary-log.ts';

describe('an entry that the log itself should not have signed', () => {
  let whole: Uint8Array;
  let issuer: CheckpointIssuer;

  beforeAll(async () => {
    whole = await wholeBundle(4);
    issuer = await CheckpointIssuer.of(ORIGIN, SIGNER);
  });

  /** A report on a log that holds the changed entries, each with its leaf hash, under a rightly signed checkpoint. */
  async function signed(change: (copy: BundleParts) => void): Promise<BundleReport> {
    const tree = new MerkleTree();
    const hashes: string[] = [];
    after(whole, (copy) => {
      change(copy);
      for (const one of copy.entries) {
        const hash = leafHash(Buffer.from(one.entry, 'latin1'));
        tree.append(hash);
        hashes.push(Buffer.from(hash).toString('base64'));
      }
    });
    const checkpoint = await issuer.issue(4, tree.root());
    return after(whole, (copy) => {
      change(copy);
      copy.entries.forEach((one, position) => (one.leafHash = hashes[position] ?? ''));
      copy.header.checkpoint = checkpoint;
    });
  }

  it('is told: a broken chain, stream or time under a valid proof', async () => {
    expect((await signed(() => undefined)).ok).toBe(true);
    const rewritten = async (position: number, from: string, to: string): Promise<string[]> =>
      failures(
        await signed((copy) => {
          rewrite(entry(copy, position), from, to);
        }),
      );
    expect(await rewritten(1, '1000"', '9000"')).toEqual(['chain link 2']);
    expect(await rewritten(3, '"streamVersion":2', '"streamVersion":1')).toEqual(['stream order 3']);
    expect(await rewritten(3, '1700000000000', '1600000000000')).toEqual(['time order 3']);
    expect(await rewritten(3, '"index":3', '"index":4')).toEqual(['entry form 3']);
    expect(await rewritten(3, ORIGIN, 'example.com/other')).toEqual(['entry form 3']);
    expect(await rewritten(0, '"$hex":"0000', '"$hex":"0100')).toContain('chain link 0');
  });

  it('is told: bytes that are not one entry in canonical form', async () => {
    for (const [from, to] of [
      ['"format":"audit-entry/1"', '"format":"audit-entry/2"'],
      ['"type":"step.taken"', '"type":7'],
      ['{"$hex":"03"}', '{"$hex":"0"}'],
      ['{"$hex":"03"}', '{"$nothing":"03"}'],
      ['{"$hex":"03"}', `${'['.repeat(70)}${']'.repeat(70)}`],
      ['"step.taken"', '"\\ud800"'],
      ['"step.taken"', '"\xff"'],
      ['3000', '3000"}, {"'],
      ['"position":3', '"position":3.0'],
      ['"position":3', '"position":1e999'],
      ['"format"', '"__proto__":{},"format"'],
    ] as const) {
      const unreadable = await signed((copy) => {
        rewrite(entry(copy, 3), from, to);
      });
      expect([to, ...failures(unreadable)]).toEqual([to, 'entry form 3']);
    }
    const noEntry = await signed((copy) => (entry(copy, 3).entry = '7'));
    expect(failures(noEntry)).toEqual(['entry form 3']);
  });
});
