import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLeaf, readTlogProof, verifyTlogProof, type Log, type WitnessPolicy } from '../src/index.ts';
import { writeTlogProof } from '../src/proof/tlog-proof.ts';
import { codeOf, entriesOf, eventsNumbered, openTestLog, temporaryPath } from './temporary-log.ts';
import { policyOf, required } from './witness-setting.ts';

const POLICY: WitnessPolicy = policyOf('quorum none');

async function logOf(
  entries: number,
): Promise<{ readonly log: Log; readonly leaves: readonly Uint8Array[] }> {
  const log = await openTestLog(temporaryPath());
  await log.append(eventsNumbered(entries));
  return { log, leaves: (await entriesOf(log)).map(({ bytes }) => hashLeaf(bytes)) };
}

describe('a proof file of a log', () => {
  it('proves each entry in trees of any size, and no other entry', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33]) {
      const { log, leaves } = await logOf(size);
      for (const [index, leaf] of leaves.entries()) {
        const text = await log.proof(index);
        const report = verifyTlogProof(text, leaf, POLICY);
        const counted = `entry ${index} of ${size} entries, cosigned by 0 of 0 witnesses`;
        expect([report.ok, report.summary, report.proof?.index]).toEqual([true, counted, index]);
        const other = leaves[(index + 1) % size] ?? leaf;
        expect(verifyTlogProof(text, other, POLICY).ok).toBe(size === 1);
      }
    }
  });

  it('has the form of the specification', async () => {
    const { log } = await logOf(3);
    const proof = (await log.inclusionProof(1))
      .map((hash) => `${Buffer.from(hash).toString('base64')}\n`)
      .join('');
    const checkpoint = await log.checkpoint();
    expect(await log.proof(1)).toBe(`c2sp.org/tlog-proof@v1\nindex 1\n${proof}\n${checkpoint}`);
    const extra = Buffer.from('a receipt');
    expect(await log.proof(1, extra)).toBe(
      `c2sp.org/tlog-proof@v1\nextra YSByZWNlaXB0\nindex 1\n${proof}\n${checkpoint}`,
    );
    expect(verifyTlogProof(await log.proof(1, extra), new Uint8Array(32), POLICY).proof?.extra).toEqual(
      new Uint8Array(extra),
    );
  });

  it('is of the log as it is, and of no entry that is not there', async () => {
    const { log, leaves } = await logOf(1);
    const early = await log.proof(0);
    await log.append(eventsNumbered(300));
    expect(verifyTlogProof(early, required(leaves[0]), POLICY).quorum?.checkpoint?.size).toBe(1);
    expect(verifyTlogProof(await log.proof(0), required(leaves[0]), POLICY).quorum?.checkpoint?.size).toBe(
      301,
    );
    for (const index of [-1, 301, 0.5, Number.NaN]) {
      expect(await codeOf(() => log.proof(index))).toBe('index-out-of-range');
    }
    expect(await codeOf(() => log.proof(0, new Uint8Array(65_537)))).toBe('option-malformed');
    expect(readTlogProof(await log.proof(0, new Uint8Array(65_536)))).toMatchObject({ index: 0 });
    await log.close();
    expect(await codeOf(() => log.proof(0))).toBe('log-closed');
    const empty = await openTestLog(temporaryPath());
    expect(await codeOf(() => empty.proof(0))).toBe('index-out-of-range');
  });

  it('is refused with any line changed, left out, doubled or moved', async () => {
    const { log, leaves } = await logOf(6);
    const leaf = required(leaves[3]);
    const whole = await log.proof(3, Buffer.from('extra'));
    expect(verifyTlogProof(whole, leaf, POLICY).ok).toBe(true);
    const lines = whole.slice(0, -1).split('\n');
    const refused = (changed: readonly string[]): boolean =>
      !verifyTlogProof(`${changed.join('\n')}\n`, leaf, POLICY).ok;
    for (const [at, line] of lines.entries()) {
      // Nothing authenticates extra data: that a proof verifies without it, or with others, is how the format is.
      if (line.startsWith('extra ')) continue;
      expect([at, refused(lines.toSpliced(at, 1))]).toEqual([at, true]);
      expect([at, refused(lines.toSpliced(at, 0, line))]).toEqual([at, true]);
      expect([at, refused(lines.toSpliced(at, 1, `${line}x`))]).toEqual([at, true]);
      const next = lines[at + 1];
      if (next === undefined) continue;
      expect([at, refused(lines.toSpliced(at, 2, next, line))]).toEqual([at, true]);
    }
    for (let length = 0; length < whole.length; length += 1) {
      expect(verifyTlogProof(whole.slice(0, length), leaf, POLICY).ok).toBe(false);
    }
  });

  it('is refused with another index of the same tree', async () => {
    const { log, leaves } = await logOf(6);
    const whole = await log.proof(3);
    for (const index of [0, 1, 2, 4, 5, 6, 11, 2 ** 52]) {
      const moved = whole.replace('\nindex 3\n', `\nindex ${index}\n`);
      expect(verifyTlogProof(moved, required(leaves[3]), POLICY).ok).toBe(false);
    }
  });

  it('is refused without a log that the policy knows', async () => {
    const { log, leaves } = await logOf(2);
    const report = verifyTlogProof(await log.proof(0), required(leaves[0]), { ...POLICY, logs: [] });
    expect(report).toMatchObject({ ok: false, summary: 'no log "example.com/desk/log" is known' });
    expect(verifyTlogProof(await log.proof(0), new Uint8Array(31), POLICY).ok).toBe(false);
  });
});

