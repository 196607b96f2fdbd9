import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../src/index.ts';
import { decodeBase64 } from '../src/verify/base64.ts';
import {
  TRUST,
  logOf,
  parse,
  failures,
  fileOf,
  linesOf,
  wholeBundle,
  after,
  entry,
} from './bundle-tampering.ts';

const MIB = 1024 * 1024;

describe('what is no bundle', () => {
  const malformed = (bundle: Uint8Array): string => {
    const report = verifyBundle(bundle, TRUST);
    expect(report).toMatchObject({
      ok: false,
      entries: [],
      entryCount: 0,
      treeSize: 0,
      origin: '',
      rootHash: '',
    });
    expect(failures(report)).toEqual(['bundle format']);
    return report.summary;
  };

  it('is a failed check and never an error', () => {
    const text = (json: string): Uint8Array => new TextEncoder().encode(`${json}\n`);
    expect(malformed(new Uint8Array(0))).toBe('bundle format: empty');
    expect(malformed(Uint8Array.of(0xff, 0xfe))).toBe('bundle format: cut short in line 1');
    expect(malformed(Uint8Array.of(0xff, 0xfe, 0x0a))).toBe(
      'bundle format: its first line is not JSON in UTF-8',
    );
    for (const json of ['null', '7', '[]', '{}', '{"format":"audit-bundle/1"}', '['.repeat(200_000)])
      malformed(text(json));
    expect(malformed(text(' '.repeat(MIB)))).toContain('longer than 262144 bytes');
    expect(malformed(new Uint8Array(64 * MIB).fill(0x20))).toBe(
      'bundle format: line 1 is longer than 1081344 bytes',
    );
  });

  it('is also what has a header that lacks a part, or has one of another kind', async () => {
    const log = await logOf(3);
    const whole = parse(await log.exportBundle({ since: await log.checkpoint() }).bytes());
    const changes: ((copy: Record<string, unknown>) => unknown)[] = [
      (copy) => delete copy.origin,
      (copy) => (copy.publicKey = 'key'),
      (copy) => delete copy.publicKey,
      (copy) => (copy.checkpoint = 7),
      (copy) => (copy.selection = 7),
      (copy) => (copy.selection = { from: 2, to: 1 }),
      (copy) => (copy.selection = { from: 0, to: 1.5 }),
      (copy) => (copy.selection = { to: 3, from: 0 }),
      (copy) => (copy.selection = { from: 0, to: 3, stream: 7 }),
      (copy) => (copy.selection = { from: 0, to: 3, listed: -1 }),
      (copy) => (copy.selection = { from: 0, to: 3, stream: 'swap/1', listed: 1 }),
      (copy) => (copy.selection = { from: 0, to: 3, more: 1 }),
      (copy) => (copy.since = 7),
      (copy) => (copy.since = { treeSize: -1, proof: [] }),
      (copy) => (copy.since = { treeSize: 1, proof: ['*'] }),
      (copy) => (copy.since = { treeSize: 1, proof: [7] }),
      (copy) => (copy.since = { treeSize: 1, proof: [], more: 1 }),
      (copy) => (copy.since = { treeSize: 1, proof: Array(129).fill('AA==') }),
      (copy) => (copy.more = 1),
    ];
    for (const change of changes) {
      const copy = structuredClone(whole);
      change(copy.header);
      malformed(fileOf(linesOf(copy)));
    }
  });

  it('is also a header in another form of the same JSON', async () => {
    const [header = '', ...rest] = linesOf(parse(await wholeBundle(2)));
    for (const other of [
      ` ${header}`,
      `${header} `,
      `\ufeff${header}`,
      header.replace('{"format"', '{"format":"audit-bundle/2","format"'),
      header.replace('{"format"', '{"origin":"another","format"'),
      header.replace(',"origin"', ', "origin"'),
      header.replace('"from":0', '"from":-0'),
      header.replace('"from":0', '"from":0e0'),
      header.replace('{"format"', '{"__proto__":{},"format"'),
      `${header}\r`,
    ]) {
      malformed(fileOf([Buffer.from(other).toString('latin1'), ...rest]));
    }
  });

  it('is also a line that is of no kind that a bundle has', async () => {
    const whole = await wholeBundle(4);
    const lines = linesOf(parse(whole));
    const second = lines[2] ?? '';
    const hash = entry(parse(whole), 1).leafHash;
    for (const other of [
      '',
      'null',
      '{}',
      '7',
      second.slice(0, -2),
      ` ${second}`,
      second.replace('"index":1', '"index":01'),
      second.replace('"index":1', '"index":1.0'),
      second.replace('"index":1', '"index":9999999999999999'),
      second.replace('"index":1', '"index":"1"'),
      second.replace('"leafHash"', '"subtrees":[],"leafHash"'),
      second.replace('"leafHash"', '"subtrees":["AA=="],"leafHash"'),
      second.replace('"leafHash"', `"subtrees":[${`"${hash}",`.repeat(128)}"${hash}"],"leafHash"`),
      second.replace(/"leafHash":"[^"]+"/, '"leafHash":""'),
      second.replace(/=","entry"/, '!","entry"'),
      second.replace(/.=","entry"/, '/=","entry"'),
      second.replace('"entry":', '"bytes":'),
      second.replace('"entry":', '"entry": ').replace('"leafHash"', '"leafHash" '),
    ]) {
      const report = verifyBundle(fileOf(lines.with(2, other)), TRUST);
      expect(report.checks[0]).toMatchObject({
        ok: false,
        detail: 'line 3 is of no kind that a bundle has',
      });
    }
    const end = lines[5] ?? '';
    for (const other of [
      end.replace('"entries":4', '"entries":-4'),
      end.replace('"entries":4', '"entries":4.5'),
      end.replace('"entries":4', '"entries":"4"'),
      end.replace('"entries":4,', ''),
      end.replace('[]', '7'),
      end.replace('[]', '[7]'),
      end.replace('[]', `[${'"",'.repeat(9_000)}""]`),
      end.replace('audit-bundle/2', 'audit-bundle/3'),
      end.replace('"entries"', ' "entries"'),
      end.replace('}', ',"more":1}'),
      `${end}}`,
    ]) {
      const report = verifyBundle(fileOf(lines.with(5, other)), TRUST);
      expect(report.checks[0]).toMatchObject({
        ok: false,
        detail: 'line 6 is of no kind that a bundle has',
      });
    }
  });

  it('is also a line that is too long, and what follows it is not read', async () => {
    const lines = linesOf(parse(await wholeBundle(4)));
    const report = verifyBundle(fileOf(lines.with(3, 'x'.repeat(10 * MIB))), TRUST);
    expect(report.checks[0]?.detail).toBe('line 4 is longer than 1081344 bytes');
    expect(report.entryCount).toBe(2);
  });

  it('is never an error, whatever JSON it is', async () => {
    const whole = await wholeBundle(2);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (selection, end) => {
        const report = after(whole, (copy) => {
          Object.assign(copy.header, { selection });
          Object.assign(copy.end, { subtrees: end });
        });
        expect(report.ok).toBe(false);
      }),
    );
  });

  it('is never an error, whatever bytes it is', async () => {
    const lines = linesOf(parse(await wholeBundle(2)));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.nat(3), (more, position) => {
        const bytes = fileOf(lines.toSpliced(position, 1, ...more));
        expect(verifyBundle(bytes, TRUST).ok).toBe(false);
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
