import type { Source } from './discovery.ts';

/** What `<library>[/<name>]` asks for. */
export interface Filter {
  readonly library: string;
  readonly name?: string;
}

/** Reads `<library>[/<name>]`; `undefined` for text of any other form. */
export function parseFilter(text: string): Filter | undefined {
  const match = /^([^/\s]+)(?:\/([^/\s]+))?$/u.exec(text);
  if (match?.[1] === undefined) return undefined;
  return match[2] === undefined ? { library: match[1] } : { library: match[1], name: match[2] };
}

/** The sources that can hold what the filter asks for: the one named so, or else all of the library. */
export function candidates(sources: readonly Source[], filter: Filter | undefined): readonly Source[] {
  if (filter === undefined) return sources;
  const ofLibrary = sources.filter(({ library }) => library === filter.library);
  const named = ofLibrary.filter(({ name }) => name === filter.name);
  return named.length > 0 ? named : ofLibrary;
}

/** The names in a candidate that the filter selects: all where it names the file, else those that begin so. */
export function select(
  source: Source,
  names: readonly string[],
  filter: Filter | undefined,
): readonly string[] {
  const wanted = filter?.name;
  if (wanted === undefined || source.name === wanted) return names;
  return names.filter((name) => name.startsWith(wanted));
}
