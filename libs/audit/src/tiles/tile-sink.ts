import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How a resource is to be served. */
export interface TileResource {
  /** Under the prefix of the log, such as `checkpoint` or `tile/0/000`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Whether it never changes, so that it may be cached for ever. */
  readonly immutable: boolean;
}

/** Where a tiled log is published: a folder of a static server, or a bucket of an S3-compatible store. */
export interface TileSink {
  /** A resource as it was put; `undefined` when there is none. */
  get(path: string): Promise<Uint8Array | undefined>;
  /** Resolves when the resource is stored, whole. */
  put(resource: TileResource): Promise<void>;
}

/**
 * A folder that any static HTTP server serves as it is. Every file is written under another name, synced and renamed, so
 * that a reader never sees half of one.
 */
export function folderSink(folder: string): TileSink {
  return {
    async get(path) {
      try {
        return new Uint8Array(await readFile(join(folder, path)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async put({ path, bytes, immutable }) {
      const target = join(folder, path);
      if (immutable && (await sizeOf(target)) === bytes.length) return;
      await mkdir(dirname(target), { recursive: true });
      const draft = `${target}.new-${randomUUID()}`;
      try {
        const file = await open(draft, 'wx', 0o644);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, target);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
