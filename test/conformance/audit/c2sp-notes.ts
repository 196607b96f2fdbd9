import { openNote, readCheckpoint } from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const NOTES = 'audit/c2sp/note-checkpoint-examples.json';
const TRANSCRIPTS = 'audit/c2sp/witness-add-checkpoint-transcripts.json';

interface NoteExamples {
  readonly signed_note: { readonly vkey: string; readonly verifies: string; readonly format_only: string };
  readonly checkpoint_format_only: string;
  readonly cosignature_format_only: string;
  readonly go_note: {
    readonly vkeys: Readonly<Record<string, string>>;
    readonly text: string;
    readonly sigs: readonly string[];
    readonly tree_note: { readonly text: string; readonly invalid: readonly string[] };
  };
}

interface Exchange {
  readonly request_body: string;
  readonly status: number;
  readonly asserts: readonly string[];
}

interface Transcripts {
  readonly sumdb: { readonly origin: string; readonly vkey: string; readonly exchanges: readonly Exchange[] };
  readonly sigsum: {
    readonly origin: string;
    readonly log_public_key_hex: string;
    readonly exchanges: readonly Exchange[];
  };
}

export const suite: ConformanceSuite = {
  source: 'C2SP signed-note and tlog-checkpoint, golang/mod sumdb, torchwood litewitness',
  files: [NOTES, TRANSCRIPTS],
  *cases(files): Iterable<ConformanceCase> {
    yield* noteCases(JSON.parse(files.get(NOTES) ?? '{}') as NoteExamples);
    yield* transcriptCases(JSON.parse(files.get(TRANSCRIPTS) ?? '{}') as Transcripts);
  },
};

function* noteCases(examples: NoteExamples): Iterable<ConformanceCase> {
  const { signed_note: signed, go_note: go } = examples;
  yield opens('C2SP example', signed.verifies, signed.vkey);
  yield refuses('C2SP example, changed text', signed.verifies.replace('example', 'Example'), signed.vkey);
  yield refuses('C2SP example, cut before its signature', signed.verifies.slice(0, 28), signed.vkey);
  yield refuses('C2SP poem by an unknown key', signed.format_only, signed.vkey);
  for (const [name, vkey] of Object.entries(go.vkeys)) {
    yield opens(`go note of ${name}`, `${go.text}\n${go.sigs.join('')}`, vkey);
    yield refuses(`go note of ${name}, changed text`, `${go.text} \n${go.sigs.join('')}`, vkey);
  }
  yield states('C2SP checkpoint', textOf(examples.checkpoint_format_only), true);
  yield states('C2SP checkpoint with a cosignature', textOf(examples.cosignature_format_only), true);
  yield states('go.sum tree note', go.tree_note.text, true);
  // The first of them differs from the valid one in its origin alone, which a reader of any checkpoint accepts.
  for (const [position, text] of go.tree_note.invalid.entries()) {
    yield states(`go.sum invalid tree note ${position}`, text, position === 0);
  }
}

function* transcriptCases({ sumdb, sigsum }: Transcripts): Iterable<ConformanceCase> {
  for (const [position, { request_body: body }] of sumdb.exchanges.entries()) {
    // The key of sum.golang.org signs under its own name, and not under the origin.
    yield opens(`sum.golang.org checkpoint ${position}`, noteOf(body), sumdb.vkey);
  }
  const key = Uint8Array.from(Buffer.from(sigsum.log_public_key_hex, 'hex'));
  for (const [position, { request_body: body, status }] of sigsum.exchanges.entries()) {
    const name = `sigsum checkpoint ${position}, answered ${status}`;
    yield verdict(name, noteOf(body), sigsum.origin, key, status !== 403);
  }
}

function opens(name: string, note: string, vkey: string): ConformanceCase {
  return verdict(name, note, ...parseVerifierKey(vkey), true);
}

function refuses(name: string, note: string, vkey: string): ConformanceCase {
  return verdict(name, note, ...parseVerifierKey(vkey), false);
}

function verdict(name: string, note: string, keyName: string, key: Uint8Array, ok: boolean): ConformanceCase {
  return {
    name,
    run: () => {
      const result = openNote(note, keyName, key);
      if (result.ok !== ok) throw new Error(result.ok ? 'opened' : `refused: ${result.reason}`);
    },
  };
}

function states(name: string, text: string, ok: boolean): ConformanceCase {
  return {
    name,
    run: () => {
      const checkpoint = readCheckpoint(text);
      if ((checkpoint !== undefined) !== ok) throw new Error(ok ? 'refused' : 'accepted');
    },
  };
}

/** `<name>+<key id>+<base64 of type and key>`, as golang.org/x/mod/sumdb/note writes keys. */
function parseVerifierKey(vkey: string): readonly [keyName: string, key: Uint8Array] {
  const [name = '', , encoded = ''] = vkey.split(/\+([0-9a-f]{8})\+/);
  return [name, Uint8Array.from(Buffer.from(encoded, 'base64').subarray(1))];
}

/** A witness request is the old size and a proof, an empty line, and the note. */
function noteOf(request: string): string {
  return request.slice(request.indexOf('\n\n') + 2);
}

function textOf(note: string): string {
  return note.slice(0, note.indexOf('\n\n') + 1);
}
