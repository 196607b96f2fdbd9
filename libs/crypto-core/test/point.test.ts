import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { fromHex, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSecretScalars,
  decodeSubjectPublicKeyInfo,
  ecdhXOnly,
  encodeSubjectPublicKeyInfo,
  multiplyPoint,
  multiplySecretScalar,
  negateSecretScalar,
  Point,
  randomSecretScalar,
  Scalar,
  secretToPoint,
  subtractSecretScalars,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import { bitFlips, cuts } from './alteration.ts';
import { refusal } from './refusal.ts';

const Theirs = secp256k1.Point;
const order = Theirs.Fn.ORDER;
const prime = Theirs.Fp.ORDER;
const { GENERATOR, INFINITY } = Point;

const hexOf = (value: bigint): string => value.toString(16).padStart(64, '0');
const secretOf = (value: bigint): SecretBytes => SecretBytes.takeFrom(fromHex(hexOf(value)));
const numbers = fc.oneof(
  fc.bigInt({ min: 1n, max: order - 1n }),
  fc.constantFrom(1n, 2n, 3n, order - 1n, order - 2n, 2n ** 128n),
);
const theirPoint = (logarithm: bigint): InstanceType<typeof Theirs> => Theirs.BASE.multiply(logarithm);
const ourPoint = (logarithm: bigint): Point => Point.fromCompressed(theirPoint(logarithm).toBytes(true));

describe('the encodings of a point', () => {
  it('are those of an independent implementation, and read back', () => {
    fc.assert(
      fc.property(numbers, (logarithm) => {
        const theirs = theirPoint(logarithm);
        const point = Point.fromUncompressed(theirs.toBytes(false));
        expect(toHex(point.toUncompressed())).toBe(toHex(theirs.toBytes(false)));
        expect(toHex(point.toCompressed())).toBe(toHex(theirs.toBytes(true)));
        expect(toHex(point.toXOnly())).toBe(hexOf(theirs.x));
        expect(point.hasEvenY).toBe(theirs.y % 2n === 0n);
        expect(Point.fromCompressed(point.toCompressed()).equals(point)).toBe(true);
        const lifted = schnorr.utils.lift_x(theirs.x);
        expect(toHex(Point.fromXOnly(point.toXOnly()).toCompressed())).toBe(toHex(lifted.toBytes(true)));
      }),
      { numRuns: 50 },
    );
  });

  it('begin with G as SEC 2 has it', () => {
    expect(toHex(GENERATOR.toCompressed())).toBe(
      '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    );
    expect(toHex(GENERATOR.toUncompressed().subarray(33))).toBe(
      '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
    );
  });

  it('are copies, so that nobody changes a point', () => {
    GENERATOR.toUncompressed().fill(0);
    GENERATOR.toCompressed().fill(0);
    GENERATOR.toXOnly().fill(0);
    const bytes = GENERATOR.toUncompressed();
    const copied = Point.fromUncompressed(bytes);
    bytes.fill(0);
    expect(copied.equals(GENERATOR)).toBe(true);
    expect(GENERATOR.toString()).toBe(toHex(Theirs.BASE.toBytes(true)));
  });

  const x = toHex(GENERATOR.toXOnly());
  const y = toHex(GENERATOR.toUncompressed().subarray(33));
  it.each([
    ['a hybrid form', `06${x}${y}`],
    ['the other hybrid form', `07${x}${y}`],
    ['an uncompressed form under a compressed prefix', `02${x}${y}`],
    ['a compressed length under the uncompressed prefix', `04${x}`],
    ['the infinity of SEC 1', '00'],
    ['a prefix of zero', `00${x}`],
    ['a prefix of five', `05${x}`],
    ['nothing', ''],
    ['a trailing byte', `02${x}00`],
    ['a trailing byte of the uncompressed form', `04${x}${y}00`],
    ['an x of p', `02${hexOf(prime)}`],
    ['an x of p + 1, where 1 would be on the curve', `02${hexOf(prime + 1n)}`],
    ['an x of 2^256 - 1', `03${'ff'.repeat(32)}`],
    ['x = 0, which has no point', `02${hexOf(0n)}`],
    ['x = 5, which has no point', `03${hexOf(5n)}`],
    ['the origin', `04${hexOf(0n)}${hexOf(0n)}`],
    ['a y that is not of this x', `04${x}${hexOf(1n)}`],
    ['a y with p added', `04${hexOf(1n)}${hexOf(Theirs.fromHex(`02${hexOf(1n)}`).y + prime)}`.slice(0, 130)],
  ])('refuse %s', (_, hex) => {
    const bytes = fromHex(hex);
    const decoders = [
      () => Point.fromCompressed(bytes),
      () => Point.fromUncompressed(bytes),
      () => Point.fromXOnly(bytes),
    ];
    for (const decode of decoders) {
      expect(refusal(decode)).toMatchObject({
        code: 'point-malformed',
        value: `${bytes.length} bytes`,
      });
    }
  });

  it('refuse an x of p or more in 32 bytes', () => {
    for (const value of [prime, prime + 1n, 2n ** 256n - 1n, 0n, 5n]) {
      expect(refusal(() => Point.fromXOnly(fromHex(hexOf(value)))).code).toBe('point-malformed');
    }
    expect(Point.fromXOnly(fromHex(hexOf(1n))).hasEvenY).toBe(true);
  });

  it('refuse every truncation, and every flipped bit gives another point or none', () => {
    const point = ourPoint(12345n);
    const forms = [
      [point.toCompressed(), (bytes: Uint8Array) => Point.fromCompressed(bytes)],
      [point.toUncompressed(), (bytes: Uint8Array) => Point.fromUncompressed(bytes)],
      [point.toXOnly(), (bytes: Uint8Array) => Point.fromXOnly(bytes)],
      [encodeSubjectPublicKeyInfo(point), decodeSubjectPublicKeyInfo],
    ] as const;
    const codes = new Set<string>();
    for (const [encoding, decode] of forms) {
      for (const cut of cuts(encoding)) codes.add(refusal(() => decode(cut)).code);
      for (const altered of bitFlips(encoding)) {
        try {
          expect(decode(altered).equals(point)).toBe(false);
        } catch (error) {
          codes.add(
            refusal(() => {
              throw error;
            }).code,
          );
        }
      }
    }
    expect([...codes].sort()).toEqual(['point-malformed', 'public-key-info-malformed']);
  });

  it('do not exist for the point at infinity', () => {
    const uses = [
      () => INFINITY.toCompressed(),
      () => INFINITY.toXOnly(),
      () => INFINITY.toUncompressed(),
      () => INFINITY.hasEvenY,
      () => encodeSubjectPublicKeyInfo(INFINITY),
    ];
    for (const use of uses) expect(refusal(use).code).toBe('point-at-infinity');
    expect(String(INFINITY)).toBe('infinity');
    expect(inspect(INFINITY)).toBe('Point(infinity)');
    expect(JSON.stringify([GENERATOR])).toBe(`["${toHex(Theirs.BASE.toBytes(true))}"]`);
  });
});

describe('SubjectPublicKeyInfo', () => {
  it('is what OpenSSL writes, and both forms of the point are read', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const written = publicKey.export({ format: 'der', type: 'spki' });
    const point = decodeSubjectPublicKeyInfo(written);
    expect(toHex(encodeSubjectPublicKeyInfo(point))).toBe(toHex(written));
    const compressed = fromHex(`3036301006072a8648ce3d020106052b8104000a032200${String(point)}`);
    expect(decodeSubjectPublicKeyInfo(compressed).equals(point)).toBe(true);
    expect(
      createPublicKey({ key: Buffer.from(compressed), format: 'der', type: 'spki' }).equals(publicKey),
    ).toBe(true);
  });

  it('refuses other curves, other lengths and trailing bytes', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = publicKey.export({ format: 'der', type: 'spki' });
    expect(refusal(() => decodeSubjectPublicKeyInfo(other))).toMatchObject({
      code: 'public-key-info-malformed',
      value: '91 bytes',
      limit: 'SubjectPublicKeyInfo with the named curve secp256k1',
    });
    const longer = Uint8Array.of(...encodeSubjectPublicKeyInfo(GENERATOR), 0);
    expect(refusal(() => decodeSubjectPublicKeyInfo(longer)).code).toBe('point-malformed');
  });
});

