import { secp256k1 } from '@noble/curves/secp256k1.js';

const { Point } = secp256k1;
export const GROUP_ORDER: bigint = Point.Fn.ORDER;

/** A point whose logarithm is known, so that one multiplication of G tells what any sum of multiples must be. */
export interface KnownPoint {
  readonly logarithm: bigint;
  readonly compressed: Uint8Array;
}

/** That many points, of which none is another one or its opposite; the logarithms pass n / 2. */
export function knownPoints(count: number): readonly KnownPoint[] {
  const points: KnownPoint[] = [];
  let logarithm = 1n;
  let point = Point.BASE;
  const step = 0xd1b54a32d192ed03_9e3779b97f4a7c15_bf58476d1ce4e5b9_94d049bb133111ebn % GROUP_ORDER;
  const stepPoint = Point.BASE.multiply(step);
  for (let index = 0; index < count; index += 1) {
    points.push({ logarithm, compressed: point.toBytes(true) });
    logarithm = (logarithm + step) % GROUP_ORDER;
    point = point.add(stepPoint);
  }
  return points;
}

export function opposite({ logarithm, compressed }: KnownPoint): KnownPoint {
  const negated = compressed.slice();
  negated[0] = (negated[0] ?? 0) ^ 1;
  return { logarithm: GROUP_ORDER - logarithm, compressed: negated };
}

/** The compressed multiple of G, by noble; undefined at infinity. */
export function multipleOfGenerator(scalar: bigint): Uint8Array | undefined {
  const reduced = scalar % GROUP_ORDER;
  return reduced === 0n ? undefined : Point.BASE.multiplyUnsafe(reduced).toBytes(true);
}

/** 32 bytes, big-endian. */
export function scalarBytes(scalar: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex'));
}
