import { LogError } from '../log-error.ts';
import { partialWidth, TILE_WIDTH } from '../merkle/tile.ts';

/** A static resource of a tiled log (C2SP tlog-tiles, "APIs"). */
export interface TilePlace {
  /** Level of a tile of hashes, 0 to 63, or a bundle of the entries under a tile of level 0. */
  readonly kind: number | 'entries' | 'large-entries';
  /** From 0. */
  readonly index: number;
  /** Hashes or entries in it, 1 to 256. */
  readonly width: number;
}

const MAX_LEVEL = 63;

/** The path of a resource under the prefix of the log: `tile/0/x001/x234/067.p/8`. */
export function tilePath({ kind, index, width }: TilePlace): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const elements = digits.match(/.{3}/gu) ?? [];
  const folders = elements.slice(0, -1).map((element) => `x${element}/`);
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${kind}/${folders.join('')}${elements.at(-1) ?? ''}${partial}`;
}

/**
 * Reads such a path, strictly: one resource has one path.
 *
 * @throws LogError `tile-malformed`
 */
export function parseTilePath(path: string): TilePlace {
  const match = /^tile\/(\d{1,2}|entries|large-entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/u.exec(
    path,
  );
  const [, kind = '', folders = '', partial] = match ?? [];
  const place: TilePlace = {
    kind: kind === 'entries' || kind === 'large-entries' ? kind : Number(kind),
    index: Number(folders.replaceAll(/[x/]/gu, '')),
    width: partial === undefined ? TILE_WIDTH : Number(partial),
  };
  const isTile =
    match !== null &&
    (typeof place.kind === 'string' || place.kind <= MAX_LEVEL) &&
    Number.isSafeInteger(place.index) &&
    place.width >= 1 &&
    tilePath(place) === path;
  if (isTile) return place;
  throw new LogError('tile-malformed', 'the path is not that of a tile', {
    value: JSON.stringify(path.slice(0, 120)),
    limit: 'tile/<level or entries>/<index>[.p/<width>]',
  });
}

/** The tiles of hashes that a tree of `size` leaves has and one of `from` leaves had not, or had narrower. */
export function* tilesBetween(from: number, size: number): Iterable<TilePlace & { readonly kind: number }> {
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    const first = Math.floor(from / TILE_WIDTH ** (level + 1));
    const full = Math.floor(size / TILE_WIDTH ** (level + 1));
    for (let index = first; index < full; index += 1) yield { kind: level, index, width: TILE_WIDTH };
    const width = partialWidth(size, level);
    const before = full === first ? partialWidth(from, level) : 0;
    if (width > before) yield { kind: level, index: full, width };
  }
}
