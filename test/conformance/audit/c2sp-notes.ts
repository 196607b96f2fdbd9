import {
  openNote,
  readCheckpoint,
  readTlogProof,
  readVerifierKey,
  readWitnessPolicy,
  verifierKey,
  writeVerifierKey,
} from '@bitcoin-enterprise/audit';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import type { Transcripts } from './c2sp/transcripts.ts';

const NOTES = 'audit/c2sp/note-checkpoint-examples.json';
const TRANSCRIPTS = 'audit/c2sp/witness-add-checkpoint-transcripts.json';

interface NoteExamples {
  readonly signed_note: { readonly vkey: string; readonly verifies: string; readonly format_only: string };
  readonly checkpoint_format_only: string;
  readonly cosignature_format_only: string;
  readonly tlog_proof_format_only: string;
  readonly policy_example_format_only: string;
  readonly go_note: {
    readonly vkeys: Readonly<Record<string, string>>;
    readonly bad_vkeys: readonly string[];
    readonly text: string;
    readonly sigs: readonly string[];
    readonly tree_note: { readonly text: string; readonly invalid: readonly string[] };
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
  for (const vkey of [signed.vkey, ...Object.values(go.vkeys)])
    yield keyCase(`key ${vkey.slice(0, 24)}`, vkey, true);
  for (const [position, vkey] of go.bad_vkeys.entries()) yield keyCase(`go bad key ${position}`, vkey, false);
  yield proofCase(examples.tlog_proof_format_only);
  yield policyCase(examples.policy_example_format_only);
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

function parseVerifierKey(vkey: string): readonly [keyName: string, key: Uint8Array] {
  const key = readVerifierKey(vkey);
  if (key === undefined) throw new Error(`no key: ${vkey}`);
  return [key.name, key.publicKey];
}

function keyCase(name: string, vkey: string, ok: boolean): ConformanceCase {
  return {
    name,
    run: () => {
      const key = readVerifierKey(vkey);
      if ((key !== undefined) !== ok) throw new Error(ok ? 'refused' : 'accepted');
      if (key !== undefined && writeVerifierKey(key) !== vkey) throw new Error('written otherwise');
    },
  };
}

function proofCase(text: string): ConformanceCase {
  return {
    name: 'C2SP proof',
    run: () => {
      const proof = readTlogProof(text);
      if (typeof proof === 'string') throw new Error(`refused: ${proof}`);
      const found = [proof.index, proof.proof.length, proof.extra?.length].join();
      if (found !== '73894,5,39') throw new Error(`read as ${found}`);
    },
  };
}

/** The keys of the example are left out; these are of the right types, and each is another one. */
function policyCase(text: string): ConformanceCase {
  return {
    name: 'C2SP policy',
    run: () => {
      let key = 0;
      const file = text.replaceAll(/(log|witness \S+) <vkey>/g, (_, start: string) => {
        key += 1;
        const type = start === 'log' ? 'ed25519' : 'ed25519-cosignature';
        const made = verifierKey('example.com/key', type, new Uint8Array(32).fill(key));
        return `${start} ${made === undefined ? '' : writeVerifierKey(made)}`;
      });
      const result = readWitnessPolicy(new TextEncoder().encode(file));
      if (!result.ok) throw new Error(`line ${result.line}: ${result.reason}`);
      const { logs, witnesses, quorum } = result.policy;
      const found = [
        logs.length,
        witnesses.length,
        quorum !== undefined && 'group' in quorum && quorum.group,
      ];
      if (found.join() !== '1,6,X-and-Y') throw new Error(`read as ${found.join()}`);
    },
  };
}

/** A witness request is the old size and a proof, an empty line, and the note. */
function noteOf(request: string): string {
  return request.slice(request.indexOf('\n\n') + 2);
}

function textOf(note: string): string {
  return note.slice(0, note.indexOf('\n\n') + 1);
}
