/** Where a command writes: standard output, or standard error. */
export interface Terminal {
  write(text: string): unknown;
  /** Whether a person is looking on. */
  readonly isTTY?: boolean;
}

/** Characters that move the cursor, change colours, or change the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text of a bundle as it may be shown on a terminal: whoever wrote the bundle does not write to the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON in ASCII, for the same reason. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
