import type { AnchorFinding, BundleCheck, EntryCheck } from '../verify/bundle-report.ts';
import { noteText } from '../verify/note.ts';
import { byId, element } from './dom.ts';
import type { ReadBundle } from './read-bundle.ts';
import { shown, shownCount } from './shown-text.ts';

/** Failures that are listed; the entries themselves show all of them. */
const LISTED_CHECKS = 60;

/** What the banner says, and how. */
export interface Verdict {
  readonly kind: 'good' | 'bad' | 'warn';
  readonly title: string;
  readonly text: string;
}

/** The verdict on a bundle: verified only under a key that the examiner gave. */
export function verdictOn({ report, isTrusted, header }: ReadBundle): Verdict {
  const summary = shown(report.summary);
  if (header === undefined) return { kind: 'bad', title: 'REFUSED', text: `This is no bundle: ${summary}.` };
  if (!isTrusted) {
    const itself = report.ok
      ? 'The bundle agrees with itself, by the key that it names itself. Whoever makes up a bundle makes up that key: give the key that you trust.'
      : `No key is given; and even by the key that it names itself, the bundle is wrong: ${summary}.`;
    return { kind: report.ok ? 'warn' : 'bad', title: 'NOT VERIFIED', text: itself };
  }
  return report.ok
    ? { kind: 'good', title: 'VERIFIED', text: `${summary}, of ${shown(report.origin)}.` }
    : { kind: 'bad', title: 'REFUSED', text: `${summary}.` };
}

/** Shows one verdict in place of the one before. */
export function showVerdict(verdict: Verdict | undefined): void {
  const place = byId('result', HTMLElement);
  if (verdict === undefined) {
    place.replaceChildren();
    return;
  }
  const mark = { good: '✓', bad: '✗', warn: '!' }[verdict.kind];
  place.replaceChildren(
    element(
      'div',
      { class: `banner ${verdict.kind}`, role: verdict.kind === 'good' ? 'status' : 'alert' },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
      element('strong', {}, verdict.title),
      element('p', {}, verdict.text),
    ),
  );
}

/** Shows every check of a bundle, and what it says of itself. */
export function showChecks({ report, header, file }: ReadBundle): void {
  const listed = report.checks.slice(0, LISTED_CHECKS);
  const more = report.checks.length - listed.length;
  byId('checks', HTMLElement).replaceChildren(
    element('h2', {}, 'Checks'),
    checkList(listed),
    more === 0 ? '' : element('p', { class: 'hint' }, `and ${shownCount(more)} more`),
    ...report.anchors.filter(({ status }) => status === 'not judged').map(unjudgedAnchor),
    element(
      'dl',
      { class: 'facts' },
      ...fact('File', `${shown(file.name)}, ${shownCount(file.size)} bytes`),
      ...fact('Log', shown(header?.origin ?? '')),
      ...fact('Key, as the bundle says', header?.publicKey ?? ''),
      ...fact(
        'Checkpoint',
        shown(noteText(header?.checkpoint ?? '')?.trimEnd() ?? '').replaceAll('⟨U+000A⟩', ' · '),
      ),
      ...fact('Selection', shown(JSON.stringify(header?.selection ?? {}))),
    ),
  );
}

function unjudgedAnchor({ treeSize }: AnchorFinding): HTMLElement {
  const hint = `An anchor in Bitcoin about the first ${shownCount(treeSize)} entries was not judged: no chain is trusted.`;
  return element('p', { class: 'hint' }, hint);
}

/** Checks as a list, passed and failed told apart by sign, weight and words, not by colour alone. */
export function checkList(checks: readonly (EntryCheck | BundleCheck)[]): HTMLUListElement {
  return element(
    'ul',
    { class: 'check-list' },
    ...checks.map((check) => {
      const entry = 'entry' in check ? `entry ${shownCount(check.entry)}: ` : '';
      return element(
        'li',
        { class: check.ok ? 'passed' : 'bad' },
        element(
          'span',
          { class: check.ok ? 'good' : 'bad', role: 'img', 'aria-label': check.ok ? 'passed' : 'failed' },
          check.ok ? '✓' : '✗',
        ),
        element('span', {}, check.name),
        element('span', { class: 'words' }, `${entry}${shown(check.detail)}`),
      );
    }),
  );
}

/** A term and what it is, for a list of facts; nothing when it is not there. */
export function fact(term: string, text: string, mono = false): HTMLElement[] {
  if (text === '') return [];
  return [element('dt', {}, term), element('dd', mono ? { class: 'mono' } : {}, text)];
}
