import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  folderSink,
  openTiledLog,
  publishTiles,
  verifyInclusion,
  openNote,
  readCheckpoint,
  type Log,
  type TiledLog,
  type TiledLogOptions,
} from '../src/index.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { decodeEntryBundle, encodeEntryBundle } from '../src/tiles/entry-bundle.ts';
import { parseTilePath, tilePath, tilesBetween } from '../src/tiles/tile-path.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  signerOf,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

const PUBLIC = { publicKey: SIGNER.publicKey };

function read(folder: string, options: Partial<TiledLogOptions> = {}): Promise<TiledLog> {
  const sink = folderSink(folder);
  return openTiledLog({ origin: ORIGIN, ...PUBLIC, fetch: (path) => sink.get(path), ...options });
}

async function publishedLog(entries: number): Promise<{ log: Log; folder: string }> {
  const folder = temporaryFolder();
  const log = await openTestLog(temporaryPath(), { clock: () => 1_700_000_000_000 });
  await log.append(eventsNumbered(entries));
  await publishTiles(log, folderSink(folder), PUBLIC);
  return { log, folder };
}

async function bytesOf(entries: AsyncIterable<{ readonly bytes: Uint8Array }>): Promise<string[]> {
  return await Array.fromAsync(entries, ({ bytes }) => Buffer.from(bytes).toString());
}