describe('the group', () => {
  it('adds, subtracts and negates as an independent implementation does', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [left, right] = [ourPoint(a), ourPoint(b)];
        const expectSame = (ours: Point, theirs: InstanceType<typeof Theirs>): void => {
          if (theirs.is0()) expect(ours.isInfinity).toBe(true);
          else expect(toHex(ours.toCompressed())).toBe(toHex(theirs.toBytes(true)));
        };
        expectSame(left.add(right), theirPoint(a).add(theirPoint(b)));
        expectSame(left.subtract(right), theirPoint(a).subtract(theirPoint(b)));
        expectSame(left.negate(), theirPoint(a).negate());
        expect(left.equals(right)).toBe(a === b);
      }),
      { numRuns: 50 },
    );
  });

  it('is complete where points are equal, opposite or at infinity', () => {
    const doubled = ourPoint(2n);
    expect(GENERATOR.add(GENERATOR).equals(doubled)).toBe(true);
    expect(GENERATOR.add(GENERATOR.negate()).equals(INFINITY)).toBe(true);
    expect(GENERATOR.subtract(GENERATOR).isInfinity).toBe(true);
    expect(GENERATOR.add(INFINITY).equals(GENERATOR)).toBe(true);
    expect(INFINITY.add(GENERATOR).equals(GENERATOR)).toBe(true);
    expect(INFINITY.add(INFINITY).isInfinity).toBe(true);
    expect(INFINITY.negate().isInfinity).toBe(true);
    expect(INFINITY.equals(GENERATOR)).toBe(false);
    expect(GENERATOR.equals(INFINITY)).toBe(false);
    expect(GENERATOR.negate().equals(GENERATOR)).toBe(false);
  });

  it('multiplies by a public scalar as an independent implementation does, zero and infinity included', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const product = ourPoint(a).multiplyVartime(Scalar.fromBigInt(b));
        expect(toHex(product.toCompressed())).toBe(toHex(theirPoint(a).multiply(b).toBytes(true)));
      }),
      { numRuns: 30 },
    );
    expect(GENERATOR.multiplyVartime(Scalar.ZERO).isInfinity).toBe(true);
    expect(INFINITY.multiplyVartime(Scalar.ONE).isInfinity).toBe(true);
    expect(GENERATOR.multiplyVartime(Scalar.ONE).equals(GENERATOR)).toBe(true);
  });
});

