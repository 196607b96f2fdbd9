import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle, type BundleReport } from '../src/index.ts';
import {
  TRUST,
  PART,
  logOf,
  wholeBundle,
  parse,
  after,
  entry,
  failures,
  rewriteBytes,
} from './bundle-tampering.ts';
import { ORIGIN, signerOf } from './temporary-log.ts';

describe('a bundle that was tampered with', () => {
  let whole: Uint8Array;
  let ofOtherTime: Uint8Array;

  beforeAll(async () => {
    whole = await wholeBundle(26);
    ofOtherTime = await wholeBundle(26, 1_800_000_000_000);
  });

  it('is told at the very entry that was altered', () => {
    const report = after(whole, (copy) => {
      rewriteBytes(entry(copy, 11), '11000', '91000');
    });
    expect(failures(report)).toEqual(['leaf hash 11', 'inclusion proof 11']);
    expect(report.summary).toBe('entry 11 altered: leaf hash differs, inclusion fails');
    expect(report.entries.filter((one) => !one.ok).map((one) => one.index)).toEqual([11]);
    expect(report.entries[11]?.body).toMatchObject({ amountSat: 91_000n });
  });

  it('is told at that entry also when its leaf hash was made to fit', () => {
    const report = after(whole, (copy) => {
      Object.assign(entry(copy, 11), { leafHash: entry(copy, 12).leafHash, bytes: entry(copy, 12).bytes });
    });
    expect(failures(report)).toEqual(['entry form 11', 'inclusion proof 11']);
  });

  it('is told by whatever bit of whatever entry was flipped', () => {
    fc.assert(
      fc.property(fc.nat(25), fc.nat(), fc.nat(7), (position, offset, bit) => {
        const report = after(whole, (copy) => {
          const target = entry(copy, position);
          const bytes = Buffer.from(target.bytes, 'base64');
          const at = offset % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          target.bytes = bytes.toString('base64');
        });
        expect(failures(report)).toEqual(
          expect.arrayContaining([`leaf hash ${position}`, `inclusion proof ${position}`]),
        );
        expect(report.entries.filter((one) => !one.ok).map((one) => one.index)).toEqual([position]);
      }),
      { numRuns: 60 },
    );
  });

  it('is told when an entry is missing, or the end is', () => {
    const without = (position: number): BundleReport =>
      after(whole, (copy) => copy.entries.splice(position, 1));
    expect(without(7).summary).toBe('completeness: entry 7 is missing, with 0 more');
    expect(without(0).ok).toBe(false);
    expect(without(25).summary).toBe('completeness: entry 25 is missing, with 0 more');
    const hidden = after(whole, (copy) => {
      copy.entries.splice(20);
      copy.selection.to = 20;
    });
    expect(failures(hidden)).toEqual(['completeness']);
    expect(hidden.summary).toContain('does not hold the whole log of 26 entries');
  });

  it('is told when entries were inserted, repeated, reordered or renumbered', () => {
    const inserted = after(whole, (copy) => copy.entries.splice(5, 0, { ...entry(copy, 5) }));
    expect(failures(inserted)).toEqual(['entry order 5', 'completeness']);
    const swapped = after(whole, (copy) => copy.entries.splice(5, 2, entry(copy, 6), entry(copy, 5)));
    expect(failures(swapped)).toEqual(['entry order 5']);
    const renumbered = after(whole, (copy) => {
      entry(copy, 5).index = 6;
      entry(copy, 6).index = 5;
    });
    expect(failures(renumbered)).toEqual(expect.arrayContaining(['inclusion proof 5', 'inclusion proof 6']));
    const exchanged = after(whole, (copy) => {
      [entry(copy, 5).bytes, entry(copy, 6).bytes] = [entry(copy, 6).bytes, entry(copy, 5).bytes];
    });
    expect(failures(exchanged)).toEqual(expect.arrayContaining(['leaf hash 5', 'leaf hash 6']));
  });

  it('is told when proofs or entries are of another log, or of another length', () => {
    const other = parse(ofOtherTime);
    const proofs = after(whole, (copy) => {
      entry(copy, 3).proof = entry(other, 3).proof;
    });
    expect(failures(proofs)).toEqual(['inclusion proof 3']);
    const entries = after(whole, (copy) => copy.entries.splice(3, 1, entry(other, 3)));
    expect(failures(entries)).toEqual(['inclusion proof 3']);
    const shorter = after(whole, (copy) => {
      entry(copy, 3).proof[0] = Buffer.alloc(31).toString('base64');
      entry(copy, 4).proof.pop();
      entry(copy, 5).leafHash = '';
    });
    expect(failures(shorter)).toEqual(['inclusion proof 3', 'inclusion proof 4', 'leaf hash 5']);
  });

  it('is told when the checkpoint is forged, of another log, key or origin', () => {
    const root = after(whole, (copy) => {
      copy.checkpoint = copy.checkpoint.replace(/\n26\n/, '\n27\n');
    });
    expect(failures(root)).toContain('checkpoint signature');
    expect(failures(after(whole, (copy) => (copy.checkpoint = parse(ofOtherTime).checkpoint)))).toHaveLength(
      26,
    );
    expect(failures(after(whole, (copy) => (copy.checkpoint = 'none')))).toEqual(
      expect.arrayContaining(['checkpoint signature', 'checkpoint', 'inclusion proof 0', 'completeness']),
    );
    const otherKey = verifyBundle(whole, { ...TRUST, publicKey: signerOf(8).publicKey });
    expect(failures(otherKey)).toEqual(['checkpoint signature']);
    expect(otherKey.summary).toBe('checkpoint signature: not signed by this key');
    const noKey = verifyBundle(whole, { ...TRUST, publicKey: new Uint8Array(0) });
    expect(failures(noKey)).toEqual(['checkpoint signature']);
    const otherLog = verifyBundle(whole, { ...TRUST, origin: 'example.com/other' });
    expect(failures(otherLog)).toEqual(
      expect.arrayContaining(['origin', 'checkpoint signature', 'checkpoint']),
    );
    expect(failures(after(whole, (copy) => (copy.origin = 'example.com/other')))).toEqual(['origin']);
  });

  it('is told when it reaches beyond the checkpoint or outside of its selection', () => {
    const beyond = after(whole, (copy) => (copy.selection.to = 27), PART);
    expect(beyond.summary).toBe('completeness: the bundle reaches to entry 26, the checkpoint to 25');
    const outside = after(whole, (copy) => (copy.selection.to = 20), PART);
    expect(outside.summary).toBe('completeness: entry 20 is outside of 0 to 19');
    const stream = after(whole, (copy) => (copy.selection.stream = 'swap/1'), PART);
    expect(failures(stream)).toContain('entry form 0');
    const subject = after(whole, (copy) => (copy.selection.subject = 'customer:1'), PART);
    expect(failures(subject)).toContain('entry form 0');
  });

  it('is told when an event of a selected stream was left out', async () => {
    const log = await logOf(26);
    const bundle = log.exportBundle({ stream: 'swap/1' });
    expect(verifyBundle(bundle, PART).ok).toBe(true);
    expect(failures(after(bundle, (copy) => copy.entries.splice(3, 1), PART))).toEqual(['stream order 13']);
    expect(failures(after(bundle, (copy) => copy.entries.splice(0, 1), PART))).toEqual(['stream order 4']);
  });

  it('is told when it is an older state than was pinned, or of another history', async () => {
    const pinned = { ...TRUST, pinnedCheckpoint: parse(ofOtherTime).checkpoint };
    expect(verifyBundle(whole, pinned).summary).toBe('pinned checkpoint: another history of the same size');
    const log = await logOf(20);
    const older = verifyBundle(log.exportBundle(), { ...TRUST, pinnedCheckpoint: parse(whole).checkpoint });
    expect(older.summary).toBe('pinned checkpoint: rolled back: 20 entries, 26 were pinned');
    const early = (await logOf(10, 5)).checkpoint();
    expect(verifyBundle(whole, { ...TRUST, pinnedCheckpoint: early }).summary).toContain('another root');
    const forged = after(whole, (copy) => (copy.since = { treeSize: 10, proof: entry(copy, 0).proof }), {
      ...TRUST,
      pinnedCheckpoint: early,
    });
    expect(forged.summary).toBe('pinned checkpoint: another history: the consistency proof fails');
    const nothing = after(whole, (copy) => (copy.checkpoint = 'none'), { ...TRUST, pinnedCheckpoint: early });
    expect(failures(nothing)).toContain('pinned checkpoint');
    for (const note of [
      'none',
      early.replace(ORIGIN, 'example.com/other'),
      early.replace('\n10\n', '\n11\n'),
    ]) {
      expect(failures(verifyBundle(whole, { ...TRUST, pinnedCheckpoint: note }))).toEqual([
        'pinned checkpoint',
      ]);
    }
  });
});