describe('paths of tiles', () => {
  // C2SP tlog-tiles, "Merkle Tree": index 1234067, and the tiles of a tree of 70,000 entries and of 256.
  it('are those of the specification', () => {
    expect(tilePath({ kind: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ kind: 'entries', index: 0, width: 7 })).toBe('tile/entries/000.p/7');
    const of = (size: number): string[] => [...tilesBetween(0, size)].map(tilePath);
    const seventyThousand = of(70_000);
    expect(seventyThousand).toHaveLength(277);
    expect(seventyThousand.slice(272)).toEqual([
      'tile/0/272',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
    expect(of(256)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(of(0)).toEqual([]);
  });

  it('come back as the same place, and nothing else is one', () => {
    const kind = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constantFrom('entries', 'large-entries'));
    fc.assert(
      fc.property(kind, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (of, index, width) => {
        const place = { kind: of, index, width };
        expect(parseTilePath(tilePath(place))).toEqual(place);
      }),
    );
    for (const path of [
      '',
      'tile/0/0',
      'tile/00/000',
      'tile/64/000',
      'tile/0/x000/000',
      'tile/0/001/000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/07',
      'tile/0/../000',
      '/tile/0/000',
      'tile/0/x999/x999/x999/x999/x999/999',
    ]) {
      expect(() => parseTilePath(path), path).toThrow(expect.objectContaining({ code: 'tile-malformed' }));
    }
  });

  it('name what is new in a grown tree, and nothing twice', () => {
    fc.assert(
      fc.property(fc.nat(70_000), fc.nat(70_000), (one, other) => {
        const [from, size] = [Math.min(one, other), Math.max(one, other)];
        const before = new Set([...tilesBetween(0, from)].map(tilePath));
        const grown = [...tilesBetween(from, size)].map(tilePath);
        expect(new Set(grown).size).toBe(grown.length);
        expect(grown.filter((path) => before.has(path))).toEqual([]);
        expect(new Set([...before, ...grown])).toEqual(
          new Set([...before, ...[...tilesBetween(0, size)].map(tilePath)]),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('bundles of entries', () => {
  it('come back as the same entries, with 16 and with 32 bits of length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 9 }), (entries) => {
        for (const bits of [2, 4] as const) {
          expect(decodeEntryBundle(encodeEntryBundle(entries, bits), entries.length, bits)).toEqual(entries);
        }
      }),
    );
    // Big-endian lengths, as C2SP tlog-tiles says.
    expect(encodeEntryBundle([Uint8Array.of(7, 8)], 2)).toEqual(Uint8Array.of(0, 2, 7, 8));
  });

  it('are refused when they are cut, longer, or of another number of entries', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1), Uint8Array.of(2, 3)], 2);
    const refused = (bytes: Uint8Array, count: number): void => {
      expect(() => decodeEntryBundle(bytes, count, 2)).toThrow(
        expect.objectContaining({ code: 'tile-malformed' }),
      );
    };
    for (let end = 0; end < bundle.length; end += 1) refused(bundle.subarray(0, end), 2);
    refused(Uint8Array.of(...bundle, 0), 2);
    refused(bundle, 1);
    refused(bundle, 3);
  });
});

describe('a published log', () => {
  it('is read and proven from a static HTTP server', async () => {
    const { log, folder } = await publishedLog(600);
    const server = createServer((request, response) => {
      const file = join(folder, request.url ?? '');
      response.statusCode = existsSync(file) ? 200 : 404;
      response.end(existsSync(file) ? readFileSync(file) : undefined);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const fetchTile = async (path: string): Promise<Uint8Array | undefined> => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`, { keepalive: false });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    };
    const published = await read(folder, { fetch: fetchTile });
    expect(published.size).toBe(600);
    expect(await bytesOf(published.entries())).toEqual(await bytesOf(log.read()));
    expect(await bytesOf(published.entries(255, 258))).toEqual(
      await bytesOf(log.read({ from: 255, to: 258 })),
    );
    const note = openNote(published.checkpoint, ORIGIN, SIGNER.publicKey);
    const rootHash = (note.ok ? readCheckpoint(note.text) : undefined)?.rootHash ?? new Uint8Array(0);
    for (const index of [0, 255, 256, 599]) {
      const [entry] = await Array.fromAsync(log.read({ from: index, to: index + 1 }));
      const proof = await published.inclusionProof(index);
      const claim = { index, treeSize: 600, leafHash: entry?.leafHash ?? new Uint8Array(0), proof, rootHash };
      expect(verifyInclusion(claim)).toBe(true);
    }
  });

  it('grows by what is new, and continues every checkpoint of before', async () => {
    const { log, folder } = await publishedLog(0);
    const sink = folderSink(folder);
    let pinnedCheckpoint = (await read(folder)).checkpoint;
    for (const more of [1, 254, 1, 1, 255, 300, 0]) {
      const from = log.size;
      await log.append(eventsNumbered(more, from));
      const progress: number[] = [];
      const report = await publishTiles(log, sink, { ...PUBLIC, onProgress: (done) => progress.push(done) });
      expect([report.from, report.size]).toEqual([from, log.size]);
      expect(report.resources > 0).toBe(more > 0 || from === 0);
      expect(progress.at(-1) ?? from).toBe(log.size);
      const published = await read(folder, { pinnedCheckpoint });
      expect(await bytesOf(published.entries())).toEqual(await bytesOf(log.read()));
      pinnedCheckpoint = published.checkpoint;
    }
  });

  it('is read when partial tiles and bundles made room for the full ones', async () => {
    const { log, folder } = await publishedLog(300);
    const early = readFileSync(join(folder, 'checkpoint'));
    await log.append(eventsNumbered(300, 300));
    await publishTiles(log, folderSink(folder), PUBLIC);
    for (const partial of ['tile/0/001.p', 'tile/entries/001.p']) {
      rmSync(join(folder, partial), { recursive: true });
    }
    writeFileSync(join(folder, 'checkpoint'), early);
    const published = await read(folder);
    expect(published.size).toBe(300);
    expect(await bytesOf(published.entries())).toEqual(await bytesOf(log.read({ to: 300 })));
  });

  it('holds entries that are longer than 16 bits can say', async () => {
    const { log, folder } = await publishedLog(1);
    await log.append({ ...eventNumber(1), body: 'x'.repeat(70_000) });
    await publishTiles(log, folderSink(folder), PUBLIC);
    expect(readdirSync(join(folder, 'tile')).sort()).toEqual(['0', 'entries', 'large-entries']);
    expect(await bytesOf((await read(folder)).entries())).toEqual(await bytesOf(log.read()));
  });

  it('leaves nothing half written, and nothing of another log is added to it', async () => {
    const { folder } = await publishedLog(300);
    const files = readdirSync(folder, { recursive: true }).map(String);
    expect(files.filter((name) => name.includes('.new-'))).toEqual([]);
    const fork = await openTestLog(temporaryPath(), { clock: () => 5 });
    await fork.append(eventsNumbered(400));
    expect(await codeOf(() => publishTiles(fork, folderSink(folder), PUBLIC))).toBe('log-rolled-back');
    const shorter = await openTestLog(temporaryPath());
    expect(await codeOf(() => publishTiles(shorter, folderSink(folder), PUBLIC))).toBe('log-rolled-back');
    writeFileSync(join(folder, 'checkpoint'), 'no note');
    expect(await codeOf(() => publishTiles(fork, folderSink(folder), PUBLIC))).toBe('note-malformed');
  });
});

describe('a published log that lies', () => {
  it('is found out, whichever byte of whichever file is changed', async () => {
    const { log, folder } = await publishedLog(300);
    const honest = await bytesOf(log.read());
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort();
    expect(files).toHaveLength(6);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const at of [0, 1, Math.floor(bytes.length / 2), bytes.length - 2, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(file, changed);
        const outcome = await codeOf(async () => {
          expect(await bytesOf((await read(folder)).entries())).toEqual(honest);
        });
        expect([file, at, outcome]).not.toEqual([file, at, 'no error']);
      }
      writeFileSync(file, bytes);
    }
    expect(await bytesOf((await read(folder)).entries())).toEqual(honest);
  });

  it('is found out when it answers otherwise the second time', async () => {
    const { log, folder } = await publishedLog(300);
    const sink = folderSink(folder);
    const forged = encodeEntryBundle(
      (await Array.fromAsync(log.read({ to: 256 }))).map(({ bytes }, index) =>
        index === 5 ? Buffer.from('{}') : bytes,
      ),
      2,
    );
    let asked = 0;
    const published = await read(folder, {
      fetch: async (path) => {
        if (path === 'tile/entries/000') return forged;
        const tile = await sink.get(path);
        if (path !== 'tile/0/000' || tile === undefined) return tile;
        asked += 1;
        // A tile that fits the forged entry, at every other fetch.
        if (asked % 2 === 0) return tile;
        const lie = Uint8Array.from(tile);
        lie.set(leafHash(Buffer.from('{}')), 5 * 32);
        return lie;
      },
    });
    expect(await codeOf(() => bytesOf(published.entries()))).toBe('log-corrupt');
  });

  it('is refused by another key, another name, a missing or a short tile, and a checkpoint that it does not continue', async () => {
    const { log, folder } = await publishedLog(300);
    expect(await codeOf(() => read(folder, { publicKey: signerOf(9).publicKey }))).toBe('note-malformed');
    expect(await codeOf(() => read(folder, { origin: 'example.com/other' }))).toBe('note-malformed');
    const fork = await openTestLog(temporaryPath(), { clock: () => 5 });
    await fork.append(eventsNumbered(10));
    const pinned = (checkpoint: string): (() => Promise<TiledLog>) => {
      return () => read(folder, { pinnedCheckpoint: checkpoint });
    };
    expect(await codeOf(pinned(await fork.checkpoint()))).toBe('log-rolled-back');
    await log.append(eventNumber(300));
    expect(await codeOf(pinned(await log.checkpoint()))).toBe('log-rolled-back');
    const published = await read(folder);
    for (const range of [
      [-1, 1],
      [0, 301],
      [2, 1],
      [0.5, 1],
    ] as const) {
      expect(await codeOf(() => bytesOf(published.entries(...range)))).toBe('index-out-of-range');
    }
    expect(await codeOf(() => published.inclusionProof(300))).toBe('index-out-of-range');
    writeFileSync(join(folder, 'tile/0/000'), new Uint8Array(32));
    expect(await codeOf(() => bytesOf(published.entries()))).toBe('tile-malformed');
    rmSync(join(folder, 'tile/0/000'));
    expect(await codeOf(() => bytesOf(published.entries()))).toBe('tile-missing');
    rmSync(join(folder, 'tile/entries/000'));
    expect(await codeOf(() => bytesOf(published.entries()))).toBe('tile-missing');
    rmSync(join(folder, 'checkpoint'));
    expect(await codeOf(() => read(folder))).toBe('tile-missing');
  });
});

describe('a tile of a log', () => {
  it('is refused where the tree has none', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(512));
    expect(await log.tile(0, 1)).toHaveLength(8192);
    expect(await log.tile(0, 1, 300)).toHaveLength(44 * 32);
    expect(await log.tile(1, 0)).toHaveLength(2 * 32);
    for (const [level, index, size] of [
      [0, 2, 512],
      [0, 1, 256],
      [1, 1, 512],
      [2, 0, 512],
      [-1, 0, 512],
      [7, 0, 512],
      [0, 0, 513],
      [0, 0.5, 512],
    ] as const) {
      expect(await codeOf(() => log.tile(level, index, size))).toBe('index-out-of-range');
    }
  });
});
