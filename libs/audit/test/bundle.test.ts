import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle, verifyBundleStream, type BundleReport, type BundleReportEntry } from '../src/index.ts';
import { TRUST, PART, logOf, wholeBundle, parse, write, failures } from './bundle-tampering.ts';
import {
  codeOf,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

describe('an honest bundle', () => {
  let whole: Uint8Array;

  beforeAll(async () => {
    whole = await wholeBundle(26);
  });

  it('passes every check, entry by entry', () => {
    const report = verifyBundle(whole, TRUST);
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      summary: '26 of 26 entries verified',
      origin: ORIGIN,
      treeSize: 26,
      entryCount: 26,
      isIncluded: true,
    });
    expect(report.rootHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.entries).toHaveLength(26);
    expect(report.entries[12]).toMatchObject({
      index: 12,
      time: 1_700_000_000_000,
      stream: 'swap/0',
      streamVersion: 5,
      type: 'step.taken',
      subject: 'customer:2',
      body: { position: 12, amountSat: 12_000n, hash: Uint8Array.of(12) },
      ok: true,
    });
  });

  it('names every kind of check that it passed, of the bundle and of each entry', () => {
    const report = verifyBundle(whole, { ...TRUST, pinnedCheckpoint: parse(whole).header.checkpoint });
    expect(report.checks.map((check) => check.name)).toEqual([
      'bundle format',
      'origin',
      'checkpoint signature',
      'checkpoint',
      'pinned checkpoint',
      'entry order',
      'entry form',
      'leaf hash',
      'chain link',
      'time order',
      'stream order',
      'inclusion proof',
      'completeness',
    ]);
    expect(report.checks.find(({ name }) => name === 'leaf hash')?.detail).toBe('as stated, for 26 entries');
    expect(report.entries[1]?.checks.map(({ name }) => name)).toEqual([
      'entry form',
      'leaf hash',
      'entry order',
      'chain link',
      'time order',
      'stream order',
    ]);
  });

  it('is text: a header, a line an entry that holds the entry as it is stored, and an end', async () => {
    const log = await logOf(3);
    const lines = Buffer.from(await log.exportBundle().bytes())
      .toString()
      .split('\n');
    expect(lines).toHaveLength(6);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      format: 'audit-bundle/2',
      origin: ORIGIN,
      publicKey: Buffer.from(SIGNER.publicKey).toString('hex'),
      checkpoint: await log.checkpoint(),
      selection: { from: 0, to: 3 },
    });
    for await (const { index, bytes, leafHash } of log.read()) {
      const hash = Buffer.from(leafHash).toString('base64');
      expect(lines[index + 1]).toBe(
        `{"index":${index},"leafHash":"${hash}","entry":${Buffer.from(bytes).toString()}}`,
      );
    }
    expect(lines[4]).toBe('{"end":"audit-bundle/2","entries":3,"subtrees":[]}');
  });

  it('says where the line of each entry stands in the file', () => {
    const { entries } = verifyBundle(whole, TRUST);
    for (const { index, line } of entries) {
      const text = Buffer.from(whole.subarray(line.offset, line.offset + line.length)).toString();
      expect(JSON.parse(text)).toMatchObject({ index, entry: { index } });
    }
  });

  it('verifies for any range, stream, subject or list of logs of any size', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 300]) {
      const log = await logOf(size);
      expect(verifyBundle(await log.exportBundle().bytes(), TRUST)).toMatchObject({
        ok: true,
        treeSize: size,
      });
      const middle = Math.floor(size / 2);
      for (const selection of [
        { from: middle },
        { to: middle },
        { from: middle, to: middle },
        { stream: 'swap/1' },
        { stream: 'swap/1', from: middle },
        { stream: 'swap/none' },
        { subject: 'customer:1' },
        { subject: 'customer:1', stream: 'swap/2' },
        { entries: [] },
        { entries: [0, middle, size - 1, middle].filter((index) => index >= 0 && index < size) },
      ]) {
        const report = verifyBundle(await log.exportBundle(selection).bytes(), PART);
        expect([size, selection, report.summary, report.ok]).toEqual([
          size,
          selection,
          expect.any(String),
          true,
        ]);
      }
      await log.close();
    }
  });

  it('holds what was listed, in order and once', async () => {
    const log = await logOf(300);
    const report = verifyBundle(await log.exportBundle({ entries: [256, 3, 4, 5, 299, 3] }).bytes(), PART);
    expect(report.entries.map(({ index }) => index)).toEqual([3, 4, 5, 256, 299]);
    expect(report.checks.at(-1)).toMatchObject({
      ok: true,
      detail: '5 entries that were listed, of 300; of others it says nothing',
    });
  });

  it('says what it proves of what is not there', async () => {
    const log = await logOf(20);
    const completeness = async (
      ...selection: Parameters<typeof log.exportBundle>
    ): Promise<string | undefined> =>
      verifyBundle(await log.exportBundle(...selection).bytes(), PART).checks.at(-1)?.detail;
    expect(await completeness()).toBe('the whole log of 20 entries');
    expect(await completeness({ from: 3, to: 9 })).toBe('entries 3 to 8 of 20');
    expect(await completeness({ stream: 'swap/1' })).toBe(
      '7 entries of stream "swap/1": versions 1 to 7 without a gap; that none follow is not proven',
    );
    expect(await completeness({ stream: 'swap/1', from: 8 })).toBe(
      '4 entries of stream "swap/1"; that there are no more is not proven',
    );
    expect(await completeness({ subject: 'customer:0' })).toBe(
      '1 entry about subject "customer:0"; that there are no more is not proven',
    );
    expect(await completeness({ subject: 'customer:1', stream: 'swap/1' })).toBe(
      '1 entry about subject "customer:1" in stream "swap/1"; that there are no more is not proven',
    );
  });

  it('is not taken for the whole log when it is a part, and the policy asks for all', async () => {
    const log = await logOf(9);
    for (const selection of [
      { to: 8 },
      { from: 1 },
      { stream: 'swap/0' },
      { subject: 'customer:0' },
      { entries: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
    ]) {
      const report = verifyBundle(await log.exportBundle(selection).bytes(), TRUST);
      expect(failures(report)).toEqual(['completeness']);
    }
  });

  it('proves that it continues a pinned checkpoint, with a proof or by the entries themselves', async () => {
    const log = await logOf(10);
    const early = await log.checkpoint();
    await log.append(eventsNumbered(20, 10));
    const trust = { ...PART, pinnedCheckpoint: early };
    const reported = async (...selection: Parameters<typeof log.exportBundle>): Promise<BundleReport> =>
      verifyBundle(await log.exportBundle(...selection).bytes(), trust);
    expect((await reported({ from: 20, since: early })).ok).toBe(true);
    expect((await reported()).ok).toBe(true);
    expect((await reported({ from: 10 })).ok).toBe(true);
    expect(failures(await reported({ from: 20 }))).toEqual(['pinned checkpoint']);
    const other = { ...PART, pinnedCheckpoint: await log.checkpoint() };
    expect(failures(verifyBundle(await (await logOf(10)).exportBundle().bytes(), other))).toEqual([
      'pinned checkpoint',
    ]);
  });
});

