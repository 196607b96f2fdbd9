import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../src/index.ts';
import { decodeBase64 } from '../src/verify/base64.ts';
import { TRUST, logOf, parse, failures } from './bundle-tampering.ts';

describe('what is no bundle', () => {
  const malformed = (bundle: Uint8Array): void => {
    const report = verifyBundle(bundle, TRUST);
    expect(report).toMatchObject({ ok: false, entries: [], treeSize: 0, origin: '', rootHash: '' });
    expect(failures(report)).toEqual(['bundle format']);
  };

  it('is a failed check and never an error', () => {
    const text = (json: string): Uint8Array => new TextEncoder().encode(json);
    malformed(new Uint8Array(0));
    malformed(Uint8Array.of(0xff, 0xfe));
    for (const json of ['null', '7', '[]', '{}', '{"format":"audit-bundle/2"}', '['.repeat(200_000)])
      malformed(text(json));
    malformed(new Uint8Array(256 * 1024 * 1024 + 1));
  });

  it('is also what lacks a part, or has one of another kind', async () => {
    const log = await logOf(3);
    const whole = parse(log.exportBundle({ since: log.checkpoint() }));
    const changes: ((copy: Record<string, unknown>) => void)[] = [
      (copy) => delete copy.origin,
      (copy) => (copy.checkpoint = 7),
      (copy) => (copy.selection = 7),
      (copy) => (copy.selection = { from: 2, to: 1 }),
      (copy) => (copy.selection = { from: 0, to: 1.5 }),
      (copy) => (copy.selection = { from: 0, to: 3, stream: 7 }),
      (copy) => (copy.since = 7),
      (copy) => (copy.since = { treeSize: -1, proof: [] }),
      (copy) => (copy.since = { treeSize: 1, proof: ['*'] }),
      (copy) => (copy.entries = {}),
      (copy) => (copy.entries = [7]),
      (copy) => (copy.entries = [{ ...whole.entries[0], index: '0' }]),
      (copy) => (copy.entries = [{ ...whole.entries[0], bytes: 'A' }]),
      (copy) => (copy.entries = [{ ...whole.entries[0], leafHash: 'A'.repeat(1000) }]),
      (copy) => (copy.entries = [{ ...whole.entries[0], proof: Array(129).fill('AA==') }]),
      (copy) => (copy.entries = [{ ...whole.entries[0], proof: 7 }]),
    ];
    for (const change of changes) {
      const copy = structuredClone(whole) as unknown as Record<string, unknown>;
      change(copy);
      malformed(new TextEncoder().encode(JSON.stringify(copy)));
    }
  });

  it('is never an error, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (selection, entries) => {
        const bundle = { format: 'audit-bundle/1', origin: '', checkpoint: '', selection, entries };
        expect(verifyBundle(new TextEncoder().encode(JSON.stringify(bundle)), TRUST).ok).toBe(false);
      }),
    );
  });
});

describe('the verifier', () => {
  it('imports nothing of the writer, of Node or of other packages than its hash and curve', () => {
    const folder = join(import.meta.dirname, '..', 'src', 'verify');
    for (const file of readdirSync(folder)) {
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, imported = ''] of source.matchAll(/from '([^']+)'/g)) {
        expect(imported).toMatch(/^\.\/[a-z0-9-]+\.ts$|^@noble\/(hashes|curves)\//);
      }
      expect(source).not.toMatch(/\b(Buffer|process|require)\b[.(]/);
    }
  });

  it('reads base64 as every encoder writes it, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
      }),
    );
    for (const text of [
      'A',
      'AA',
      'AAA',
      'AB==',
      'AAB=',
      '=AAA',
      'A===',
      'AA=A',
      'AA_-',
      'AA A',
      '\u0141AAA',
    ]) {
      expect([text, decodeBase64(text)]).toEqual([text, undefined]);
    }
  });
});