describe('secret scalars', () => {
  it('add, subtract and negate modulo n', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        using left = secretOf(a);
        using right = secretOf(b);
        using negated = negateSecretScalar(left);
        expect(negated.expose(toHex)).toBe(hexOf(order - a));
        if ((a + b) % order === 0n) return;
        using sum = addSecretScalars(left, right);
        expect(sum.expose(toHex)).toBe(hexOf((a + b) % order));
        if (a === b) return;
        using difference = subtractSecretScalars(left, right);
        expect(difference.expose(toHex)).toBe(hexOf((a - b + order) % order));
      }),
    );
  });

  it('multiply by public factors', () => {
    const factors = fc.oneof(numbers, fc.constantFrom(1n, 2n, 3n, 4n, 255n));
    fc.assert(
      fc.property(numbers, factors, (a, factor) => {
        using secret = secretOf(a);
        using product = multiplySecretScalar(secret, Scalar.fromBigInt(factor));
        expect(product.expose(toHex)).toBe(hexOf((a * factor) % order));
        expect(secret.expose(toHex)).toBe(hexOf(a));
      }),
      { numRuns: 30 },
    );
  });

  it('are refused where the result would be zero', () => {
    using one = secretOf(1n);
    using minusOne = secretOf(order - 1n);
    expect(refusal(() => addSecretScalars(one, minusOne)).code).toBe('scalar-zero');
    expect(refusal(() => subtractSecretScalars(one, one)).code).toBe('scalar-zero');
    expect(refusal(() => multiplySecretScalar(one, Scalar.ZERO)).code).toBe('scalar-zero');
  });

  it('are refused where they are none, without being shown', () => {
    using good = secretOf(7n);
    for (const hex of ['', '01', hexOf(0n), hexOf(order), 'ff'.repeat(32), `${hexOf(1n)}00`]) {
      using bad = SecretBytes.takeFrom(fromHex(hex));
      const shown = hex.length > 8 ? [fromHex(hex)] : [];
      const uses = [
        () => addSecretScalars(good, bad),
        () => addSecretScalars(bad, good),
        () => subtractSecretScalars(good, bad),
        () => negateSecretScalar(bad),
        () => multiplySecretScalar(bad, Scalar.ONE),
        () => secretToPoint(bad),
        () => multiplyPoint(GENERATOR, bad),
        () => ecdhXOnly(bad, GENERATOR),
      ];
      for (const use of uses) {
        expect(refusal(use, shown)).toMatchObject({
          code: 'scalar-out-of-range',
          value: `${hex.length / 2} bytes`,
        });
      }
    }
  });

  it('are refused after they were disposed', () => {
    const secret = randomSecretScalar();
    secret[Symbol.dispose]();
    expect(refusal(() => secretToPoint(secret)).code).toBe('secret-disposed');
    expect(refusal(() => multiplyPoint(GENERATOR, secret)).code).toBe('secret-disposed');
    expect(refusal(() => ecdhXOnly(secret, GENERATOR)).code).toBe('secret-disposed');
  });

  it('give the points of an independent implementation, on G and on any other', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        using secret = secretOf(b);
        expect(secretToPoint(secret).toString()).toBe(theirPoint(b).toHex(true));
        expect(multiplyPoint(ourPoint(a), secret).toString()).toBe(theirPoint(a).multiply(b).toHex(true));
      }),
      { numRuns: 30 },
    );
  });

  it('are drawn anew each time', () => {
    using one = randomSecretScalar();
    using other = randomSecretScalar();
    expect(one.length).toBe(32);
    expect(one.equals(other)).toBe(false);
  });
});

describe('Diffie–Hellman', () => {
  it('gives both sides the x coordinate that an independent implementation gives', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        using mine = secretOf(a);
        using yours = secretOf(b);
        using one = ecdhXOnly(mine, ourPoint(b));
        using other = ecdhXOnly(yours, ourPoint(a));
        const theirs = secp256k1.getSharedSecret(fromHex(hexOf(a)), theirPoint(b).toBytes(true));
        expect(one.expose(toHex)).toBe(toHex(theirs.subarray(1)));
        expect(one.equals(other)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses the point at infinity', () => {
    using secret = secretOf(5n);
    expect(refusal(() => ecdhXOnly(secret, INFINITY)).code).toBe('point-at-infinity');
    expect(refusal(() => multiplyPoint(INFINITY, secret)).code).toBe('point-at-infinity');
  });
});
