import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

interface ReadNote {
  readonly text: string;
  readonly signatures: readonly { readonly keyName: string; readonly line: string }[];
}

const { readNote } = (await behindExports('audit', 'verify/signed-note.ts')) as {
  readNote: (note: string) => ReadNote | undefined;
};
const { parseSignedNote } = (await behindExports('audit', 'note/signed-note.ts')) as {
  parseSignedNote: (note: string) => {
    readonly text: string;
    readonly signatures: readonly { keyName: string }[];
  };
};

const NO_NOTE = new Error('no note');
const LINE = '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg==\n';

function textOf(input: Uint8Array): string {
  return Buffer.from(input).toString('utf8');
}

function writerReads(note: string): ReturnType<typeof parseSignedNote> | undefined {
  try {
    return parseSignedNote(note);
  } catch {
    return undefined;
  }
}

/** The reader of the verifier; the writer's own must find the same in every note. */
export const target: FuzzTarget<ReadNote> = {
  seeds: ['a\n', 'origin\n1\nroot\n', 'two\n\nparts\n'].flatMap((text) =>
    [LINE, `${LINE}${LINE}`, `${LINE}\u2014 w AAAAAAAA\n`].map((lines) => Buffer.from(`${text}\n${lines}`)),
  ),
  dictionary: [
    '\n\n',
    '\u2014 ',
    '\u2014',
    ' ',
    '=',
    '==',
    '+',
    '\u2003',
    '\u0085',
    '\u007f',
    '\r',
    '\ufeff',
  ].map((part) => Buffer.from(part)),
  maxLength: 600,
  isRefusal: (error) => error === NO_NOTE,
  decode: (input) => {
    const note = readNote(textOf(input));
    const other = writerReads(textOf(input));
    const found = [note, other].map((read) =>
      JSON.stringify(read && [read.text, read.signatures.map(({ keyName }) => keyName)]),
    );
    if (found[0] !== found[1]) throw new Error('writer and verifier read different notes');
    if (note === undefined) throw NO_NOTE;
    return note;
  },
  check: ({ text, signatures }, input) => {
    const again = `${text}\n${signatures.map(({ line }) => `${line}\n`).join('')}`;
    if (again !== textOf(input)) throw new Error('the parts are not the note');
  },
};