describe('exporting a bundle', () => {
  it('gives pieces of some 64 KiB, which a file takes as they come', async () => {
    const log = await logOf(1_000);
    const pieces = await Array.fromAsync(log.exportBundle());
    expect(pieces.length).toBeGreaterThan(4);
    for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeLessThan(70_000);
    expect(Buffer.concat(pieces).equals(await log.exportBundle().bytes())).toBe(true);
    const path = join(temporaryFolder(), 'evidence.jsonl');
    await writeFile(path, log.exportBundle());
    expect(verifyBundle(await readFile(path), TRUST)).toMatchObject({ ok: true, entryCount: 1_000 });
  });

  it('is made anew by each reading, and of one moment while the log grows', async () => {
    const log = await logOf(300);
    const bundle = log.exportBundle();
    const pieces: Uint8Array[] = [];
    for await (const piece of bundle) {
      if (pieces.length === 0) await log.append(eventsNumbered(50, 300));
      pieces.push(piece);
    }
    expect(verifyBundle(Buffer.concat(pieces), TRUST)).toMatchObject({ ok: true, treeSize: 300 });
    expect(verifyBundle(await bundle.bytes(), TRUST)).toMatchObject({ ok: true, treeSize: 350 });
  });

  it('is about as long as the entries are', async () => {
    const log = await logOf(1_000);
    const entries = await Array.fromAsync(log.read(), ({ bytes }) => bytes.length);
    const stored = entries.reduce((sum, length) => sum + length, 0);
    const { length } = await log.exportBundle().bytes();
    expect(length / stored).toBeLessThan(1.35);
  });

  it('refuses ranges, positions and checkpoints that are not of the log', async () => {
    const log = await logOf(5);
    for (const selection of [
      { to: 6 },
      { from: 3, to: 2 },
      { from: -1 },
      { entries: [5] },
      { entries: [0.5] },
    ]) {
      expect(await codeOf(() => log.exportBundle(selection).bytes())).toBe('index-out-of-range');
    }
    expect(await codeOf(() => log.exportBundle({ since: 'none' }).bytes())).toBe('note-malformed');
    const other = await openTestLog(temporaryPath());
    await other.append(eventsNumbered(3, 70));
    const foreign = await other.checkpoint();
    expect(await codeOf(() => log.exportBundle({ since: foreign }).bytes())).toBe('log-rolled-back');
    const begun = log.exportBundle();
    await log.close();
    expect(await codeOf(() => log.exportBundle())).toBe('log-closed');
    expect(await codeOf(() => begun.bytes())).toBe('log-closed');
  });
});

