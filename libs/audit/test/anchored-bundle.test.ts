import { beforeAll, describe, expect, it } from 'vitest';
import { readExaminerPolicy, writeAnchorFile } from '../src/anchor.ts';
import {
  isRefusedPolicy,
  verifyBundle,
  type BundleReportWithEntries,
  type BundleSelection,
  type Log,
  type TrustPolicy,
} from '../src/index.ts';
import { anchoring, anchorIn } from './anchor-fixture.ts';
import { codeOf, eventsNumbered, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

const KEY = Buffer.from(SIGNER.publicKey).toString('hex');

function policyWith(members: Readonly<Record<string, unknown>>): TrustPolicy {
  const policy = readExaminerPolicy(JSON.stringify({ origin: ORIGIN, publicKey: KEY, ...members }));
  if (isRefusedPolicy(policy)) throw new Error(policy.refused);
  return policy;
}

let trust: TrustPolicy;
beforeAll(() => {
  trust = policyWith({ bitcoin: { network: 'regtest' }, anchored: true });
});

function anchorOf(checkpoint: string): Uint8Array {
  return writeAnchorFile(anchorIn(checkpoint, anchoring(checkpoint)));
}

/** A log of 12 entries, and the anchors of its first 5 and of all. */
async function anchoredLog(): Promise<{ log: Log; anchors: readonly [Uint8Array, Uint8Array] }> {
  const log = await openTestLog(temporaryPath());
  await log.append(eventsNumbered(5));
  const early = anchorOf(await log.checkpoint());
  await log.append(eventsNumbered(12).slice(5));
  return { log, anchors: [early, anchorOf(await log.checkpoint())] };
}

async function linesOf(log: Log, selection: BundleSelection): Promise<string[]> {
  return Buffer.from(await log.exportBundle(selection).bytes())
    .toString()
    .trimEnd()
    .split('\n');
}

function judge(lines: readonly string[], policy = trust): BundleReportWithEntries {
  return verifyBundle(Buffer.from(`${lines.join('\n')}\n`), policy);
}

function anchorChecks({ checks }: BundleReportWithEntries) {
  return checks.filter(({ name }) => name === 'anchor').map(({ ok, detail }) => [ok, detail]);
}

describe('a bundle with anchors in Bitcoin', () => {
  it('proves before when its entries existed, whatever part of the log it holds', async () => {
    const { log, anchors } = await anchoredLog();
    for (const selection of [{}, { from: 3, to: 4 }, { entries: [11] }]) {
      const report = judge(await linesOf(log, { ...selection, anchors }));
      expect(report.ok).toBe(true);
      expect(report.anchors.map(({ treeSize, status }) => [treeSize, status])).toEqual([
        [5, 'proven'],
        [12, 'proven'],
      ]);
      expect(anchorChecks(report)[0]).toEqual([
        true,
        expect.stringMatching(
          /^the first 5 entries: existed before 20\d\d-[^ ]+Z: block 15, 16 confirmations$/u,
        ),
      ]);
    }
  });

  it('says that they were not judged where no chain is trusted, and demands none', async () => {
    const { log, anchors } = await anchoredLog();
    const report = judge(await linesOf(log, { anchors }), policyWith({}));
    expect([report.ok, anchorChecks(report)]).toEqual([true, []]);
    expect(report.anchors).toEqual(
      [5, 12].map((treeSize) => ({
        treeSize,
        status: 'not judged',
        detail: 'the policy trusts no chain',
      })),
    );
  });

  it('is refused without one that proves, where the policy wants it', async () => {
    const { log } = await anchoredLog();
    expect(judge(await linesOf(log, {})).summary).toBe('anchor: none proves when entries existed');
    expect(judge(await linesOf(log, {}), policyWith({ bitcoin: { network: 'regtest' } })).ok).toBe(true);
  });

  it('is refused where the chain is another, or the anchor lies too shallow in it', async () => {
    const { log, anchors } = await anchoredLog();
    const lines = await linesOf(log, { anchors });
    const signet = judge(lines, policyWith({ bitcoin: { network: 'signet' } }));
    expect(signet.summary).toMatch(/^anchor: the first 5 entries: network: the chain of block /u);
    const deep = judge(lines, policyWith({ bitcoin: { network: 'regtest', minimumConfirmations: 17 } }));
    expect(deep.summary).toBe('anchor: the first 5 entries: confirmations: 16, where 17 are wanted');
  });

  it('is refused where the anchor is of another history, or its proof was changed', async () => {
    const { log, anchors } = await anchoredLog();
    const lines = await linesOf(log, { anchors });
    const other = await openTestLog(temporaryPath());
    await other.append(eventsNumbered(12).reverse());
    const [, ofOther = ''] = await linesOf(other, { anchors: [anchorOf(await other.checkpoint())] });
    expect(judge(lines.with(1, ofOther)).summary).toBe(
      'anchor: the first 12 entries: another history: the consistency proof fails',
    );
    const first = lines[1] ?? '';
    const changed = first.replace(
      /"proof":\["./u,
      (text) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`,
    );
    const shorter = first.replace(/"proof":\["[^"]+",/u, '"proof":[');
    for (const line of [changed, shorter]) {
      expect(line).not.toBe(first);
      expect(judge(lines.with(1, line)).summary).toBe(
        'anchor: the first 5 entries: another history: the consistency proof fails',
      );
    }
    expect(judge(lines.with(1, first.replace('"anchorOf":5', '"anchorOf":6'))).summary).toBe(
      'anchor: the first 6 entries: it is of 5 entries',
    );
  });

  it('is no bundle where an anchor stands elsewhere, in another form, or once too often', async () => {
    const { log, anchors } = await anchoredLog();
    const lines = await linesOf(log, { anchors });
    const first = lines[1] ?? '';
    expect(judge(lines.toSpliced(4, 0, first)).summary).toBe(
      'bundle format: line 5: an anchor stands behind entries',
    );
    for (const line of [
      first.replace('"anchorOf":5', '"anchorOf":05'),
      first.replace('"anchorOf":5', '"anchorOf":9007199254740993'),
      first.replace('"proof":[', '"proof": ['),
      first.slice(0, -1).replace(/\}$/u, ''),
    ]) {
      expect(judge(lines.with(1, line)).summary).toBe(
        'bundle format: line 2 is of no kind that a bundle has',
      );
    }
    const many = judge(lines.toSpliced(1, 0, ...Array<string>(63).fill(first)));
    expect(many.summary).toBe('bundle format: more than 64 anchors');
  });

  it('is not made with an anchor of another log, of what is no anchor, or with too many', async () => {
    const { log, anchors } = await anchoredLog();
    const other = await openTestLog(temporaryPath());
    await other.append(eventsNumbered(3).reverse());
    const codes = [
      [[anchorOf(await other.checkpoint())], 'log-rolled-back'],
      [[Buffer.from('{}')], 'anchor-malformed'],
      [[new Uint8Array(1_048_577)], 'option-malformed'],
      [Array<Uint8Array>(65).fill(anchors[0]), 'option-malformed'],
    ] as const;
    for (const [given, code] of codes) {
      expect(await codeOf(() => log.exportBundle({ anchors: given }).bytes())).toBe(code);
    }
  });
});

describe('the policy of an examiner', () => {
  const read = (members: Readonly<Record<string, unknown>>) =>
    readExaminerPolicy(JSON.stringify({ origin: ORIGIN, publicKey: KEY, ...members }));

  it.each([
    ['anchored without a chain', { anchored: true }, 'anchored wants bitcoin: which chain is trusted'],
    ['anchored that is a text', { anchored: 'yes' }, 'anchored is not true or false'],
    ['a chain that is none', { bitcoin: 3 }, 'bitcoin: not an object'],
    ['a misspelt member', { bitcion: {} }, /^unknown member "bitcion"; there are .*, bitcoin, anchored$/u],
    ['a key that is none', { publicKey: '00' }, 'publicKey is not 64 hexadecimal digits'],
  ])('is refused with %s', (_, members, refused) => {
    expect(read(members)).toEqual({
      refused: typeof refused === 'string' ? refused : (expect.stringMatching(refused) as unknown),
    });
  });

  it('needs neither a chain nor anchors', () => {
    expect(read({ anchored: false })).toMatchObject({ origin: ORIGIN });
    expect(readExaminerPolicy('[')).toEqual({ refused: 'not JSON' });
  });
});
