import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventValue } from '../src/index.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { entry, logOf, parse, rewrite, write, wholeBundle, type BundleParts } from './bundle-tampering.ts';
import { ExplorerPage } from './explorer-page.ts';
import { openTestLog, ORIGIN, SIGNER, signerOf, temporaryPath } from './temporary-log.ts';

const KEY = Buffer.from(SIGNER.publicKey).toString('hex');
const POLICY = JSON.stringify({ origin: ORIGIN, publicKey: KEY, wholeLog: true });

let explorer: ExplorerPage;
let whole: Uint8Array;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-explorer-'));
  explorer = await ExplorerPage.open(folder);
  whole = await wholeBundle(26);
});

afterAll(async () => {
  await explorer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await explorer.load();
});

/** What the page loaded, asked for or tried to, apart from itself. */
function requests(): string[] {
  return explorer.page.events
    .filter(({ method }) => method === 'Network.requestWillBeSent')
    .map(({ params }) => (params.request as { readonly url: string }).url)
    .filter((url) => !url.endsWith('/explorer.html'));
}

/** Errors of the page's own code, and what its policy stopped. */
function troubles(): unknown[] {
  return explorer.page.events.filter(({ method }) =>
    /exceptionThrown|dialogOpening|Log\.entryAdded/.test(method),
  );
}

async function verifyUnderKey(bundle: Uint8Array): Promise<string> {
  await explorer.choose('policy', 'trust.json', POLICY);
  await explorer.until(
    async () => (await explorer.page.evaluate('document.getElementById("key").value')) !== '',
  );
  await explorer.choose('bundle', 'bundle.jsonl', bundle);
  return explorer.result();
}

