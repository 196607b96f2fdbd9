import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeAnchorFile } from '../src/anchor.ts';
import { runAudit } from '../src/cli/run-audit.ts';
import { anchoring, anchorIn } from './anchor-fixture.ts';
import { logOf, parse, wholeBundle, write, entry, rewrite } from './bundle-tampering.ts';
import { openTestLog, ORIGIN, SIGNER, temporaryFolder, temporaryPath } from './temporary-log.ts';
import { wrappingKeys } from './wrapping-keys.ts';

const LIBRARY = join(import.meta.dirname, '..');
const KEY = Buffer.from(SIGNER.publicKey).toString('hex');

/** What a command wrote, and its exit status. */
async function run(...args: string[]): Promise<{ status: number; out: string; notes: string }> {
  const said = { out: '', notes: '' };
  const terminal = (where: 'out' | 'notes', isTTY = false) => ({
    isTTY,
    write: (text: string) => {
      said[where] += text;
    },
  });
  const status = await runAudit(args, terminal('out'), terminal('notes', true));
  return { status, ...said };
}

/** A folder with a bundle and a policy for it. */
async function prepared(policy: object = {}): Promise<{ folder: string; bundle: string; trust: string }> {
  const folder = temporaryFolder();
  const [bundle, trust] = [join(folder, 'evidence.jsonl'), join(folder, 'trust.json')];
  await writeFile(bundle, await wholeBundle(26));
  await writeFile(trust, JSON.stringify({ origin: ORIGIN, publicKey: KEY, ...policy }));
  return { folder, bundle, trust };
}

describe('audit verify', () => {
  it('ends with 0 and every check on a line when all passed', async () => {
    const { bundle, trust } = await prepared({ wholeLog: true });
    const { status, out, notes } = await run('verify', bundle, '--policy', trust);
    expect([status, notes]).toEqual([0, '']);
    const [first, ...lines] = out.trimEnd().split('\n');
    expect(first).toBe('VERIFIED  26 of 26 entries verified');
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(line).toMatch(/^ {2}✓ [a-z ]{20} {2}\S/);
  });

  it('ends with 1 and the failed checks marked when one failed', async () => {
    const { bundle, trust } = await prepared();
    const copy = parse(await readFile(bundle));
    rewrite(entry(copy, 11), '11000', '91000');
    await writeFile(bundle, write(copy));
    const { status, out } = await run('verify', bundle, '--policy', trust);
    expect(status).toBe(1);
    expect(out).toMatch(/^REFUSED {2}entry 11 altered: leaf hash differs\n/);
    expect(out).toContain('  ✗ leaf hash             entry 11: leaf hash differs\n');
  });

  it('gives the report as JSON', async () => {
    const { bundle, trust } = await prepared();
    const { status, out } = await run('verify', '--json', '--policy', trust, bundle);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      origin: ORIGIN,
      treeSize: 26,
      entryCount: 26,
      checks: expect.arrayContaining([
        { name: 'inclusion proof', ok: true, detail: 'the entries lead to the root of 26' },
      ]) as unknown,
    });
  });

  it('holds the bundle to a checkpoint that was kept', async () => {
    const other = await logOf(3, 5);
    const { bundle, trust } = await prepared({ pinnedCheckpoint: await other.checkpoint() });
    const { status, out } = await run('verify', bundle, '--policy', trust);
    expect([status, out.split('\n')[0]]).toEqual([
      1,
      'REFUSED  pinned checkpoint: another history: the first entries have another root',
    ]);
  });

  it('tells its progress with a long file to a person', async () => {
    const { bundle, trust } = await prepared();
    await writeFile(bundle, Buffer.concat([await readFile(bundle), Buffer.alloc(17 * 1024 * 1024, '\n')]));
    const { status, notes } = await run('verify', bundle, '--policy', trust);
    expect(status).toBe(1);
    expect(notes).toMatch(/\r5[0-9] % of 18 MB/);
    expect(notes.endsWith('\r\x1b[K')).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'not JSON'],
    ['another value', [], 'not an object'],
    ['nothing', null, 'not an object'],
    ['an unknown member', { origin: ORIGIN, publicKey: KEY, wholelog: true }, 'unknown member "wholelog"'],
    ['no origin', { publicKey: KEY }, 'origin is not the name of a log'],
    ['no key', { origin: ORIGIN }, 'publicKey is not 64 hexadecimal digits'],
    ['a short key', { origin: ORIGIN, publicKey: KEY.slice(2) }, 'publicKey is not 64 hexadecimal digits'],
    [
      'a word for a yes',
      { origin: ORIGIN, publicKey: KEY, wholeLog: 'yes' },
      'wholeLog is not true or false',
    ],
    ['a number for a note', { origin: ORIGIN, publicKey: KEY, pinnedCheckpoint: 7 }, 'not a signed note'],
    [
      'a false note',
      { origin: ORIGIN, publicKey: KEY, pinnedCheckpoint: 'x' },
      'pinnedCheckpoint is malformed',
    ],
    ['a huge text', ' '.repeat(600_001), 'longer than 600000 characters'],
  ])('refuses a policy with %s', async (_, policy, reason) => {
    const { bundle, trust } = await prepared();
    await writeFile(trust, typeof policy === 'string' ? policy : JSON.stringify(policy));
    const { status, out, notes } = await run('verify', bundle, '--policy', trust);
    expect([status, out]).toEqual([2, '']);
    expect(notes).toMatch(/^audit: policy-malformed: /);
    expect(notes).toContain(reason);
  });

  it('ends with 2 when a file cannot be read, or the command is not understood', async () => {
    const { folder, bundle, trust } = await prepared();
    for (const [args, code] of [
      [['verify', join(folder, 'none'), '--policy', trust], 'file-unreadable'],
      [['verify', folder, '--policy', trust], 'file-unreadable'],
      [['verify', bundle, '--policy', join(folder, 'none')], 'file-unreadable'],
      [['verify', bundle], 'usage'],
      [['verify', '--policy', trust], 'usage'],
      [['verify', bundle, bundle, '--policy', trust], 'usage'],
      [['verify', bundle, '--policy', trust, '--loud'], 'usage'],
      [['explorer', bundle], 'usage'],
      [['toString'], 'usage'],
      [[], 'usage'],
    ] as const) {
      const { status, out, notes } = await run(...args);
      expect([args, status, out, notes.split(':')[1]]).toEqual([args, 2, '', ` ${code}`]);
      expect(notes.includes('Usage:')).toBe(code === 'usage');
    }
    const help = await run('--help');
    expect([help.status, help.out.startsWith('Usage:')]).toEqual([0, true]);
  });

  it('writes nothing to a terminal that a bundle could have made up', async () => {
    const { bundle, trust } = await prepared();
    const copy = parse(await readFile(bundle));
    copy.header.origin = 'a\u001b[2J\u009b\u202e\ud800';
    await writeFile(bundle, write(copy));
    for (const args of [
      ['verify', bundle, '--policy', trust],
      ['verify', bundle, '--policy', trust, '--json'],
      ['inspect', bundle],
    ]) {
      const { out } = await run(...args);
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufffd]/);
      expect(out).toContain('[2J');
    }
  });
});

