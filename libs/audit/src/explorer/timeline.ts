import { byId, drawing, element } from './dom.ts';
import type { EntryColumns } from './entry-columns.ts';
import { shownCount, shownTime } from './shown-text.ts';

const BARS = 120;
const WIDTH = 1_200;
const HEIGHT = 80;
const LEAST_BAR = 3;

interface Bar {
  count: number;
  failed: number;
  readonly firstRow: number;
}

/** Draws how many entries there are over time, failed ones marked; a bar leads to its first entry. */
export function showTimeline(entries: EntryColumns, onChoose: (row: number) => void): void {
  const place = byId('timeline', HTMLElement);
  place.hidden = entries.size === 0;
  if (entries.size === 0) return;
  const { bars, first, last } = barsOf(entries);
  const most = Math.max(...bars.map((bar) => bar?.count ?? 0));
  const picture = drawing('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': `${entries.size} entries from ${shownTime(first)} to ${shownTime(last)}`,
  });
  picture.append(drawing('line', { class: 'base', x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }));
  for (const [place, bar] of bars.entries()) {
    if (bar !== undefined) picture.append(barOf(place, bar, most, onChoose));
  }
  place.replaceChildren(
    element('h2', {}, 'When'),
    picture,
    element(
      'p',
      { class: 'hint axis' },
      element('span', {}, shownTime(first)),
      element('span', {}, `up to ${shownCount(most)} entries a bar`),
      element('span', {}, shownTime(last)),
    ),
  );
}

function barOf(
  place: number,
  { count, failed, firstRow }: Bar,
  most: number,
  onChoose: (row: number) => void,
): SVGElement {
  // By square root, so that a single entry is seen beside a thousand.
  const height = LEAST_BAR + Math.sqrt(count / most) * (HEIGHT - LEAST_BAR - 2);
  const words =
    failed === 0
      ? `${shownCount(count)} entries`
      : `${shownCount(count)} entries, ${shownCount(failed)} failed`;
  const bar = drawing(
    'rect',
    {
      class: failed === 0 ? 'bar' : 'bar failed',
      x: (place * WIDTH) / BARS + 1,
      width: WIDTH / BARS - 2,
      y: HEIGHT - height,
      height,
    },
    drawing('title', {}, words),
  );
  bar.addEventListener('click', () => {
    onChoose(firstRow);
  });
  return bar;
}

function barsOf(entries: EntryColumns): { bars: (Bar | undefined)[]; first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < entries.size; row += 1) {
    first = Math.min(first, entries.timeOf(row));
    last = Math.max(last, entries.timeOf(row));
  }
  const bars: (Bar | undefined)[] = Array.from({ length: BARS });
  for (let row = 0; row < entries.size; row += 1) {
    const share = last === first ? 0.5 : (entries.timeOf(row) - first) / (last - first);
    const place = Math.min(BARS - 1, Math.floor(share * BARS));
    const bar = (bars[place] ??= { count: 0, failed: 0, firstRow: row });
    bar.count += 1;
    if (entries.hasFailed(row)) bar.failed += 1;
  }
  return { bars, first, last };
}