describe('the explorer', () => {
  it('verifies an honest bundle from disk, without network and without an error', async () => {
    expect(await verifyUnderKey(whole)).toContain(
      'VERIFIED 26 of 26 entries verified, of example.com/desk/log.',
    );
    expect(await explorer.failed()).toEqual([]);
    expect(await explorer.text('#checks')).toContain('the whole log of 26 entries');
    expect(await explorer.page.evaluate('document.querySelectorAll("#rows tr").length')).toBe(26);
    expect(
      await explorer.page.evaluate('document.querySelectorAll("#timeline .bar").length'),
    ).toBeGreaterThan(0);
    expect([requests(), troubles()]).toEqual([[], []]);
    const picture = await explorer.picture();
    await writeFile(join(folder, 'verified.png'), picture);
    expect(picture.length).toBeGreaterThan(10_000);
  });

  it('names whose code is built into it, and under which licence', async () => {
    await explorer.click('footer summary');
    const licences = (await explorer.text('footer')).replaceAll(/\s+/g, ' ');
    for (const name of ['@noble/curves', '@noble/hashes', '@noble/post-quantum']) {
      expect(licences).toMatch(new RegExp(`${name} \\d+\\.\\d+\\.\\d+ The MIT License`, 'u'));
    }
    expect(licences).toContain('The above copyright notice and this permission notice shall be included');
  });

  it('is not verified as long as no key is given, and says so', async () => {
    await explorer.choose('bundle', 'bundle.jsonl', whole);
    expect(await explorer.result()).toMatch(/^! NOT VERIFIED The bundle agrees with itself/);
    await explorer.fill('key', 'abc');
    expect(await explorer.result()).toContain('NOT VERIFIED What is trusted cannot be used');
    await explorer.fill('origin', ORIGIN);
    await explorer.fill('key', Buffer.from(signerOf(8).publicKey).toString('hex'));
    await explorer.until(async () => (await explorer.text('#result')).includes('REFUSED'));
    expect(await explorer.failed()).toEqual(['✗ checkpoint signature not signed by this key']);
    await explorer.fill('key', ` ${KEY.toUpperCase()} `);
    await explorer.until(async () => /✓\s+VERIFIED/.test(await explorer.text('#result')));
    await explorer.fill('key', '');
    await explorer.until(async () => (await explorer.text('#result')).includes('NOT VERIFIED'));
  });

  it('takes a kept checkpoint without its last line feed, and refuses a policy that is none', async () => {
    const log = await logOf(9, 5);
    await explorer.fill('origin', ORIGIN);
    await explorer.fill('key', KEY);
    await explorer.fill('pinned', (await log.checkpoint()).trim());
    await explorer.choose('bundle', 'bundle.jsonl', whole);
    expect(await explorer.result()).toContain('REFUSED pinned checkpoint: another history');
    await explorer.choose('policy', 'trust.json', '{"origin":"a","publickey":"b"}');
    await explorer.until(async () => (await explorer.text('#trust-problem')).includes('unknown member'));
    expect(await explorer.page.evaluate('document.getElementById("key").value')).toBe('');
  });

  it.each<[string, (copy: BundleParts) => void, RegExp]>([
    [
      'an altered entry',
      (copy) => {
        rewrite(entry(copy, 11), '11000', '91000');
      },
      /^✗ leaf hash entry 11: leaf hash differs$/,
    ],
    [
      'an entry and its hash',
      (copy) => {
        const altered = entry(copy, 11);
        rewrite(altered, '11000', '91000');
        altered.leafHash = Buffer.from(leafHash(Buffer.from(altered.entry, 'latin1'))).toString('base64');
      },
      /^✗ chain link entry 12: /,
    ],
    [
      'a missing entry',
      (copy) => {
        copy.entries.splice(7, 1);
        copy.end.entries = 25;
      },
      /^✗ completeness entry 7 is missing$/,
    ],
    [
      'two exchanged entries',
      (copy) => {
        copy.entries.splice(5, 2, entry(copy, 6), entry(copy, 5));
      },
      /^✗ entry order entry 5: /,
    ],
    [
      'a hidden end',
      (copy) => {
        copy.entries.splice(20);
        copy.end.entries = 20;
        copy.header.selection.to = 20;
      },
      /^✗ completeness .*whole log/,
    ],
    [
      'a forged checkpoint',
      (copy) => {
        copy.header.checkpoint = copy.header.checkpoint.replace('\n26\n', '\n27\n');
      },
      /^✗ checkpoint signature signature does not verify$/,
    ],
    [
      'another origin',
      (copy) => {
        copy.header.origin = 'example.com/other';
      },
      /^✗ origin /,
    ],
  ])('names what is wrong with %s', async (_, change, expected) => {
    const copy = parse(whole);
    change(copy);
    expect(await verifyUnderKey(write(copy))).toContain('REFUSED');
    expect((await explorer.failed()).some((line) => expected.test(line))).toBe(true);
  });

  it('refuses what is no bundle, or is cut', async () => {
    expect(await verifyUnderKey(whole.subarray(0, 5_000))).toContain('REFUSED');
    expect(await explorer.failed()).toContainEqual(expect.stringMatching(/^✗ bundle format cut short/));
    await explorer.choose('bundle', 'empty.jsonl', '');
    await explorer.until(async () =>
      (await explorer.text('#result')).includes('This is no bundle: bundle format: empty.'),
    );
  });

  it('shows an entry: what it says, its checks, and its way to the root', async () => {
    const log = await logOf(300);
    for (const selection of [
      {},
      { subject: 'customer:1' },
      { entries: [0, 7, 255, 256, 299] },
      { stream: 'swap/2' },
    ]) {
      await explorer.load();
      await explorer.fill('origin', ORIGIN);
      await explorer.fill('key', KEY);
      await explorer.choose('bundle', 'bundle.jsonl', await log.exportBundle(selection).bytes());
      expect(await explorer.result()).toContain('✓ VERIFIED');
      const rows = Number(await explorer.page.evaluate('document.querySelectorAll("#rows tr").length'));
      for (const row of [0, 1, Math.floor(rows / 2), rows - 1]) {
        await explorer.click(`#rows tr:nth-child(${row + 1}) button`);
        const index = await explorer.text(`#rows tr:nth-child(${row + 1}) button`);
        await explorer.until(async () => (await explorer.text('#detail h2')) === `Entry ${index}`);
        await explorer.until(
          async () => (await explorer.page.evaluate('document.querySelector(".path") !== null')) === true,
        );
        const label = await explorer.page.evaluate(
          'document.querySelector(".path").getAttribute("aria-label")',
        );
        const { length } = await log.inclusionProof(Number(index));
        expect(label).toBe(
          `From entry ${index} over ${length} nodes to a hash that is root of the checkpoint`,
        );
      }
      expect(await explorer.text('#detail')).toContain('amountSat');
    }
    const log2 = await logOf(1);
    await explorer.choose('bundle', 'one.jsonl', await log2.exportBundle().bytes());
    await explorer.until(async () => (await explorer.text('#result')).includes('1 of 1'));
    await explorer.click('#rows button');
    await explorer.until(
      async () =>
        (await explorer.text('.path')).includes('root of the checkpoint') ||
        Boolean(await explorer.page.evaluate('document.querySelector(".path .root.good") !== null')),
    );
  });

  it('shows the bytes of an altered entry beside the hash that is proven', async () => {
    const copy = parse(whole);
    rewrite(entry(copy, 11), '11000', '91000');
    await verifyUnderKey(write(copy));
    await explorer.click('#filter-failed');
    expect(await explorer.text('#shown-rows')).toBe('1 of 26 entries');
    await explorer.click('#rows button');
    await explorer.until(async () =>
      Boolean(await explorer.page.evaluate('document.querySelector(".path .root.bad") !== null')),
    );
    expect(await explorer.text('#detail .check-list .bad')).toContain('✗');
  });

  it('is used by keyboard, filtered by words, and turned by pages', async () => {
    const log = await logOf(450);
    await verifyUnderKey(await log.exportBundle().bytes());
    await explorer.page.evaluate('document.querySelector("#rows button").focus()');
    await explorer.press('ArrowDown', 40);
    await explorer.press('ArrowDown', 40);
    await explorer.press('Enter', 13);
    await explorer.until(async () => (await explorer.text('#detail h2')) === 'Entry 2');
    await explorer.click('#next');
    expect(await explorer.text('#page')).toBe('201 to 400');
    await explorer.click('#next');
    expect(await explorer.page.evaluate('document.getElementById("next").disabled')).toBe(true);
    await explorer.fill('filter-stream', 'SWAP/1');
    await explorer.fill('filter-subject', 'customer:1');
    const filtered = await explorer.page.evaluate(
      '[...document.querySelectorAll("#rows tr")].map((row) => row.innerText).join()',
    );
    expect(filtered).toContain('swap/1');
    expect(filtered).not.toMatch(/swap\/[02]|customer:[0234]/);
    await explorer.fill('filter-stream', '');
    await explorer.fill('filter-subject', '');
    await explorer.fill('go-to', '333');
    await explorer.until(async () => (await explorer.text('#detail h2')) === 'Entry 333');
    expect(await explorer.text('tr.chosen button')).toBe('333');
    await explorer.page.evaluate(
      'document.querySelector("#timeline .bar").dispatchEvent(new Event("click"))',
    );
    await explorer.until(async () => (await explorer.text('#detail h2')) === 'Entry 0');
  });

  it('tells its progress on a long file and can be cancelled', async () => {
    const log = await logOf(1);
    for (let at = 1; at < 30_000; at += 5_000) {
      const events = Array.from({ length: 5_000 }, (_, offset) => ({
        stream: `s/${(at + offset) % 9}`,
        type: 't',
        body: null,
      }));
      await log.append(events);
    }
    const bundle = await log.exportBundle().bytes();
    await explorer.choose('bundle', 'long.jsonl', bundle);
    await explorer.until(
      async () => Number(await explorer.page.evaluate('document.getElementById("progress").value')) > 0,
    );
    await explorer.click('#cancel');
    expect(await explorer.text('#result')).toContain('Reading was cancelled.');
    expect(await explorer.page.evaluate('document.getElementById("evidence").hidden')).toBe(true);
    expect(await verifyUnderKey(bundle)).toContain('30001 of 30001');
    await explorer.fill('go-to', '12345');
    await explorer.until(async () =>
      Boolean(await explorer.page.evaluate('document.querySelector(".path .root.good") !== null')),
    );
  });
});

