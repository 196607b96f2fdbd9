import { drawing } from './dom.ts';
import type { MerklePath, PathStep } from './merkle-path.ts';
import { shownCount, shownHex } from './shown-text.ts';

const WIDTH = 460;
const ROW = 58;
const BOX_WIDTH = 142;
const SIDE = 155;
const BOX_HEIGHT = 36;
const CENTRE = WIDTH / 2;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly hash: Uint8Array;
  readonly label: string;
  readonly kind: string;
}

/**
 * Draws the way of an entry to the root: the nodes on the way in the middle, those beside it at their side.
 *
 * @param otherHash leaf hash of the bytes that the bundle has of the entry, where these are others than are proven
 */
export function pathPicture(path: MerklePath, otherHash: Uint8Array | undefined): SVGSVGElement {
  const { index, leafHash, steps, leadsToRoot } = path;
  const below = otherHash === undefined ? 0 : ROW;
  const height = (steps.length + 1) * ROW + below;
  const verdict = leadsToRoot ? 'root of the checkpoint' : 'not the root';
  const altered = otherHash === undefined ? '' : '; the bytes in this bundle have another hash';
  const picture = drawing('svg', {
    class: 'path',
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: 'img',
    'aria-label': `From entry ${index} over ${steps.length} nodes to a hash that is ${verdict}${altered}`,
  });
  const edges: SVGElement[] = [];
  const boxes: SVGElement[] = [];
  const rowY = (level: number): number => height - below - ROW * level - ROW / 2;
  const isRoot = steps.length === 0;
  const leaf = `entry ${shownCount(index)}${isRoot ? `, ${verdict}` : ''}`;
  boxes.push(
    boxOf({
      x: CENTRE,
      y: rowY(0),
      hash: leafHash,
      label: leaf,
      kind: isRoot ? rootKind(leadsToRoot) : 'on',
    }),
  );
  for (const [level, step] of steps.entries()) {
    const isLast = level === steps.length - 1;
    const above = rowY(level + 1);
    const side = step.side === 'left' ? CENTRE - SIDE : CENTRE + SIDE;
    edges.push(
      edge(side, rowY(level), CENTRE, above, 'edge'),
      edge(CENTRE, rowY(level), CENTRE, above, 'edge on'),
    );
    boxes.push(
      boxOf({ x: side, y: rowY(level), hash: step.hash, label: rangeText(step), kind: 'beside' }),
      boxOf({
        x: CENTRE,
        y: above,
        hash: step.parent,
        label: isLast ? verdict : '',
        kind: isLast ? rootKind(leadsToRoot) : 'on',
      }),
    );
  }
  if (otherHash !== undefined) {
    const y = rowY(-1);
    edges.push(edge(CENTRE, y, CENTRE, rowY(0), 'edge broken'));
    boxes.push(boxOf({ x: CENTRE, y, hash: otherHash, label: '✗ the bytes here', kind: 'root bad' }));
  }
  picture.append(...edges, ...boxes);
  return picture;
}

function rootKind(leadsToRoot: boolean): string {
  return leadsToRoot ? 'root good' : 'root bad';
}

function boxOf({ x, y, hash, label, kind }: Box): SVGElement {
  const group = drawing(
    'g',
    { class: kind },
    drawing('title', {}, shownHex(hash)),
    drawing('rect', {
      x: x - BOX_WIDTH / 2,
      y: y - BOX_HEIGHT / 2,
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
      rx: 4,
    }),
    drawing(
      'text',
      { class: 'hash', x, y: label === '' ? y + 4 : y - 2, 'text-anchor': 'middle' },
      `${shownHex(hash.subarray(0, 8))}…`,
    ),
  );
  if (label !== '')
    group.append(drawing('text', { class: 'range', x, y: y + 12, 'text-anchor': 'middle' }, label));
  return group;
}

function edge(x1: number, y1: number, x2: number, y2: number, kind: string): SVGElement {
  const middle = (y1 + y2) / 2;
  return drawing('path', { class: kind, d: `M${x1} ${y1}V${middle}H${x2}V${y2}` });
}

function rangeText({ start, end }: PathStep): string {
  return end - start === 1 ? `entry ${shownCount(start)}` : `${shownCount(start)} to ${shownCount(end - 1)}`;
}
