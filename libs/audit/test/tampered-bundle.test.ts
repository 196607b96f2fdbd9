import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { leafHash } from '../src/merkle/tree-hash.ts';
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
  fileOf,
  linesOf,
  rewrite,
  type BundleParts,
} from './bundle-tampering.ts';
import { ORIGIN, signerOf } from './temporary-log.ts';

/** Gives an altered entry the leaf hash that it has now. */
function restate(copy: BundleParts, position: number): void {
  const altered = entry(copy, position);
  altered.leafHash = Buffer.from(leafHash(Buffer.from(altered.entry, 'latin1'))).toString('base64');
}

describe('a bundle that was tampered with', () => {
  let whole: Uint8Array;
  let ofOtherTime: Uint8Array;
  let aboutSubject: Uint8Array;

  beforeAll(async () => {
    whole = await wholeBundle(26);
    ofOtherTime = await wholeBundle(26, 1_800_000_000_000);
  });

  it('is told at the very entry that was altered', () => {
    const report = after(whole, (copy) => {
      rewrite(entry(copy, 11), '11000', '91000');
    });
    expect(failures(report)).toEqual(['leaf hash 11']);
    expect(report.summary).toBe('entry 11 altered: leaf hash differs');
    expect(report.entries.filter((one) => !one.ok).map((one) => one.index)).toEqual([11]);
    expect(report.entries[11]?.body).toMatchObject({ amountSat: 91_000n });
  });

  it('is told also when its leaf hash was made to fit: nothing is proven, and the next entry names another', () => {
    const report = after(whole, (copy) => {
      rewrite(entry(copy, 11), '11000', '91000');
      restate(copy, 11);
    });
    expect(failures(report)).toEqual(['chain link 12', 'inclusion proof']);
    expect(report.isIncluded).toBe(false);
    expect(report.entries.filter((one) => one.ok)).toEqual([]);
    const last = after(whole, (copy) => {
      rewrite(entry(copy, 25), '25000', '95000');
      restate(copy, 25);
    });
    expect(failures(last)).toEqual(['inclusion proof']);
    expect(last.summary).toBe('inclusion proof: the entries do not lead to the root of 26');
  });

  it('is told by whatever bit of whatever entry was flipped', () => {
    fc.assert(
      fc.property(fc.nat(25), fc.nat(), fc.nat(7), (position, offset, bit) => {
        let flipped = 0;
        const report = after(whole, (copy) => {
          const target = entry(copy, position);
          const bytes = Buffer.from(target.entry, 'latin1');
          const at = offset % bytes.length;
          flipped = (bytes[at] ?? 0) ^ (1 << bit);
          bytes[at] = flipped;
          target.entry = bytes.toString('latin1');
        });
        // A line feed makes two lines of one, and neither is an entry.
        if (flipped === 0x0a) {
          expect(failures(report)).toContain('bundle format');
          return;
        }
        expect(failures(report)).toContain(`leaf hash ${position}`);
        expect(report.entries.filter((one) => !one.ok).map((one) => one.index)).toEqual([position]);
      }),
      { numRuns: 200 },
    );
  });

  it('is told by whatever bit of the file was flipped', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), (offset, bit) => {
        const bytes = Uint8Array.from(whole);
        const at = offset % bytes.length;
        const flipped = (bytes[at] ?? 0) ^ (1 << bit);
        bytes[at] = flipped;
        const { ok, checks } = verifyBundle(bytes, TRUST);
        // The public key in the header is a hint for people and decides nothing.
        const { publicKey } = parse(whole).header;
        const begins = Buffer.from(whole).indexOf(publicKey);
        const isHint = at >= begins && at < begins + publicKey.length;
        if (isHint && /[0-9a-f]/.test(String.fromCharCode(flipped))) expect(ok).toBe(true);
        else expect(checks.filter((check) => !check.ok)).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is told when it was cut, at any byte', () => {
    for (let length = 0; length < whole.length; length += length < 500 ? 1 : 97) {
      const report = verifyBundle(whole.subarray(0, length), PART);
      expect([length, ...failures(report)]).toContain('bundle format');
    }
    expect(verifyBundle(whole.subarray(0, whole.length - 1), TRUST).summary).toBe(
      'bundle format: cut short in line 28',
    );
  });

  it('is told when any line is missing, there twice, or at another place', () => {
    const lines = linesOf(parse(whole));
    for (let position = 0; position < lines.length; position += 1) {
      const without = verifyBundle(fileOf(lines.toSpliced(position, 1)), TRUST);
      expect([position, without.ok]).toEqual([position, false]);
      const twice = verifyBundle(fileOf(lines.toSpliced(position, 0, lines[position] ?? '')), TRUST);
      expect([position, twice.ok]).toEqual([position, false]);
      const later = (position + 7) % lines.length;
      const moved = lines.with(position, lines[later] ?? '').with(later, lines[position] ?? '');
      expect([position, verifyBundle(fileOf(moved), TRUST).ok]).toEqual([position, false]);
    }
    expect(verifyBundle(fileOf([...lines, '']), TRUST).summary).toBe(
      'bundle format: line 29 stands behind the end',
    );
    expect(verifyBundle(fileOf([...lines, ...lines]), TRUST).summary).toBe(
      'bundle format: line 29 stands behind the end',
    );
    expect(verifyBundle(fileOf(lines.toSpliced(3, 0, '')), TRUST).summary).toBe(
      'bundle format: line 4 is of no kind that a bundle has',
    );
  });

  it('is told when an entry is missing, or the end is', () => {
    const without = (position: number): BundleReport =>
      after(whole, (copy) => {
        copy.entries.splice(position, 1);
        copy.end.entries -= 1;
      });
    expect(failures(without(7))).toEqual(['inclusion proof', 'completeness']);
    expect(without(7).checks.at(-1)?.detail).toBe('entry 7 is missing');
    expect(without(7).summary).toBe('inclusion proof: the proof does not lead from entry 7 to entry 8');
    expect(without(0).ok).toBe(false);
    expect(without(25).checks.at(-1)?.detail).toBe('entry 25 is missing, with 0 more');
    const replaced = after(whole, (copy) => {
      const [removed] = copy.entries.splice(7, 1);
      entry(copy, 7).subtrees = [removed?.leafHash ?? ''];
      const { index, subtrees = [], leafHash: hash, entry: bytes } = entry(copy, 7);
      copy.entries[7] = { index, subtrees, leafHash: hash, entry: bytes };
      copy.end.entries -= 1;
    });
    expect(failures(replaced)).toEqual(['completeness']);
    expect(replaced.summary).toBe('completeness: entry 7 is missing');
    const hidden = after(whole, (copy) => {
      const end = copy.entries.splice(20);
      copy.header.selection.to = 20;
      copy.end = { ...copy.end, entries: 20, subtrees: end.map((one) => one.leafHash) };
    });
    expect(failures(hidden)).toContain('completeness');
    expect(hidden.checks.at(-1)?.detail).toBe('the bundle does not hold the whole log of 26 entries');
  });

  it('is told when its count is another', () => {
    const report = after(whole, (copy) => (copy.end.entries = 25));
    expect(report.summary).toBe('completeness: 26 entries, and the last line says 25');
  });

  it('is told when entries were inserted, repeated, reordered or renumbered', () => {
    const inserted = after(whole, (copy) => {
      copy.entries.splice(5, 0, { ...entry(copy, 5) });
      copy.end.entries += 1;
    });
    expect(failures(inserted)).toEqual(['entry order 5', 'inclusion proof', 'completeness']);
    const swapped = after(whole, (copy) => copy.entries.splice(5, 2, entry(copy, 6), entry(copy, 5)));
    expect(failures(swapped)).toEqual(['entry order 5', 'inclusion proof', 'completeness']);
    const renumbered = after(whole, (copy) => {
      entry(copy, 5).index = 6;
      entry(copy, 6).index = 5;
    });
    expect(failures(renumbered)).toEqual(expect.arrayContaining(['entry form 6', 'inclusion proof']));
    const exchanged = after(whole, (copy) => {
      [entry(copy, 5).entry, entry(copy, 6).entry] = [entry(copy, 6).entry, entry(copy, 5).entry];
    });
    expect(failures(exchanged)).toEqual(expect.arrayContaining(['leaf hash 5', 'leaf hash 6']));
  });

  it('is told when entries or hashes are of another log', () => {
    const other = parse(ofOtherTime);
    const entries = after(whole, (copy) => copy.entries.splice(3, 1, entry(other, 3)));
    expect(failures(entries)).toEqual(['chain link 3', 'chain link 4', 'time order 4', 'inclusion proof']);
  });

  it('is told when the hashes of what was left out are others, too few, too many, or elsewhere', async () => {
    const log = await logOf(26);
    aboutSubject = await log.exportBundle({ subject: 'customer:1' }).bytes();
    expect(parse(aboutSubject).entries.map(({ index }) => index)).toEqual([16]);
    const changed = (change: (hashes: string[]) => unknown): string[] =>
      failures(
        after(
          aboutSubject,
          (copy) => {
            change(entry(copy, 0).subtrees ?? []);
          },
          PART,
        ),
      );
    const zero = Buffer.alloc(32).toString('base64');
    expect(changed((hashes) => (hashes[0] = zero))).toEqual(['inclusion proof']);
    expect(changed((hashes) => hashes.push(zero))).toEqual(['inclusion proof']);
    expect(changed((hashes) => hashes.pop())).toEqual(expect.arrayContaining(['bundle format']));
    const end = (change: (hashes: string[]) => unknown): string[] =>
      failures(
        after(
          aboutSubject,
          (copy) => {
            change(copy.end.subtrees);
          },
          PART,
        ),
      );
    expect(end((hashes) => hashes.pop())).toEqual(['inclusion proof']);
    expect(end((hashes) => hashes.push(zero))).toEqual(['inclusion proof']);
    expect(end((hashes) => hashes.reverse())).toEqual(['inclusion proof']);
    expect(end((hashes) => (hashes[0] = Buffer.alloc(31).toString('base64')))).toEqual(['inclusion proof']);
    expect(after(whole, (copy) => (entry(copy, 3).leafHash = zero)).summary).toBe(
      'entry 3 altered: leaf hash differs',
    );
  });

  it('is told when the checkpoint is forged, of another log, key or origin', () => {
    const root = after(whole, (copy) => {
      copy.header.checkpoint = copy.header.checkpoint.replace(/\n26\n/, '\n27\n');
    });
    expect(failures(root)).toContain('checkpoint signature');
    expect(
      failures(after(whole, (copy) => (copy.header.checkpoint = parse(ofOtherTime).header.checkpoint))),
    ).toEqual(['inclusion proof']);
    expect(failures(after(whole, (copy) => (copy.header.checkpoint = 'none')))).toEqual([
      'checkpoint signature',
      'checkpoint',
      'inclusion proof',
      'completeness',
    ]);
    const otherKey = verifyBundle(whole, { ...TRUST, publicKey: signerOf(8).publicKey });
    expect(failures(otherKey)).toEqual(['checkpoint signature']);
    expect(otherKey.summary).toBe('checkpoint signature: not signed by this key');
    const noKey = verifyBundle(whole, { ...TRUST, publicKey: new Uint8Array(0) });
    expect(failures(noKey)).toEqual(['checkpoint signature']);
    const otherLog = verifyBundle(whole, { ...TRUST, origin: 'example.com/other' });
    expect(failures(otherLog)).toEqual(
      expect.arrayContaining(['origin', 'checkpoint signature', 'checkpoint']),
    );
    expect(failures(after(whole, (copy) => (copy.header.origin = 'example.com/other')))).toEqual(['origin']);
  });

  it('is told when it reaches beyond the checkpoint or outside of its selection', () => {
    const beyond = after(whole, (copy) => (copy.header.selection.to = 27), PART);
    expect(beyond.summary).toBe('completeness: the bundle reaches to entry 26, the checkpoint to 25');
    const behind = after(whole, (copy) => (copy.header.checkpoint = parse(whole).header.checkpoint), PART);
    expect(behind.ok).toBe(true);
    const outside = after(whole, (copy) => (copy.header.selection.to = 20), PART);
    expect(outside.summary).toBe('completeness: entry 20 is outside of entries 0 to 19');
    const stream = after(whole, (copy) => (copy.header.selection.stream = 'swap/1'), PART);
    expect(failures(stream)).toContain('entry form 0');
    const subject = after(whole, (copy) => (copy.header.selection.subject = 'customer:1'), PART);
    expect(failures(subject)).toContain('entry form 0');
    const listed = after(whole, (copy) => (copy.header.selection.listed = 25), PART);
    expect(listed.summary).toBe('completeness: 26 of 25 listed entries');
    const older = verifyBundle(whole, TRUST);
    expect(older.ok).toBe(true);
  });

  it('is told when entries stand behind the end of the tree', async () => {
    const small = parse(await (await logOf(20)).exportBundle().bytes());
    const report = after(whole, (copy) => (copy.header.checkpoint = small.header.checkpoint), PART);
    expect(report.checks.find(({ name }) => name === 'inclusion proof')?.detail).toBe(
      'entry 20 is beyond the checkpoint of 20 entries',
    );
  });

  it('is told when it is an older state than was pinned, or of another history', async () => {
    const pinned = { ...TRUST, pinnedCheckpoint: parse(ofOtherTime).header.checkpoint };
    expect(verifyBundle(whole, pinned).summary).toBe('pinned checkpoint: another history of the same size');
    const log = await logOf(20);
    const older = verifyBundle(await log.exportBundle().bytes(), {
      ...TRUST,
      pinnedCheckpoint: parse(whole).header.checkpoint,
    });
    expect(older.summary).toBe('pinned checkpoint: rolled back: 20 entries, 26 were pinned');
    const early = await (await logOf(10, 5)).checkpoint();
    expect(verifyBundle(whole, { ...TRUST, pinnedCheckpoint: early }).summary).toContain('another root');
    const since = { treeSize: 10, proof: [entry(parse(whole), 0).leafHash] };
    const forged = after(whole, (copy) => (copy.header.since = since), { ...TRUST, pinnedCheckpoint: early });
    expect(forged.summary).toBe('pinned checkpoint: another history: the consistency proof fails');
    const nothing = after(whole, (copy) => (copy.header.checkpoint = 'none'), {
      ...TRUST,
      pinnedCheckpoint: early,
    });
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

  it('does not show a pinned beginning by entries that lead to no root', async () => {
    const early = await (await logOf(10)).checkpoint();
    const trust = { ...TRUST, pinnedCheckpoint: early };
    expect(verifyBundle(whole, trust).ok).toBe(true);
    const altered = after(
      whole,
      (copy) => {
        rewrite(entry(copy, 20), '20000', '90000');
        restate(copy, 20);
      },
      trust,
    );
    expect(failures(altered)).toEqual(['pinned checkpoint', 'chain link 21', 'inclusion proof']);
  });
});