describe('evidence beside the entries', () => {
  it('is judged by what the policy trusts, and told where it is not', async () => {
    const folder = temporaryFolder();
    const [bundle, trust] = [join(folder, 'evidence.jsonl'), join(folder, 'trust.json')];
    const log = await openTestLog(temporaryPath(), { personalData: { keys: wrappingKeys() } });
    await log.append({ stream: 's', type: 't', subject: 'customer:1', body: 1, personal: { name: 'Zoë' } });
    const checkpoint = await log.checkpoint();
    const anchors = [writeAnchorFile(anchorIn(checkpoint, anchoring(checkpoint)))];
    await writeFile(bundle, log.exportBundle({ anchors, personalData: true }));
    const verify = async (policy: object) => {
      await writeFile(trust, JSON.stringify({ origin: ORIGIN, publicKey: KEY, ...policy }));
      return run('verify', bundle, '--policy', trust);
    };
    const judged = await verify({ bitcoin: { network: 'regtest' }, anchored: true });
    expect([judged.status, judged.notes]).toEqual([0, '']);
    expect(judged.out).toMatch(/^ {2}✓ anchor {16}the first 1 entries: existed before 20/m);
    expect(judged.out).toContain('  ✓ personal data         as committed to, for 1 entries\n');
    const unjudged = await verify({});
    expect(unjudged.status).toBe(0);
    expect(unjudged.out).toContain(
      '  ? anchor                the first 1 entries: the policy trusts no chain\n',
    );
    const { status, notes } = await verify({ witnesses: ['quorum alice'] });
    expect([status, notes]).toEqual([
      2,
      `audit: policy-malformed: ${trust}: line 1 of witnesses: "alice" is not defined above\n`,
    ]);
    const { out } = await run('inspect', bundle, '--entries');
    expect(out).toContain('t  customer:1  personal data revealed\n');
  });
});

