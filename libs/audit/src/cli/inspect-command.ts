import { readBundleHeader, type BundleHeader } from '../verify/bundle-header.ts';
import type { BundleReportEntry } from '../verify/bundle-report.ts';
import { noteText } from '../verify/note.ts';
import { verifyBundleStream } from '../verify/verify-bundle.ts';
import { readArguments } from './arguments.ts';
import { bundleSource } from './bundle-source.ts';
import { firstLineOf } from './first-line.ts';
import { printable, printableJson, type Terminal } from './terminal.ts';
import { reportText } from './verify-command.ts';

/** Kinds of events that are named; of more, only that there are more. */
const NAMED_TYPES = 20;

/**
 * `audit inspect <bundle> [--entries]`: what a bundle claims, and whether it agrees with itself, by the key that it
 * names: 0 when it does. That verifies nothing, because whoever makes up a bundle makes up the key.
 */
export async function inspectCommand(
  args: readonly string[],
  out: Terminal,
  notes: Terminal,
): Promise<0 | 1> {
  const given = readArguments(args, ['<bundle>'], { entries: { type: 'boolean' } });
  const [path = ''] = given.positionals;
  const header = readBundleHeader(await firstLineOf(bundleSource(path, notes)));
  if (typeof header === 'string') {
    out.write(`no bundle: ${printable(header)}\n`);
    return 1;
  }
  out.write(headerText(header));
  const seen = new SeenEntries();
  const trust = { origin: header.origin, publicKey: Uint8Array.from(Buffer.from(header.publicKey, 'hex')) };
  const report = await verifyBundleStream(bundleSource(path, notes), trust, (entry) => {
    seen.add(entry);
    if (given.has('entries')) out.write(entryLine(entry));
  });
  out.write(seen.text());
  out.write(`\nBy its own key, which proves nothing of who made it:\n${reportText(report)}`);
  out.write('NOT VERIFIED  no trust policy was given\n');
  return report.ok ? 0 : 1;
}

function headerText({ origin, publicKey, checkpoint, selection, since }: BundleHeader): string {
  const note = noteText(checkpoint) ?? checkpoint;
  return (
    `origin      ${printable(origin)}\n` +
    `key         ${publicKey} (as the bundle says)\n` +
    `checkpoint  ${note.trimEnd().split('\n').map(printable).join('\n            ')}\n` +
    `selection   ${printableJson(selection).replaceAll(/\n */g, ' ')}\n` +
    (since === undefined ? '' : `since       ${since.treeSize} entries\n`)
  );
}

function entryLine(entry: BundleReportEntry): string {
  const { index, time, stream, streamVersion, type, subject, personal, ok } = entry;
  const about = subject === undefined ? '' : `  ${printable(subject)}`;
  const data = personal === undefined ? '' : `  personal data ${personal.state}`;
  return `${ok ? ' ' : '✗'} ${index}  ${timeText(time)}  ${printable(stream)}/${streamVersion}  ${printable(type)}${about}${data}\n`;
}

/** What the entries are, in a few lines. */
class SeenEntries {
  readonly #types = new Map<string, number>();
  #entries = 0;
  #otherTypes = 0;
  #first: number | undefined;
  #last = 0;

  add({ type, time }: BundleReportEntry): void {
    this.#entries += 1;
    this.#first ??= time;
    this.#last = time;
    const count = this.#types.get(type);
    if (count === undefined && this.#types.size >= NAMED_TYPES) this.#otherTypes += 1;
    else this.#types.set(type, (count ?? 0) + 1);
  }

  text(): string {
    const types = [...this.#types].map(([type, count]) => `            ${count}  ${printable(type)}\n`);
    const others = this.#otherTypes === 0 ? '' : `            ${this.#otherTypes}  of other types\n`;
    const span = this.#first === undefined ? '' : `, ${timeText(this.#first)} to ${timeText(this.#last)}`;
    return `entries     ${this.#entries}${span}\n${types.join('')}${others}`;
  }
}

/** Times beyond what a date can say are given as they are. */
function timeText(time: number): string {
  return time <= 8.64e15 ? new Date(time).toISOString() : `${time} ms`;
}
