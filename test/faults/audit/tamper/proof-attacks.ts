import { verifyConsistency, verifyInclusion } from '@bitcoin-enterprise/audit';
import type { Attack } from './attack.ts';
import { type Evidence, type ProofAndOthers, PROVEN } from './evidence.ts';
import { ENTRIES } from './stage.ts';

/** What may be wrong with a list of hashes. */
const WRONG: readonly (readonly [
  where: string,
  make: (proof: ProofAndOthers) => readonly Uint8Array[] | undefined,
])[] = [
  ['of another log', ({ others }) => others[0]],
  ['of another place', ({ others }) => others[1]],
  ['empty', () => []],
  ['a hash short', ({ own }) => own.slice(1)],
  ['without the last hash', ({ own }) => own.slice(0, -1)],
  ['a hash longer', ({ own }) => [...own, ...own.slice(0, 1)]],
  ['in another order', ({ own }) => [...own].reverse()],
  ['with a bit flipped', ({ own }) => own.map((hash, place) => (place === 0 ? withBitFlipped(hash) : hash))],
  ['with a short hash', ({ own }) => own.map((hash, place) => (place === 0 ? hash.subarray(1) : hash))],
];

/** Gives somebody a proof that is wrong, or a right one for something else. */
export function proofAttacks(): Attack[] {
  return [
    ...PROVEN.flatMap((index, number) => inclusionAttacks(index, number)),
    ...WRONG.map(([where, make]) =>
      refused('verifyConsistency', 'consistency proof', where, ({ consistency, earlier, rootHash }) => {
        const claim = { from: earlier.size, to: ENTRIES, fromRoot: earlier.rootHash, toRoot: rootHash };
        requireRight(verifyConsistency({ ...claim, proof: consistency.own }));
        return verifyConsistency({ ...claim, proof: make(consistency) ?? [] });
      }),
    ),
    refused(
      'verifyConsistency',
      'consistency proof',
      'of another root',
      ({ consistency, earlier, rootHash }) =>
        verifyConsistency({
          from: earlier.size,
          to: ENTRIES,
          fromRoot: withBitFlipped(earlier.rootHash),
          toRoot: rootHash,
          proof: consistency.own,
        }),
    ),
  ];
}

function inclusionAttacks(index: number, number: number): Attack[] {
  const attack = (
    where: string,
    accept: (evidence: Evidence, own: Evidence['inclusion'][number]) => boolean,
  ): Attack =>
    refused('verifyInclusion', 'inclusion proof', `of entry ${index}, ${where}`, (evidence) => {
      const own = evidence.inclusion[number];
      if (own === undefined) throw new Error(`nothing was proven of entry ${index}`);
      const { leafHash, own: proof } = own;
      requireRight(
        verifyInclusion({ index, treeSize: ENTRIES, leafHash, proof, rootHash: evidence.rootHash }),
      );
      return accept(evidence, own);
    });
  return [
    ...WRONG.map(([where, make]) =>
      attack(where, ({ rootHash }, own) =>
        verifyInclusion({
          index,
          treeSize: ENTRIES,
          leafHash: own.leafHash,
          proof: make(own) ?? [],
          rootHash,
        }),
      ),
    ),
    attack('for another entry', ({ rootHash }, { leafHash, own: proof }) =>
      verifyInclusion({ index: index + 1, treeSize: ENTRIES, leafHash, proof, rootHash }),
    ),
    attack('for a larger tree', ({ rootHash }, { leafHash, own: proof }) =>
      verifyInclusion({ index, treeSize: 2 * ENTRIES, leafHash, proof, rootHash }),
    ),
    attack('for another leaf', ({ rootHash }, { leafHash, own: proof }) =>
      verifyInclusion({ index, treeSize: ENTRIES, leafHash: withBitFlipped(leafHash), proof, rootHash }),
    ),
  ];
}

function refused(
  by: 'verifyInclusion' | 'verifyConsistency',
  kind: string,
  where: string,
  accept: (evidence: Evidence) => boolean,
): Attack {
  return {
    kind: `${kind} forged`,
    where,
    by,
    names: ['false'],
    find: (_, evidence) => Promise.resolve(accept(evidence) ? undefined : { by, names: ['false'] }),
  };
}

function requireRight(isAccepted: boolean): void {
  if (!isAccepted) throw new Error('the right proof is refused, so that refusing a wrong one proves nothing');
}

function withBitFlipped(hash: Uint8Array): Uint8Array {
  return hash.map((byte, place) => (place === 17 ? byte ^ 4 : byte));
}