describe('a hostile bundle in the explorer', () => {
  const MARKUP = '<img src=https://evil.example/x onerror=pwned=1><script>pwned=1</script>';

  it('is shown as text: nothing of it runs, loads or turns anything around', async () => {
    const origin = '<img/src=//evil.example/x/onerror=pwned=1>';
    const log = await openTestLog(temporaryPath(), { origin, signer: SIGNER });
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as EventValue;
    await log.append([
      {
        stream: MARKUP,
        type: `"'><svg onload=pwned=1>`,
        subject: 'javascript:pwned=1',
        body: { [MARKUP]: MARKUP },
      },
      {
        stream: '</script><script>pwned=1</script>',
        type: '\u202etxt.exe\u200b',
        subject: '&lt;b&gt;',
        body: hostile,
      },
      {
        stream: '__proto__',
        type: 'constructor',
        subject: 'toString',
        body: ['</pre><iframe src=//evil.example>', hostile],
      },
      { stream: 'long', type: 'x'.repeat(256), body: '\u0000\u001b[31m'.repeat(10_000) },
    ]);
    await explorer.fill('origin', origin);
    await explorer.fill('key', KEY);
    await explorer.choose('bundle', '<svg onload=pwned=1>.jsonl', await log.exportBundle().bytes());
    expect(await explorer.result()).toContain('✓ VERIFIED 4 of 4 entries');
    expect(await explorer.text('#checks')).toContain('<svg onload=pwned=1>.jsonl');
    for (const row of [1, 2, 3, 4]) {
      await explorer.click(`#rows tr:nth-child(${row}) button`);
      await explorer.until(async () => (await explorer.text('#detail h2')) === `Entry ${row - 1}`);
      await explorer.until(async () =>
        Boolean(await explorer.page.evaluate('document.querySelector(".path") !== null')),
      );
    }
    expect(await explorer.text('#rows')).toContain(MARKUP);
    expect(await explorer.text('#rows')).toContain('⟨U+202E⟩txt.exe⟨U+200B⟩');
    await nothingRan();
  });

  it('is refused when it is forged, and nothing of it runs either', async () => {
    const copy = parse(whole);
    copy.header.origin = MARKUP;
    copy.header.checkpoint = `${MARKUP}\n1\n${MARKUP}\n\n— ${MARKUP} AAAAAAAA\n`;
    copy.header.selection.stream = MARKUP;
    for (const one of copy.entries) one.entry = one.entry.replace('"step.taken"', JSON.stringify(MARKUP));
    expect(await verifyUnderKey(write(copy))).toContain('REFUSED');
    await explorer.click('#rows button');
    await explorer.until(async () => (await explorer.text('#detail h2')) === 'Entry 0');
    await explorer.choose('policy', 'other-trust.json', `{"${MARKUP}":1}`);
    await explorer.until(async () => (await explorer.text('#trust-problem')).includes('evil.example'));
    await nothingRan();
  });

  it('may be a line of ten million bytes, and is refused at it', async () => {
    const lines = Buffer.from(whole).toString('latin1').split('\n');
    const long = lines.with(5, `{"index":4,"leafHash":"${'x'.repeat(10_000_000)}`).join('\n');
    expect(await verifyUnderKey(Buffer.from(long, 'latin1'))).toContain('REFUSED');
    expect(await explorer.failed()).toContainEqual(
      expect.stringMatching(/^✗ bundle format line 6 is longer than/),
    );
    await nothingRan();
  });

  it('could do nothing even if it ran: the page may load nothing, and no text becomes markup', async () => {
    const fetched = explorer.page.evaluate(
      'fetch("https://evil.example/").then(() => "loaded", () => "stopped")',
    );
    expect(await fetched).toBe('stopped');
    const markup = explorer.page.evaluate(
      'try { document.body.innerHTML = "<b>"; "set" } catch { "stopped" }',
    );
    expect(await markup).toBe('stopped');
    const evaluated = explorer.page.evaluate(
      'new Promise((resolve) => { const s = document.createElement("script"); s.onerror = () => resolve("stopped"); s.onload = () => resolve("loaded"); try { s.src = "https://evil.example/x.js"; document.head.append(s); } catch { resolve("stopped") } })',
    );
    expect(await evaluated).toBe('stopped');
  });

  async function nothingRan(): Promise<void> {
    expect(await explorer.page.evaluate('[typeof pwned, typeof ({}).polluted]')).toEqual([
      'undefined',
      'undefined',
    ]);
    expect(
      await explorer.page.evaluate(
        'document.querySelectorAll("img, iframe, #evidence script, #rows svg").length',
      ),
    ).toBe(0);
    expect([requests(), troubles()]).toEqual([[], []]);
  }
});
