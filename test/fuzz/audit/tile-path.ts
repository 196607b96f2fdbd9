import { isLogError } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

interface TilePlace {
  readonly kind: number | string;
  readonly index: number;
  readonly width: number;
}

const { parseTilePath, tilePath } = (await behindExports('audit', 'tiles/tile-path.ts')) as {
  parseTilePath: (path: string) => TilePlace;
  tilePath: (place: TilePlace) => string;
};

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export const target: FuzzTarget<TilePlace> = {
  seeds: [
    'tile/0/000',
    'tile/63/x001/x234/067',
    'tile/entries/999.p/255',
    'tile/large-entries/x001/000.p/1',
  ].map((path) => Buffer.from(path)),
  dictionary: ['tile/', 'entries', 'large-', '.p/', 'x000/', '..', '//', '255', '256'].map((part) =>
    Buffer.from(part),
  ),
  maxLength: 80,
  isRefusal: isLogError,
  decode: (input) => parseTilePath(text(input)),
  check: (place, input) => {
    if (tilePath(place) !== text(input)) throw new Error('another path is the same place');
  },
};
