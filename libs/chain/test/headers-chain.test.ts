import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BITCOIN_MAINNET,
  HeaderChain,
  type HeaderRules,
  headerRulesFor,
  parseBlockHeader,
  retarget,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { headerIn, lastOf, mineHeader, mineHeaders, REGTEST, withoutWork } from './headers-mined.ts';

/** The work of one block at regtest's target. */
const BLOCK_WORK = 2n;

function grown(count: number): { chain: HeaderChain; headers: Uint8Array } {
  const headers = mineHeaders(count);
  const chain = HeaderChain.fromGenesis(REGTEST);
  expect(chain.accept(headers)).toEqual({ outcome: 'extended', added: count });
  return { chain, headers };
}

const hashOf = (header: Uint8Array): string => parseBlockHeader(header).hash;

describe('a chain of headers', () => {
  it('grows from the genesis block, and knows every block by height and by hash', () => {
    const { chain, headers } = grown(30);
    expect(chain.tip).toEqual({ height: 30, hash: hashOf(lastOf(headers)), work: 30n * BLOCK_WORK });
    for (let height = 1; height <= 30; height += 1) {
      const header = parseBlockHeader(headerIn(headers, height - 1));
      expect(chain.headerAt(height)).toEqual(header);
      expect(chain.heightOf(header.hash)).toBe(height);
    }
    expect(chain.heightOf(hashOf(REGTEST.genesis))).toBe(0);
    expect([chain.headerAt(31), chain.headerAt(-1), chain.headerAt(1.5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(chain.heightOf('00'.repeat(32))).toBeUndefined();
  });

  it('is the same whatever the batches it grew by, also when they overlap', () => {
    const { headers } = grown(40);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 39 }), { maxLength: 6 }), fc.nat({ max: 5 }), (cuts, overlap) => {
        const chain = HeaderChain.fromGenesis(REGTEST);
        const ends = [...new Set([...cuts.toSorted((a, b) => a - b), 40])].filter((end) => end > 0);
        let start = 0;
        for (const end of ends) {
          chain.accept(headers.subarray(80 * Math.max(0, start - overlap), 80 * end));
          start = end;
        }
        expect(chain.tip).toEqual({ height: 40, hash: hashOf(lastOf(headers)), work: 40n * BLOCK_WORK });
      }),
      { numRuns: 30 },
    );
  });

  it('passes over what it knows', () => {
    const { chain, headers } = grown(5);
    expect(chain.accept(headers)).toEqual({ outcome: 'already-known' });
    expect(chain.accept(headerIn(headers, 2))).toEqual({ outcome: 'already-known' });
    expect(chain.accept(REGTEST.genesis)).toEqual({ outcome: 'already-known' });
  });

  it('takes a branch with more work, and only then', () => {
    const { chain, headers } = grown(10);
    const before = chain.tip;
    const branch = mineHeaders(5, headerIn(headers, 5), () => ({ merkleRoot: 'cd'.repeat(32) }));
    for (const count of [1, 3, 4]) {
      expect(chain.accept(branch.subarray(0, 80 * count))).toEqual({ outcome: 'less-work' });
    }
    expect(chain.tip).toEqual(before);
    expect(chain.accept(branch)).toEqual({ outcome: 'reorganised', removed: 4, added: 5 });
    expect(chain.tip).toEqual({ height: 11, hash: hashOf(lastOf(branch)), work: 11n * BLOCK_WORK });
    expect(chain.heightOf(before.hash)).toBeUndefined();
    expect(chain.headerAt(7)?.hash).toBe(hashOf(headerIn(branch, 0)));
    expect(chain.headerAt(6)?.hash).toBe(hashOf(headerIn(headers, 5)));
  });

  it('takes a branch that is given together with the blocks it shares', () => {
    const { chain, headers } = grown(6);
    const branch = mineHeaders(4, headerIn(headers, 2), () => ({ merkleRoot: 'cd'.repeat(32) }));
    const whole = Uint8Array.from([...headers.subarray(0, 3 * 80), ...branch]);
    expect(chain.accept(whole)).toEqual({ outcome: 'reorganised', removed: 3, added: 4 });
  });

  it('leaves a copy alone, whichever of the two changes', () => {
    const { chain, headers } = grown(2_020);
    const copy = chain.copy();
    const branch = mineHeaders(20, headerIn(headers, 2_010), () => ({ merkleRoot: 'cd'.repeat(32) }));
    const more = mineHeaders(3, lastOf(headers));
    expect(copy.accept(branch)).toMatchObject({ outcome: 'reorganised' });
    expect(chain.accept(more)).toMatchObject({ outcome: 'extended' });
    expect(chain.headerAt(2_012)?.hash).toBe(hashOf(headerIn(headers, 2_011)));
    expect(copy.headerAt(2_012)?.hash).toBe(hashOf(headerIn(branch, 0)));
    expect(chain.tip.hash).toBe(hashOf(lastOf(more)));
    expect(copy.tip.hash).toBe(hashOf(lastOf(branch)));
    const another = chain.copy();
    expect(
      chain.accept(mineHeaders(14, headerIn(headers, 2_010), () => ({ merkleRoot: 'ef'.repeat(32) }))),
    ).toMatchObject({ outcome: 'reorganised' });
    expect(another.headerAt(2_012)?.hash).toBe(hashOf(headerIn(headers, 2_011)));
  });

  it('keeps 80 bytes a header', () => {
    const { headers } = grown(2_015);
    const chain = HeaderChain.fromGenesis(REGTEST);
    const before = process.memoryUsage().arrayBuffers;
    chain.accept(headers);
    const grew = process.memoryUsage().arrayBuffers - before;
    expect(chain.tip.height).toBe(2_015);
    expect(grew).toBeLessThan(4 * 2_016 * 80);
  });
});