describe('audit inspect', () => {
  it('says what a bundle claims, and that this verifies nothing', async () => {
    const { bundle } = await prepared();
    const { status, out } = await run('inspect', bundle);
    expect(status).toBe(0);
    expect(out).toContain(`origin      ${ORIGIN}\n`);
    expect(out).toContain(`key         ${KEY} (as the bundle says)\n`);
    expect(out).toContain('selection   { "from": 0, "to": 26 }\n');
    expect(out).toContain(
      'entries     26, 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.000Z\n            26  step.taken\n',
    );
    expect(out).toContain('VERIFIED  26 of 26 entries verified');
    expect(out.trimEnd().split('\n').at(-1)).toBe('NOT VERIFIED  no trust policy was given');
  });

  it('lists the entries, marks what is wrong, and names no more types than a person reads', async () => {
    const log = await openTestLog(temporaryPath(), { clock: () => 8.64e15 + 1 });
    await log.append(
      Array.from({ length: 25 }, (_, place) => ({
        stream: 's',
        type: `type ${place}`,
        subject: 'a\u202e',
        body: null,
      })),
    );
    const bundle = join(temporaryFolder(), 'evidence.jsonl');
    const early = await log.checkpoint();
    await log.append({ stream: 's', type: 'last', body: null });
    const copy = parse(await log.exportBundle({ since: early }).bytes());
    rewrite(entry(copy, 3), 'type 3', 'type 4');
    await writeFile(bundle, write(copy));
    const { status, out } = await run('inspect', '--entries', bundle);
    expect(status).toBe(1);
    expect(out).toContain('since       25 entries\n');
    expect(out).toContain('✗ 3  8640000000000001 ms  s/4  type 4  a\\u{202e}\n');
    expect(out).toContain('  25  8640000000000001 ms  s/26  last\n');
    expect(out).toContain('of other types');
  });

  it('says when a file is no bundle', async () => {
    const path = join(temporaryFolder(), 'file');
    for (const content of ['', 'text', 'text\n', 'x'.repeat(600_000)]) {
      await writeFile(path, content);
      const { status, out } = await run('inspect', path);
      expect([status, out.startsWith('no bundle: ')]).toEqual([1, true]);
    }
  });
});

describe('audit explorer', () => {
  const dist = join(LIBRARY, 'dist');

  it('writes the page that a build made, and says where it is missing or cannot be written', async () => {
    const page = join(dist, 'explorer.html');
    const before = existsSync(page) ? await readFile(page) : undefined;
    onTestFinished(async () => {
      if (before === undefined) await rm(page, { force: true });
      else await writeFile(page, before);
    });
    await rm(page, { force: true });
    const absent = await run('explorer', '--out', join(temporaryFolder(), 'page.html'));
    expect([absent.status, absent.notes.startsWith('audit: explorer-absent: ')]).toEqual([2, true]);
    await mkdir(dist, { recursive: true });
    await writeFile(page, '<!doctype html>');
    const path = join(temporaryFolder(), 'page.html');
    expect(await run('explorer', '--out', path)).toMatchObject({ status: 0, out: `${path}\n` });
    expect(await readFile(path, 'utf8')).toBe('<!doctype html>');
    const refused = await run('explorer', '--out', join(path, 'below'));
    expect([refused.status, refused.notes.startsWith('audit: file-unwritable: ')]).toEqual([2, true]);
  });
});

describe('the audit command', () => {
  it('runs as a program, and its exit status is the verdict', async () => {
    const { bundle, trust } = await prepared();
    const program = join(LIBRARY, 'src', 'cli', 'audit.ts');
    const spawned = (...args: string[]) =>
      spawnSync(process.execPath, ['--conditions=@bitcoin-enterprise/source', program, ...args], {
        encoding: 'utf8',
      });
    const verified = spawned('verify', bundle, '--policy', trust);
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toMatch(/^VERIFIED/);
    await writeFile(bundle, (await readFile(bundle)).subarray(0, 4_000));
    expect(spawned('verify', bundle, '--policy', trust).status).toBe(1);
    expect(spawned('verify').status).toBe(2);
    expect((await readFile(program, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
  });
});
