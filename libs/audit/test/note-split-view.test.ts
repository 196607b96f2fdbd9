import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCheckpoints, cosigner, verifySplitView, type CheckpointComparison } from '../src/index.ts';
import { signatureLine } from '../src/note/signed-note.ts';
import { readSplitView, writeSplitView } from '../src/verify/split-view-file.ts';
import { ORIGIN } from './temporary-log.ts';
import { tell, type History } from './witness-history.ts';
import { keyOf, LOG_KEY, mlDsaOf, required } from './witness-setting.ts';

const LOG = { origin: ORIGIN, keys: [LOG_KEY] };

function at(history: History, size: number): string {
  return required(history.checkpoints[size]);
}

function evidenceOf(comparison: CheckpointComparison): Uint8Array {
  if (comparison.outcome !== 'split-view') throw new Error(`${comparison.outcome}, not a split view`);
  return comparison.evidence;
}

describe('two checkpoints of one log', () => {
  it('are consistent, or a rollback, as the one continues the other', async () => {
    const a = await tell('a', 40);
    for (const [from, to] of [
      [0, 0],
      [0, 7],
      [1, 7],
      [4, 8],
      [7, 7],
      [13, 40],
    ] as const) {
      const proof = await a.prove(from, to);
      expect(compareCheckpoints(at(a, from), at(a, to), LOG, proof)).toEqual({
        outcome: 'consistent',
        from,
        to,
      });
      if (from === to) continue;
      expect(compareCheckpoints(at(a, to), at(a, from), LOG, proof)).toEqual({
        outcome: 'rollback',
        from: to,
        to: from,
      });
    }
  });

  it('are a rollback that anyone can check where the log states times', async () => {
    const history = await tell('a', 9);
    const pq = cosigner(ORIGIN, mlDsaOf(3));
    const timed = { origin: ORIGIN, keys: [LOG_KEY, keyOf(pq)], verifyMlDsa44 };
    const cosigned = async (size: number, time: number): Promise<string> => {
      const note = at(history, size);
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      return `${note}${signatureLine({ ...pq, signature: await pq.sign(text, time) })}`;
    };
    const proof = await history.prove(4, 9);
    const [larger, smaller] = [await cosigned(9, 1000), await cosigned(4, 1001)];
    const comparison = compareCheckpoints(larger, smaller, timed, proof);
    if (comparison.outcome !== 'rollback') throw new Error(comparison.outcome);
    const report = {
      proven: true,
      reason: 'a tree of 4 entries at 1001, after one of 9 at 1000',
      sizes: [9, 4],
    };
    expect(verifySplitView(required(comparison.evidence), timed)).toEqual(report);
    // The same trees in the order in which they grew, at one time, or without the key that states times.
    expect(compareCheckpoints(await cosigned(4, 1000), await cosigned(9, 1001), timed, proof).outcome).toBe(
      'consistent',
    );
    const stale = compareCheckpoints(larger, await cosigned(4, 1000), timed, proof);
    expect(stale).toEqual({ outcome: 'rollback', from: 9, to: 4 });
    expect(compareCheckpoints(larger, smaller, LOG, proof)).toEqual({ outcome: 'rollback', from: 9, to: 4 });
    expect(verifySplitView(required(comparison.evidence), LOG).proven).toBe(false);
    // Times do not make two signatures of one tree a crime.
    const twice = writeSplitView({ first: await cosigned(4, 1000), second: await cosigned(4, 1001) });
    expect(verifySplitView(twice, timed).proven).toBe(false);
  });

  it('of one size and two roots are a split view that anyone can check', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => tell(name, 9, 5)));
    if (a === undefined || b === undefined) throw new Error('no history');
    expect(compareCheckpoints(at(a, 5), at(b, 5), LOG).outcome).toBe('consistent');
    const comparison = compareCheckpoints(at(a, 6), at(b, 6), LOG);
    expect(comparison).toMatchObject({ outcome: 'split-view', reason: 'two trees of 6 entries' });
    expect(verifySplitView(evidenceOf(comparison), LOG)).toEqual({
      proven: true,
      reason: 'two trees of 6 entries',
      sizes: [6, 6],
    });
  });

  it('of two sizes and two histories are a split view wherever the proof shows what the larger begins with', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => tell(name, 40, 2)));
    if (a === undefined || b === undefined) throw new Error('no history');
    for (const [from, to] of [
      [3, 4],
      [3, 40],
      [7, 20],
      [33, 40],
    ] as const) {
      const comparison = compareCheckpoints(at(a, from), at(b, to), LOG, await b.prove(from, to));
      const report = verifySplitView(evidenceOf(comparison), LOG);
      expect(report).toMatchObject({ proven: true, sizes: [from, to] });
      const back = compareCheckpoints(at(b, to), at(a, from), LOG, await b.prove(from, to));
      expect(verifySplitView(evidenceOf(back), LOG)).toMatchObject({ proven: true, sizes: [to, from] });
    }
  });

  it('are unproven where a proof is missing, or leads elsewhere, or starts from a root that it does not repeat', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => tell(name, 40, 2)));
    if (a === undefined || b === undefined) throw new Error('no history');
    expect(compareCheckpoints(at(a, 3), at(a, 9), LOG)).toEqual({
      outcome: 'unproven',
      reason: 'no proof from 3 to 9 entries',
    });
    const wrong = [await a.prove(3, 8), [], [new Uint8Array(31)], [new Uint8Array(32)]];
    for (const proof of wrong) {
      expect(compareCheckpoints(at(a, 3), at(a, 9), LOG, proof).outcome).toBe('unproven');
    }
    // The proof from 8 entries, a complete subtree, starts from the root that the verifier has.
    expect(compareCheckpoints(at(a, 8), at(b, 9), LOG, await b.prove(8, 9)).outcome).toBe('unproven');
    // Who has the larger tree knows that root, and can show it.
    const prefix = { rootHash: required(b.roots[8]), proof: await b.prove(8, 9) };
    const file = writeSplitView({ first: at(a, 8), second: at(b, 9), prefix });
    expect(verifySplitView(file, LOG)).toMatchObject({ proven: true, sizes: [8, 9] });
  });

  it('are refused where one is of another log, of another key, or forged', async () => {
    const a = await tell('a', 3);
    const good = at(a, 3);
    for (const [note, reason] of [
      ['a poem\n', 'not a checkpoint'],
      [good.replace(`${ORIGIN}\n`, 'example.com/else\n'), 'of another log'],
      [good.replace('\n3\n', '\n4\n'), 'a signature does not verify'],
      [good.replace(`\u2014 ${ORIGIN}`, '\u2014 example.com/else'), 'not signed by the log'],
    ] as const) {
      expect(compareCheckpoints(note, good, LOG)).toEqual({ outcome: 'refused', which: 'earlier', reason });
      expect(compareCheckpoints(good, note, LOG)).toEqual({ outcome: 'refused', which: 'later', reason });
      const file = writeSplitView({ first: good, second: note });
      expect(verifySplitView(file, LOG)).toEqual({
        proven: false,
        reason: `the second checkpoint: ${reason}`,
      });
      const turned = writeSplitView({ first: note, second: good });
      expect(verifySplitView(turned, LOG)).toEqual({
        proven: false,
        reason: `the first checkpoint: ${reason}`,
      });
    }
    expect(compareCheckpoints(good, good, { ...LOG, keys: [] })).toMatchObject({ outcome: 'refused' });
  });
});

