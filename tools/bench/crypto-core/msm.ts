import { randomBytes } from 'node:crypto';
import { Point, PointTableVartime } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

/** The opponent is not a dependency of the suite: the runner installs it first. */
export const needsOpponents = true;

/** What is used of @noble/curves 2.4.0. */
interface NoblePoint {
  add(other: NoblePoint): NoblePoint;
  double(): NoblePoint;
  toBytes(isCompressed: boolean): Uint8Array;
}

interface NoblePoints {
  readonly BASE: NoblePoint;
}

interface NobleCurve {
  readonly secp256k1: { readonly Point: NoblePoints };
}

type NobleSum = (scalars: readonly bigint[]) => NoblePoint;

interface NobleMultiplication {
  normalizeZ(curve: NoblePoints, points: readonly NoblePoint[]): readonly NoblePoint[];
  pippenger(curve: NoblePoints, points: readonly NoblePoint[], scalars: readonly bigint[]): NoblePoint;
  interleavedMSMUnsafe(curve: NoblePoints, points: readonly NoblePoint[], windowSize: number): NobleSum;
}

/** Its fastest for 128 points, of 3 to 9. */
const INTERLEAVED_WINDOW = 8;

/**
 * Both sides start from points that are decoded and affine, each in its own form, and from scalars in the form that it
 * takes. `interleaved` also has the tables of its points, of which ours has none, before the clock starts.
 */
async function prepare(count: number, method: 'pippenger' | 'interleaved'): Promise<Prepared> {
  const { Point: Noble } = ((await opponent('@noble/curves/secp256k1.js')) as NobleCurve).secp256k1;
  const noble = (await opponent('@noble/curves/abstract/curve.js')) as NobleMultiplication;

  const grown: NoblePoint[] = [Noble.BASE];
  for (let last = Noble.BASE; grown.length < count; grown.push(last)) last = last.double().add(Noble.BASE);
  const theirPoints = noble.normalizeZ(Noble, grown);
  const table = PointTableVartime.fromPoints(
    theirPoints.map((point) => Point.fromUncompressed(point.toBytes(false))),
  );
  const scalars = Array.from({ length: count }, publicScalar);
  const theirScalars = scalars.map((scalar) => BigInt(`0x${Buffer.from(scalar).toString('hex')}`));

  const sum =
    method === 'pippenger'
      ? (numbers: readonly bigint[]) => noble.pippenger(Noble, theirPoints, numbers)
      : noble.interleavedMSMUnsafe(Noble, theirPoints, INTERLEAVED_WINDOW);
  const ours = (): Point => table.multiScalarMultiply(scalars);
  const peer = (): NoblePoint => sum(theirScalars);
  if (Buffer.compare(ours().toCompressed(), peer().toBytes(true)) !== 0) throw new Error('the sums differ');
  return {
    ours() {
      ours();
    },
    peer() {
      peer();
    },
  };
}

function publicScalar(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(32));
  // Below n whatever follows.
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes;
}

const peer = '@noble/curves@2.4.0';

export const benches: readonly Bench[] = [
  { name: 'msm-128-pippenger', goal: 7, peer, prepare: () => prepare(128, 'pippenger') },
  { name: 'msm-128-interleaved', goal: 5, peer, prepare: () => prepare(128, 'interleaved') },
  { name: 'msm-1024-pippenger', goal: 8, peer, prepare: () => prepare(1024, 'pippenger') },
  { name: 'msm-4096-pippenger', goal: 8, peer, prepare: () => prepare(4096, 'pippenger') },
];