describe('verifying a bundle as a stream', () => {
  async function* piecesOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
    // One buffer for all pieces, as some sources do.
    const piece = new Uint8Array(length);
    for (let start = 0; start < bytes.length; start += length) {
      const part = bytes.subarray(start, start + length);
      piece.set(part);
      yield await Promise.resolve(piece.subarray(0, part.length));
      piece.fill(0);
    }
  }

  it('finds the same, however the bytes are cut', async () => {
    const whole = await wholeBundle(26);
    const { entries, ...expected } = verifyBundle(whole, TRUST);
    for (const length of [1, 7, 100, 4096, whole.length]) {
      const seen: BundleReportEntry[] = [];
      const report = await verifyBundleStream(piecesOf(whole, length), TRUST, (entry) => seen.push(entry));
      expect(report).toEqual(expected);
      expect(seen).toEqual(entries);
    }
  });

  it('reads web streams and files', async () => {
    const path = join(temporaryFolder(), 'evidence.jsonl');
    await writeFile(path, await wholeBundle(26));
    await using file = await open(path);
    expect(
      await verifyBundleStream(file.createReadStream({ autoClose: false, start: 0 }), TRUST),
    ).toMatchObject({
      ok: true,
    });
    const blob = new Blob([await readFile(path)]);
    expect(await verifyBundleStream(blob.stream(), TRUST)).toMatchObject({ ok: true, entryCount: 26 });
    const reader = { getReader: () => blob.stream().getReader() };
    expect(await verifyBundleStream(reader, TRUST)).toMatchObject({ ok: true, entryCount: 26 });
  });

  it('rejects with what its source or its listener throws, and lets go of the source', async () => {
    const whole = await wholeBundle(3);
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(whole);
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const throwing = (): never => {
      throw new Error('enough');
    };
    const source = { getReader: () => stream.getReader() };
    await expect(verifyBundleStream(source, TRUST, throwing)).rejects.toThrow('enough');
    expect([cancelled, stream.locked]).toEqual([true, false]);
  });

  it('keeps the first thousand failures and counts the rest', async () => {
    const log = await logOf(1_500);
    const copy = parse(await log.exportBundle().bytes());
    for (const one of copy.entries) one.leafHash = one.leafHash.replace(/^../, 'AA');
    const report = await verifyBundleStream(piecesOf(write(copy), 65_536), TRUST);
    const failed = report.checks.filter(({ ok, entry }) => !ok && entry !== undefined);
    expect(failed.length).toBeLessThanOrEqual(1_000);
    expect(report.checks.filter(({ name }) => name === 'leaf hash').at(-1)?.detail).toMatch(
      /^and of \d+ entries more$/,
    );
  });
});