describe('a file of evidence', () => {
  it('that accuses an honest log proves nothing', async () => {
    const a = await tell('a', 9);
    const first = at(a, 3);
    const honest = { rootHash: required(a.roots[3]), proof: await a.prove(3, 9) };
    const invented = { rootHash: new Uint8Array(32), proof: await a.prove(3, 9) };
    for (const [evidence, reason] of [
      [{ first, second: first }, 'the two checkpoints are of the same tree'],
      [{ first, second: at(a, 9) }, 'without a proof, trees of other sizes do not contradict each other'],
      [{ first, second: at(a, 9), prefix: honest }, 'the larger tree begins with the smaller one'],
      [{ first, second: at(a, 9), prefix: invented }, 'the proof does not lead to the larger tree'],
      [
        { first, second: at(a, 9), prefix: { ...invented, proof: [] } },
        'the proof does not lead to the larger tree',
      ],
    ] as const) {
      expect(verifySplitView(writeSplitView(evidence), LOG)).toEqual({ proven: false, reason });
    }
  });

  it('reads what it writes, and nothing else', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const prefix = fc.record({ rootHash: hash, proof: fc.array(hash, { maxLength: 8 }) });
    const evidence = fc.record(
      { first: fc.string(), second: fc.string(), prefix },
      { requiredKeys: ['first', 'second'] },
    );
    fc.assert(
      fc.property(evidence, (given) => {
        expect(readSplitView(writeSplitView(given))).toEqual(given);
      }),
    );
    const valid = { format: 'audit-split-view/1', first: '', second: '' };
    const root = Buffer.alloc(32).toString('base64');
    for (const other of [
      [],
      null,
      {},
      { ...valid, format: 'audit-split-view/2' },
      { ...valid, first: 1 },
      { ...valid, second: undefined },
      { ...valid, prefix: [] },
      { ...valid, prefix: { rootHash: root } },
      { ...valid, prefix: { rootHash: 'AAAA', proof: [] } },
      { ...valid, prefix: { rootHash: root, proof: [1] } },
      { ...valid, prefix: { rootHash: root, proof: Array(129).fill(root) } },
    ]) {
      expect(readSplitView(Buffer.from(JSON.stringify(other)))).toBeUndefined();
    }
    for (const file of [Buffer.from('{'), Uint8Array.of(0xff), new Uint8Array(1_048_577).fill(0x20)]) {
      expect(readSplitView(file)).toBeUndefined();
      expect(verifySplitView(file, LOG)).toEqual({
        proven: false,
        reason: 'the file is no evidence of a split view',
      });
    }
  });
});
