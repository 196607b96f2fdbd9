import { byId, element } from './dom.ts';
import type { EntryColumns, EntryRow } from './entry-columns.ts';
import { shown, shownCount, shownTime } from './shown-text.ts';

const PAGE_ROWS = 200;

/** The table of entries, a page at a time, filtered by words. */
export class EntryList {
  readonly #rows = byId('rows', HTMLTableSectionElement);
  readonly #caption = byId('shown-rows', HTMLElement);
  readonly #page = byId('page', HTMLElement);
  readonly #previous = byId('previous', HTMLButtonElement);
  readonly #next = byId('next', HTMLButtonElement);
  readonly #stream = byId('filter-stream', HTMLInputElement);
  readonly #subject = byId('filter-subject', HTMLInputElement);
  readonly #type = byId('filter-type', HTMLInputElement);
  readonly #failed = byId('filter-failed', HTMLInputElement);
  readonly #goTo = byId('go-to', HTMLInputElement);
  readonly #onChoose: (row: number) => void;
  #entries: EntryColumns | undefined;
  #selected: ArrayLike<number> = [];
  #first = 0;
  #chosen: number | undefined;

  /** @param onChoose called with the row of an entry that is to be looked at */
  constructor(onChoose: (row: number) => void) {
    this.#onChoose = onChoose;
    const filter = byId('filter', HTMLFormElement);
    filter.addEventListener('submit', (event) => {
      event.preventDefault();
    });
    for (const field of [this.#stream, this.#subject, this.#type, this.#failed]) {
      field.addEventListener('input', () => {
        this.#select();
      });
    }
    this.#goTo.addEventListener('change', () => {
      this.#goToIndex(Number(this.#goTo.value.replaceAll(/[^0-9]/g, '')));
    });
    this.#previous.addEventListener('click', () => {
      this.#turnTo(this.#first - PAGE_ROWS);
    });
    this.#next.addEventListener('click', () => {
      this.#turnTo(this.#first + PAGE_ROWS);
    });
    this.#rows.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
  }

  /** Shows the entries of a bundle, from the first one on. */
  show(entries: EntryColumns): void {
    this.#entries = entries;
    this.#chosen = undefined;
    for (const field of [this.#stream, this.#subject, this.#type, this.#goTo]) field.value = '';
    this.#failed.checked = false;
    this.#select();
  }

  /** Turns to the page of an entry and chooses it. */
  choose(row: number): void {
    this.#chosen = row;
    const place = this.#placeOf(row);
    if (this.#selected[place] === row) this.#turnTo(Math.floor(place / PAGE_ROWS) * PAGE_ROWS);
    this.#onChoose(row);
  }

  #select(): void {
    if (this.#entries === undefined) return;
    const entries = this.#entries;
    const rows = entries.select(
      idsWith(entries.streams.list, this.#stream.value),
      idsWith(entries.types.list, this.#type.value),
      idsWith(entries.subjects.list, this.#subject.value),
    );
    this.#selected = this.#failed.checked ? rows.filter((row) => entries.hasFailed(row)) : rows;
    this.#turnTo(0);
  }

  #turnTo(first: number): void {
    if (this.#entries === undefined) return;
    const { length } = this.#selected;
    this.#first = Math.max(0, Math.min(first, Math.floor(Math.max(0, length - 1) / PAGE_ROWS) * PAGE_ROWS));
    const end = Math.min(this.#first + PAGE_ROWS, length);
    const rows: HTMLElement[] = [];
    for (let place = this.#first; place < end; place += 1) {
      rows.push(this.#rowOf(this.#entries.row(this.#selected[place] ?? 0)));
    }
    this.#rows.replaceChildren(...rows);
    const all = this.#entries.size;
    this.#caption.textContent =
      length === all ? `${shownCount(all)} entries` : `${shownCount(length)} of ${shownCount(all)} entries`;
    this.#page.textContent = length === 0 ? 'none' : `${shownCount(this.#first + 1)} to ${shownCount(end)}`;
    this.#previous.disabled = this.#first === 0;
    this.#next.disabled = end >= length;
  }

  #rowOf(entry: EntryRow): HTMLTableRowElement {
    const isChosen = entry.row === this.#chosen;
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': String(isChosen), 'data-row': entry.row },
      `${entry.ok ? '' : '✗ '}${shownCount(entry.index)}`,
    );
    if (!entry.ok) button.setAttribute('aria-label', `${entry.index}, failed`);
    button.addEventListener('click', () => {
      this.#mark(entry.row);
      this.#onChoose(entry.row);
    });
    const stream = entry.stream === '' ? '' : `${shown(entry.stream)} · ${entry.streamVersion}`;
    return element(
      'tr',
      { class: [entry.ok ? '' : 'failed', isChosen ? 'chosen' : ''].join(' ').trim() },
      element('td', {}, button),
      element('td', { class: 'time' }, shownTime(entry.time)),
      cell(stream),
      cell(shown(entry.type)),
      cell(shown(entry.subject)),
    );
  }

  #mark(row: number): void {
    this.#chosen = row;
    for (const button of this.#rows.querySelectorAll('button')) {
      const isChosen = button.dataset.row === String(row);
      button.setAttribute('aria-pressed', String(isChosen));
      button.closest('tr')?.classList.toggle('chosen', isChosen);
    }
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = [...this.#rows.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at === -1) return;
    event.preventDefault();
    buttons[to]?.focus();
  }

  #goToIndex(index: number): void {
    if (this.#entries === undefined || this.#entries.size === 0) return;
    const place = this.#firstPlace((row) => (this.#entries?.indexOf(row) ?? 0) >= index);
    const row = this.#selected[Math.min(place, this.#selected.length - 1)];
    if (row !== undefined) this.choose(row);
  }

  #placeOf(row: number): number {
    return this.#firstPlace((other) => other >= row);
  }

  /** The first place of the selection from which on a condition holds. */
  #firstPlace(holds: (row: number) => boolean): number {
    let low = 0;
    let high = this.#selected.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(this.#selected[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function cell(text: string): HTMLTableCellElement {
  return element('td', { title: text === '' ? undefined : text }, text);
}

/** The names that contain a word, whatever the case. */
function idsWith(names: readonly string[], word: string): ReadonlySet<number> {
  const wanted = word.trim().toLowerCase();
  return new Set(names.flatMap((name, id) => (name.toLowerCase().includes(wanted) ? [id] : [])));
}
