import { readBundleLine } from '../verify/bundle-line.ts';
import {
  readCanonicalValue,
  readEntryBytes,
  type ReadEntry,
  type UnreadableEntry,
} from '../verify/entry-bytes.ts';
import { SALT_BYTES } from '../verify/personal-data.ts';
import { equal, hashLeaf } from '../verify/merkle-proof.ts';
import type { AnchorFinding, LineInFile } from '../verify/bundle-report.ts';
import { byId, element } from './dom.ts';
import type { EntryRow } from './entry-columns.ts';
import { PathFinder } from './merkle-path.ts';
import { pathPicture } from './path-picture.ts';
import type { ReadBundle } from './read-bundle.ts';
import { checkList, fact } from './result-view.ts';
import { shown, shownBody, shownCount, shownHex, shownTime } from './shown-text.ts';

/** More of a text than anybody reads on a page. */
const SHOWN_LENGTH = 100_000;

/** Shows one entry: what it says, what was checked of it, its stored bytes, and its way to the root. */
export class EntryDetail {
  readonly #place = byId('detail', HTMLElement);
  #bundle: ReadBundle | undefined;
  #paths: PathFinder | undefined;
  #looking = new AbortController();

  /** Takes another bundle, of which no entry is chosen yet. */
  open(bundle: ReadBundle): void {
    this.#looking.abort();
    this.#bundle = bundle;
    const { entries, report } = bundle;
    this.#paths = new PathFinder(entries, report.treeSize, report.endSubtrees);
    const hint = 'Choose an entry to see what it says and how it is proven.';
    this.#place.replaceChildren(element('p', { class: 'hint' }, entries.size === 0 ? '' : hint));
  }

  async show(row: number): Promise<void> {
    const bundle = this.#bundle;
    if (bundle === undefined) return;
    this.#looking.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    const entry = bundle.entries.row(row);
    const line = await lineOf(bundle, entry);
    const personalLine = bundle.entries.personalLines.get(row);
    const personal = personalLine === undefined ? undefined : await lineOf(bundle, personalLine);
    if (signal.aborted) return;
    const bytes = entryBytesIn(line);
    const read = readEntryBytes(bytes);
    const way = element('p', { class: 'hint' }, 'finding the way to the root …');
    this.#place.replaceChildren(
      element('h2', { tabindex: '-1' }, `Entry ${shownCount(entry.index)}`),
      factsOf(entry, bytes, bundle.report.anchors),
      element('h3', {}, 'Checks'),
      checkList(bundle.entries.checksOf(row)),
      element('h3', {}, 'What it says'),
      element('pre', { tabindex: '0' }, bodyText(read)),
      ...personalPart(read, personal),
      element('h3', {}, 'Its way to the root'),
      way,
      element('h3', {}, 'Stored bytes, which are what is hashed'),
      element('pre', { tabindex: '0' }, cut(shown(new TextDecoder().decode(bytes)))),
    );
    this.#place.scrollTop = 0;
    await this.#showPath(bundle, row, bytes, way, signal);
  }

  async #showPath(
    { report }: ReadBundle,
    row: number,
    bytes: Uint8Array,
    way: HTMLElement,
    signal: AbortSignal,
  ): Promise<void> {
    if (!report.isIncluded) {
      way.textContent =
        'There is none: the entries of this bundle do not lead to the root of its checkpoint.';
      return;
    }
    try {
      const path = await this.#paths?.pathOf(row, report.rootHash, signal);
      if (path === undefined || signal.aborted) return;
      const hash = hashLeaf(bytes);
      way.replaceWith(pathPicture(path, equal(hash, path.leafHash) ? undefined : hash));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function lineOf({ file }: ReadBundle, { offset, length }: LineInFile): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}

function entryBytesIn(line: Uint8Array): Uint8Array {
  const read = readBundleLine(line);
  return read !== undefined && 'bytes' in read ? read.bytes : new Uint8Array(0);
}

/** What the file reveals of the personal data that an entry commits to, or that it keeps it back. */
function personalPart(read: ReadEntry | UnreadableEntry, line: Uint8Array | undefined): HTMLElement[] {
  const title = element('h3', {}, 'Personal data');
  if (line === undefined) {
    if ('unreadable' in read || read.personalHex === undefined) return [];
    const hint = `The entry commits to personal data (${read.personalHex}) that this file does not reveal: it was erased, or kept back.`;
    return [title, element('p', { class: 'hint' }, hint)];
  }
  const personal = readBundleLine(line);
  const data = personal !== undefined && 'disclosure' in personal ? personal.disclosure : new Uint8Array(0);
  const value = readCanonicalValue(data.subarray(SALT_BYTES));
  const text = value === undefined ? 'Not to be read.' : cut(shownBody(value.value));
  return [title, element('pre', { tabindex: '0' }, text)];
}

function factsOf(entry: EntryRow, bytes: Uint8Array, anchors: readonly AnchorFinding[]): HTMLElement {
  const anchor = anchors.find(({ status, treeSize }) => status === 'proven' && entry.index < treeSize);
  const version = entry.streamVersion === 0 ? '' : `, event ${shownCount(entry.streamVersion)}`;
  return element(
    'dl',
    { class: 'facts' },
    ...fact('Time (UTC)', shownTime(entry.time)),
    ...fact('In Bitcoin', shown(anchor?.detail ?? '')),
    ...fact('Stream', entry.stream === '' ? '' : `${shown(entry.stream)}${version}`),
    ...fact('Type', shown(entry.type)),
    ...fact('Subject', shown(entry.subject)),
    ...fact('Leaf hash', shownHex(entry.leafHash), true),
    ...fact('Size', `${shownCount(bytes.length)} bytes`),
  );
}

function bodyText(read: ReadEntry | UnreadableEntry): string {
  return 'unreadable' in read ? `Not to be read: ${read.unreadable}.` : cut(shownBody(read.body));
}

function cut(text: string): string {
  return text.length <= SHOWN_LENGTH
    ? text
    : `${text.slice(0, SHOWN_LENGTH)}\n… and ${shownCount(text.length - SHOWN_LENGTH)} characters more`;
}