describe('a batch of headers is refused', () => {
  const expectUnchanged = async (
    chain: HeaderChain,
    code: Parameters<typeof expectChainError>[0],
    batch: Uint8Array,
    now?: number,
  ): Promise<void> => {
    const before = chain.tip;
    await expectChainError(code, () => chain.accept(batch, now === undefined ? {} : { now }));
    expect(chain.tip).toEqual(before);
  };

  it('when it is empty or cut', async () => {
    const { chain, headers } = grown(3);
    for (const length of [0, 1, 79, 81, 239])
      await expectUnchanged(chain, 'header-malformed', headers.slice(0, length));
  });

  it('when it does not connect, in the middle or at its beginning', async () => {
    const { chain, headers } = grown(5);
    const stranger = mineHeaders(3, mineHeader(REGTEST.genesis, { time: 1_400_000_000 }));
    await expectUnchanged(chain, 'header-not-connected', stranger);
    await expectUnchanged(
      chain,
      'header-not-connected',
      Uint8Array.from([...headers.subarray(0, 80), ...stranger]),
    );
    const reversed = Uint8Array.from([...headerIn(headers, 4), ...headerIn(headers, 3)]);
    await expectUnchanged(chain, 'header-not-connected', reversed);
  });

  it('whole, when one of it lacks its work', async () => {
    const { chain } = grown(3);
    const good = mineHeaders(3, lastOf(grown(3).headers));
    const bad = Uint8Array.from([...good, ...withoutWork(lastOf(good))]);
    await expectUnchanged(chain, 'header-work-missing', bad);
  });

  it('when any bit of a header is another', async () => {
    const { headers } = grown(2);
    for (let bit = 0; bit < 8 * 160; bit += 1) {
      const altered = headers.slice();
      altered[bit >>> 3] = (altered[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const chain = HeaderChain.fromGenesis(REGTEST);
      // A header of another content may still have enough work at regtest's target: it is another header then.
      const outcome = await Promise.resolve()
        .then(() => chain.accept(altered))
        .catch((error: unknown) => (error as { code: string }).code);
      if (typeof outcome !== 'string') expect(chain.tip.hash).not.toBe(hashOf(lastOf(headers)));
    }
  });

  it('when its difficulty is another than the rules give', async () => {
    const chain = HeaderChain.fromGenesis(REGTEST);
    await expectUnchanged(chain, 'header-bits-wrong', mineHeader(REGTEST.genesis, { bits: 0x207ffffe }));
    await expectUnchanged(chain, 'header-bits-wrong', mineHeader(REGTEST.genesis, { bits: 0x2000ffff }));
  });

  it('when a block is not later than the median of the eleven before it', async () => {
    const { chain, headers } = grown(11);
    const median = parseBlockHeader(headerIn(headers, 5)).time;
    expect(chain.medianTimePast(11)).toBe(median);
    await expectUnchanged(chain, 'header-too-early', mineHeader(lastOf(headers), { time: median }));
    expect(chain.accept(mineHeader(lastOf(headers), { time: median + 1 }))).toMatchObject({
      outcome: 'extended',
    });
  });

  it('when a block is more than two hours ahead of the clock, where there is one', async () => {
    const { chain, headers } = grown(1);
    const now = 1_500_000_000;
    const late = mineHeader(lastOf(headers), { time: now + 7_201 });
    await expectUnchanged(chain, 'header-too-late', late, now);
    expect(chain.copy().accept(late)).toMatchObject({ outcome: 'extended' });
    expect(chain.accept(mineHeader(lastOf(headers), { time: now + 7_200 }), { now })).toMatchObject({
      added: 1,
    });
  });

  it.each([
    [[5, 9, 9], 2],
    [[1, 5, 9], 3],
    [[1, 2, 5], 4],
  ] as const)('when its version became obsolete (BIP34, BIP66, BIP65): %j', async (obsoleteFrom, version) => {
    const rules: HeaderRules = { ...REGTEST, obsoleteFrom };
    const chain = HeaderChain.fromGenesis(rules);
    const headers = mineHeaders(4, rules.genesis, () => ({ version }));
    chain.accept(headers);
    await expectUnchanged(
      chain,
      'header-version-obsolete',
      mineHeader(lastOf(headers), { version: version - 1 }),
    );
    await expectUnchanged(chain, 'header-version-obsolete', mineHeader(lastOf(headers), { version: -1 }));
    expect(chain.accept(mineHeader(lastOf(headers), { version }))).toMatchObject({ added: 1 });
  });

  it('when the first block of a period is more than ten minutes behind the last, on testnet4 (BIP94)', async () => {
    const rules: HeaderRules = { ...REGTEST, bip94: true };
    const headers = mineHeaders(2_015, rules.genesis, (index) =>
      index === 2_014 ? { time: 1_400_000_000 } : {},
    );
    const early = mineHeader(lastOf(headers), { time: 1_400_000_000 - 601 });
    const chain = HeaderChain.fromGenesis(rules);
    chain.accept(headers);
    await expectUnchanged(chain, 'header-too-early', early);
    expect(chain.accept(mineHeader(lastOf(headers), { time: 1_400_000_000 - 600 }))).toMatchObject({
      added: 1,
    });
    const lax = HeaderChain.fromGenesis(REGTEST);
    lax.accept(headers);
    expect(lax.accept(early)).toMatchObject({ added: 1 });
  });
});

describe('a chain of headers with retargets', () => {
  // Regtest's easy work under the main network's rules, so that whole periods are mined here.
  const rules: HeaderRules = { ...REGTEST, noRetargeting: false, minimumDifficultyBlocks: false };
  const first = mineHeaders(2_015, rules.genesis, (index) => ({
    time: parseBlockHeader(rules.genesis).time + 300 * (index + 1),
  }));
  const start = parseBlockHeader(rules.genesis);
  const bits = retarget(start, parseBlockHeader(lastOf(first)), rules);

  it('demands the new difficulty at the 2,016th block, and only there', async () => {
    expect(bits).not.toBe(start.bits);
    const chain = HeaderChain.fromGenesis(rules);
    await expectChainError('header-bits-wrong', () =>
      chain.accept(
        Uint8Array.from([...first.subarray(0, -80), ...mineHeader(headerIn(first, 2_013), { bits })]),
      ),
    );
    chain.accept(first);
    await expectChainError('header-bits-wrong', () => chain.accept(mineHeader(lastOf(first))));
    const second = mineHeader(lastOf(first), { bits });
    expect(chain.accept(second)).toMatchObject({ added: 1 });
    expect(chain.tip.work).toBeGreaterThan(2_015n * BLOCK_WORK + BLOCK_WORK);
    expect(chain.accept(mineHeader(second))).toMatchObject({ added: 1 });
  });

  it('prefers fewer blocks with more work to more blocks with less', () => {
    const chain = HeaderChain.fromGenesis(rules);
    // Blocks on time keep the difficulty; those of the other branch come twice as fast and end with a harder one.
    const slow = mineHeaders(2_016, rules.genesis, (index) => ({
      time: start.time + (index < 2_014 ? 1 : 1_209_600) + index,
    }));
    chain.accept(slow);
    expect(chain.tip.height).toBe(2_016);
    const fast = Uint8Array.from([...first, ...mineHeader(lastOf(first), { bits })]);
    expect(chain.accept(fast)).toEqual({ outcome: 'reorganised', removed: 2_016, added: 2_016 });
  });

  it('starts from a checkpoint at the beginning of a period as from the genesis block', () => {
    const second = mineHeader(lastOf(first), { bits });
    const period = mineHeaders(2_016, second);
    const chain = HeaderChain.fromCheckpoint({ height: 2_016, header: second }, rules);
    const next = retarget(parseBlockHeader(second), parseBlockHeader(headerIn(period, 2_014)), rules);
    expect(chain.accept(period.subarray(0, 2_015 * 80))).toMatchObject({ added: 2_015 });
    expect(chain.accept(mineHeader(headerIn(period, 2_014), { bits: next }))).toMatchObject({ added: 1 });
    expect(chain.headerAt(2_015)).toBeUndefined();
  });

  it('starts from a checkpoint within a period, and wants its first header for the next retarget', async () => {
    const checkpoint = { height: 2_000, header: headerIn(first, 1_999) };
    const rest = first.subarray(2_000 * 80);
    const next = mineHeader(lastOf(first), { bits });
    const alone = HeaderChain.fromCheckpoint(checkpoint, rules);
    alone.accept(rest);
    await expectChainError('checkpoint-incomplete', () => alone.accept(next));
    const helped = HeaderChain.fromCheckpoint({ ...checkpoint, periodStart: rules.genesis }, rules);
    expect(helped.accept(Uint8Array.from([...first, ...next]))).toEqual({ outcome: 'extended', added: 16 });
  });
});

describe('a checkpoint', () => {
  it('is refused without its work, with an impossible height, or with a period of two targets', async () => {
    const header = mineHeader(REGTEST.genesis);
    const from =
      (height: number, bytes: Uint8Array, periodStart?: Uint8Array, rules = REGTEST) =>
      (): HeaderChain =>
        HeaderChain.fromCheckpoint(
          { height, header: bytes, ...(periodStart === undefined ? {} : { periodStart }) },
          rules,
        );
    await expectChainError('header-work-missing', from(1, withoutWork(REGTEST.genesis)));
    await expectChainError('header-malformed', from(1, header.subarray(1)));
    await expectChainError('checkpoint-incomplete', from(-1, header));
    await expectChainError('checkpoint-incomplete', from(0.5, header));
    await expectChainError('header-work-missing', from(1, header, withoutWork(REGTEST.genesis)));
    const strict = { ...REGTEST, minimumDifficultyBlocks: false };
    const other = mineHeader(REGTEST.genesis, { bits: 0x207ffffe });
    await expectChainError('checkpoint-incomplete', from(1, header, other, strict));
    expect(from(1, header, other)().tip.height).toBe(1);
    await expectChainError(
      'header-bits-invalid',
      from(1, header, undefined, headerRulesFor(BITCOIN_MAINNET)),
    );
  });

  it('of which the batch holds more than follows it is found inside the batch', async () => {
    const { headers } = grown(20);
    const chain = HeaderChain.fromCheckpoint({ height: 10, header: headerIn(headers, 9) }, REGTEST);
    expect(chain.accept(headers)).toEqual({ outcome: 'extended', added: 10 });
    expect(chain.accept(headers.subarray(0, 800))).toEqual({ outcome: 'already-known' });
    await expectChainError('header-not-connected', () => chain.accept(headers.subarray(0, 720)));
  });

  it('knows no median of times that lie before it', () => {
    const { headers } = grown(30);
    const chain = HeaderChain.fromCheckpoint({ height: 10, header: headerIn(headers, 9) }, REGTEST);
    chain.accept(headers);
    expect(chain.medianTimePast(19)).toBeUndefined();
    expect(chain.medianTimePast(20)).toBe(parseBlockHeader(headerIn(headers, 14)).time);
    expect(chain.medianTimePast(31)).toBeUndefined();
    expect(chain.medianTimeOnward(9)).toBeUndefined();
    expect(chain.medianTimeOnward(10)).toBe(parseBlockHeader(headerIn(headers, 14)).time);
    expect(chain.medianTimeOnward(29)).toBe(parseBlockHeader(headerIn(headers, 29)).time);
    // A block may be earlier than the checkpoint: the times that would forbid it are not known.
    const early = mineHeader(headerIn(headers, 9), { time: parseBlockHeader(headerIn(headers, 4)).time });
    expect(
      HeaderChain.fromCheckpoint({ height: 10, header: headerIn(headers, 9) }, REGTEST).accept(early),
    ).toEqual({
      outcome: 'extended',
      added: 1,
    });
  });

  it('above the genesis block gives the median of fewer times below height ten', () => {
    const { chain, headers } = grown(3);
    expect(chain.medianTimePast(0)).toBe(parseBlockHeader(REGTEST.genesis).time);
    expect(chain.medianTimePast(3)).toBe(parseBlockHeader(headerIn(headers, 1)).time);
  });
});
