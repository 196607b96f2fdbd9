/** Characters that are not seen, or that turn around what follows them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text of a bundle as a person may read it: what would not be seen is named. */
export function shown(text: string): string {
  return text.replace(UNSEEN, (character) => `\u27e8U+${codeOf(character)}\u27e9`);
}

/** A time in UTC; one beyond what a date can say, as it is. */
export function shownTime(milliseconds: number): string {
  if (milliseconds > 8.64e15) return `${milliseconds} ms`;
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}

/** A whole number with its digits in groups of three. */
export function shownCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
}

/** Bytes in lower-case hexadecimal. */
export function shownHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The body of an entry, indented, with integers and bytes as their canonical form has them. */
export function shownBody(body: unknown): string {
  const text = JSON.stringify(
    body,
    (_, value: unknown) => {
      if (typeof value === 'bigint') return { $int: value.toString() };
      return value instanceof Uint8Array ? { $hex: shownHex(value) } : value;
    },
    2,
  ) as string | undefined;
  return shownLines(text ?? '');
}

/** {@link shown} for a text of several lines. */
function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