describe('the text of a proof', () => {
  const hash = Buffer.alloc(32).toString('base64');

  it.each([
    ['nothing', '', 'without an empty line'],
    ['another header', 'c2sp.org/tlog-proof@v2\nindex 0\n\n', 'not of format'],
    ['no index', 'c2sp.org/tlog-proof@v1\n\n', 'without an index'],
    ['an index with a zero', 'c2sp.org/tlog-proof@v1\nindex 00\n\n', 'without an index'],
    ['an index of 2^53', 'c2sp.org/tlog-proof@v1\nindex 9007199254740992\n\n', 'without an index'],
    ['a signed index', 'c2sp.org/tlog-proof@v1\nindex -1\n\n', 'without an index'],
    ['extra data that are no base64', 'c2sp.org/tlog-proof@v1\nextra a\nindex 0\n\n', 'extra data'],
    ['extra data twice', 'c2sp.org/tlog-proof@v1\nextra \nextra \nindex 0\n\n', 'without an index'],
    ['a short hash', 'c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n', 'malformed hash'],
    ['a carriage return', 'c2sp.org/tlog-proof@v1\r\nindex 0\r\n\n\n', 'not of format'],
    ['65 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(65)}\n`, 'malformed hash'],
    ['300,000 characters', 'x'.repeat(300_000), 'longer than'],
  ])('is none with %s', (_, text, reason) => {
    expect(readTlogProof(text)).toContain(reason);
    const report = verifyTlogProof(text, new Uint8Array(32), POLICY);
    expect([report.ok, report.proof, report.quorum]).toEqual([false, undefined, undefined]);
  });

  it('reads what it writes', () => {
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 64 });
    fc.assert(
      fc.property(
        fc.nat(Number.MAX_SAFE_INTEGER),
        hashes,
        fc.string(),
        fc.option(fc.uint8Array(), { nil: undefined }),
        (index, proof, checkpoint, extra) => {
          const read = readTlogProof(writeTlogProof({ index, proof, checkpoint, extra }));
          expect(read).toEqual({ index, proof, checkpoint, ...(extra === undefined ? {} : { extra }) });
        },
      ),
    );
  });
});
