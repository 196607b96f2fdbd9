import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { startChromium } from '@bitcoin-enterprise/tools/services';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyAnchor, writeAnchorFile, type AnchorFile, type AnchorReport } from '../src/anchor.ts';
import { anchorScriptForPages, scriptOf } from './anchor-bundle.ts';
import { anchoring, anchorIn, goodAnchor, HEIGHT, signedCheckpoint, TIP, trustIn } from './anchor-fixture.ts';
import { examine, type Examined } from './anchor-page.ts';
import { ORIGIN, SIGNER, signerOf } from './temporary-log.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

let script: string;
let good: { file: AnchorFile; bytes: Uint8Array; checkpoint: string };
let cases: readonly Examined[];

beforeAll(async () => {
  good = await goodAnchor();
  cases = await examinedCases();
  script = await anchorScriptForPages();
});

/** Anchors that verify, and others that fail every check in turn. */
async function examinedCases(): Promise<Examined[]> {
  const { file, bytes, checkpoint } = good;
  const { inclusion, headers } = file;
  const header = (height: number): Uint8Array => headers.slice(80 * (height - 1), 80 * height);
  const idle = headers.slice();
  idle[80 * 19 + 76] = (idle[80 * 19 + 76] ?? 0) ^ 1;
  const flipped = Array.from({ length: 60 }, (_, index) => {
    const altered = bytes.slice();
    const position = Math.floor((index * bytes.length) / 60);
    altered[position] = (altered[position] ?? 0) ^ 1;
    return altered;
  });
  const altered: Partial<AnchorFile>[] = [
    { genesisHash: '00'.repeat(32) },
    { checkpoint: await signedCheckpoint(13) },
    { checkpoint: await signedCheckpoint(12, ORIGIN, signerOf(9)) },
    { checkpoint: 'no checkpoint' },
    { inclusion: { ...inclusion, rawTransaction: inclusion.coinbase } },
    { inclusion: { ...inclusion, rawTransaction: inclusion.rawTransaction.slice(1) } },
    { inclusion: { ...inclusion, path: { index: 1, siblings: [new Uint8Array(31)] } } },
    { inclusion: { ...inclusion, coinbasePath: { index: 0, siblings: [] } } },
    { height: HEIGHT + 1, firstHeight: 2 },
    { headers: Uint8Array.from([...headers.subarray(0, 80 * 20), ...headers.subarray(80 * 21)]) },
    { headers: idle },
    { headers: headers.slice(0, 80 * (HEIGHT + 4)) },
  ];
  const files = [
    bytes,
    writeAnchorFile(anchorIn(checkpoint, anchoring(await signedCheckpoint(13)))),
    ...altered.map((part) => writeAnchorFile({ ...file, ...part })),
    ...flipped,
    bytes.subarray(0, 500),
    new Uint8Array(0),
    Uint8Array.of(0xff),
    Buffer.from(`${Buffer.from(bytes).toString()} `),
  ];
  const trusts: unknown[] = [
    { network: 'regtest', minimumConfirmations: 16, minimumWork: '60' },
    { network: 'regtest', minimumConfirmations: 17 },
    { network: 'regtest', minimumWork: '61' },
    { network: 'regtest', trustedHeaders: { height: 10, header: hex(header(10)) } },
    { network: 'regtest', trustedHeaders: { height: HEIGHT + 1, header: hex(header(HEIGHT + 1)) } },
    { network: 'mainnet', minimumWork: '1' },
    { network: 'mainnet' },
    { network: 'mainnet', trustedHeaders: { height: 10, header: hex(header(10)) } },
  ];
  const publicKey = hex(SIGNER.publicKey);
  const examined = (anchor: Uint8Array, trust: unknown = { network: 'regtest' }): Examined => ({
    anchor: base64(anchor),
    origin: ORIGIN,
    publicKey,
    trust,
  });
  return [
    ...files.map((anchor) => examined(anchor)),
    ...trusts.map((trust) => examined(bytes, trust)),
    { ...examined(bytes), origin: 'example.com/other' },
    { ...examined(bytes), publicKey: hex(signerOf(8).publicKey) },
  ];
}

/** Every case must give the report that Node gives, of which some verify and the others fail every check. */
function expectSame(reports: readonly string[]): void {
  const onNode = cases.map(examine);
  expect(reports).toEqual(onNode);
  expect(onNode[0]).toBe(JSON.stringify(verifyAnchor(good.bytes, trustIn())));
  const parsed = onNode.map((text) => JSON.parse(text) as AnchorReport | { readonly refused: string });
  const found = parsed.filter((report) => 'checks' in report);
  expect(parsed.length - found.length).toBe(2);
  expect(found.filter(({ ok }) => ok)).toHaveLength(3);
  const failed = new Set(
    found.flatMap(({ checks }) => checks.filter(({ ok }) => !ok).map(({ name }) => name)),
  );
  expect(failed.size).toBe(found[0]?.checks.length);
  expect(found[0]?.block?.confirmations).toBe(TIP - HEIGHT + 1);
}

describe('an anchor', () => {
  it('is examined in a browser, with the same report as in Node', async () => {
    await using browser = await startChromium();
    const page = await browser.newPage();
    await page.evaluate(`${script}; globalThis.anchors = anchors; undefined`);
    expect(await page.evaluate('[typeof process, typeof Buffer, typeof require]')).toEqual(
      Array.from({ length: 3 }, () => 'undefined'),
    );
    expectSame((await page.evaluate(`${JSON.stringify(cases)}.map(anchors.examine)`)) as string[]);
  });

  it('is examined where there is nothing beside the language and its texts in UTF-8', () => {
    const context = createContext({ TextDecoder, TextEncoder });
    runInContext(script, context);
    expect(runInContext('[typeof process, typeof Buffer, typeof require].join()', context)).toBe(
      'undefined,undefined,undefined',
    );
    const reports = runInContext(
      `JSON.stringify(${JSON.stringify(cases)}.map(anchors.examine))`,
      context,
    ) as string;
    expectSame(JSON.parse(reports) as string[]);
  });

  it('is examined by a script that names nothing of Node, and asks for OpenSSL where there is a process', () => {
    expect(script).not.toMatch(/\bBuffer\b|\brequire\(|\bimport\b/);
    expect(script.match(/node:\w+/g)?.every((name) => name === 'node:crypto')).toBe(true);
  });

  it.each(["import 'node:crypto';", "import 'no-such-package';", "import './no-such-file.ts';"])(
    'would not be made into a script if it had `%s`',
    async (code) => {
      const folder = mkdtempSync(join(tmpdir(), 'anchor-bundle-'));
      const input = join(folder, 'page.ts');
      writeFileSync(input, code);
      await expect(scriptOf(input)).rejects.toThrow(/node:crypto|no-such/);
      rmSync(folder, { recursive: true });
    },
  );
});
