import { fromHex, SecretBytes, toHex } from '@bitcoin-enterprise/crypto-core';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeElligatorSwift,
  ecdhXOnly,
  ElligatorSwiftKey,
  encodeElligatorSwift,
  Point,
  xSwiftEcInverse,
} from '@bitcoin-enterprise/crypto-core/secp256k1';
import { bitFlips } from './alteration.ts';
import { expectNoSecret, refusal } from './refusal.ts';

// BIP324, ellswift_decode_test_vectors.csv: one of each kind.
const decodings = [
  {
    kind: 'u%p=0;t%p=0;valid_x(x2)',
    encoding:
      '00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    x: 'edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c',
  },
  {
    kind: 'u%p=0;t%p=0;valid_x(x2);u>=p;t>=p',
    encoding:
      'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2ffffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f',
    x: 'edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c',
  },
  {
    kind: `(u'^3+t'^2+7)%p=0;valid_x(x3);valid_x(x2);valid_x(x1)`,
    encoding:
      'e7ee5814c1706bf8a89396a9b032bc014c2cac9c121127dbf6c99278f8bb53d1dfd04dbcda8e352466b6fcd5f2dea3e17d5e133115886eda20db8a12b54de71b',
    x: 'e842c6e3529b234270a5e97744edc34a04d7ba94e44b6d2523c9cf0195730a50',
  },
  {
    kind: `(u'^3-t'^2+7)%p=0;valid_x(x3);valid_x(x2);valid_x(x1)`,
    encoding:
      'c894ce48bfec433014b931a6ad4226d7dbd8eaa7b6e3faa8d0ef94052bcf8cff336eeb3919e2b4efb746c7f71bbca7e9383230fbbc48ffafe77e8bcc69542471',
    x: 'f1c91acdc2525330f9b53158434a4d43a1c547cff29f15506f5da4eb4fe8fa5a',
  },
  {
    kind: `t%p=0;(u'^3+t'^2+7)%p=0;valid_x(x3);valid_x(x2);valid_x(x1)`,
    encoding:
      '0a2d2ba93507f1df233770c2a797962cc61f6d15da14ecd47d8d27ae1cd5f8530000000000000000000000000000000000000000000000000000000000000000',
    x: '532167c11200b08c0e84a354e74dcc40f8b25f4fe686e30869526366278a0688',
  },
  {
    kind: 'valid_x(x1)',
    encoding:
      'a0f18492183e61e8063e573606591421b06bc3513631578a73a39c1c3306239f2f32904f0d2a33ecca8a5451705bb537d3bf44e071226025cdbfd249fe0f7ad6',
    x: '97a09cf1a2eae7c494df3c6f8a9445bfb8c09d60832f9b0b9d5eabe25fbd14b9',
  },
  {
    kind: 'valid_x(x2)',
    encoding:
      'a1ed0a0bd79d8a23cfe4ec5fef5ba5cccfd844e4ff5cb4b0f2e71627341f1c5b17c499249e0ac08d5d11ea1c2c8ca7001616559a7994eadec9ca10fb4b8516dc',
    x: '65a89640744192cdac64b2d21ddf989cdac7500725b645bef8e2200ae39691f2',
  },
  {
    kind: 'valid_x(x3);u>=p;t>=p',
    encoding:
      'ffffffffffffffffffffffffffffffffffffffffffffffffffffffff3a08cc1efffffffffffffffffffffffffffffffffffffffffffffffffffffffff760e9f0',
    x: '38e2a5ce6a93e795e16d2c398bc99f0369202ce21e8f09d56777b40fc512bccc',
  },
  {
    kind: 'valid_x(x3);valid_x(x2);valid_x(x1)',
    encoding:
      'bcaf7219f2f6fbf55fe5e062dce0e48c18f68103f10b8198e974c184750e1be3932016cbf69c4471bd1f656c6a107f1973de4af7086db897277060e25677f19a',
    x: '2d97f96cac882dfe73dc44db6ce0f1d31d6241358dd5d74eb3d3b50003d24c2b',
  },
];

// BIP324, xswiftec_inv_test_vectors.csv: t of the cases 0 to 7, where there is one.
const inverses = [
  {
    kind: 'case0:bad[valid_x(-x-u)];case1:bad[valid_x(-x-u)];case2:info[v=0]&ok;case3:ok;case4:bad[valid_x(-x-u)];case5:bad[valid_x(-x-u)];case6:info[v=0]&ok;case7:ok',
    u: '05ff6bdad900fc3261bc7fe34e2fb0f569f06e091ae437d3a52e9da0cbfb9590',
    x: '80cdf63774ec7022c89a5a8558e373a279170285e0ab27412dbce510bdfe23fc',
    t: [
      '',
      '',
      '45654798ece071ba79286d04f7f3eb1c3f1d17dd883610f2ad2efd82a287466b',
      '0aeaa886f6b76c7158452418cbf5033adc5747e9e9b5d3b2303db96936528557',
      '',
      '',
      'ba9ab867131f8e4586d792fb080c14e3c0e2e82277c9ef0d52d1027c5d78b5c4',
      'f51557790948938ea7badbe7340afcc523a8b816164a2c4dcfc24695c9ad76d8',
    ],
  },
  {
    kind: 'case0:bad[valid_x(-x-u)];case1:bad[valid_x(-x-u)];case2:bad[s=0];case3:bad[s=0];case4:bad[valid_x(-x-u)];case5:bad[valid_x(-x-u)];case6:bad[s=0];case7:bad[s=0]',
    u: 'e5bbb9ef360d0a501618f0067d36dceb75f5be9a620232aa9fd5139d0863fde5',
    x: 'e5bbb9ef360d0a501618f0067d36dceb75f5be9a620232aa9fd5139d0863fde5',
    t: ['', '', '', '', '', '', '', ''],
  },
  {
    kind: 'case0:bad[non_square(s)];case1:bad[non_square(s)];case2:info[q=0]&info[X=0]&ok;case3:info[q=0]&bad[r=0];case4:bad[non_square(s)];case5:bad[non_square(s)];case6:info[q=0]&info[X=0]&ok;case7:info[q=0]&bad[r=0]',
    u: '7c37bb9c5061dc07413f11acd5a34006e64c5c457fdb9a438f217255a961f50d',
    x: '5c1a76b44568eb59d6789a7442d9ed7cdc6226b7752b4ff8eaf8e1a95736e507',
    t: [
      '',
      '',
      'b94d30cd7dbff60b64620c17ca0fafaa40b3d1f52d077a60a2e0cafd145086c2',
      '',
      '',
      '',
      '46b2cf32824009f49b9df3e835f05055bf4c2e0ad2f8859f5d1f3501ebaf756d',
      '',
    ],
  },
  {
    kind: 'case0:ok;case1:info[v=0]&ok;case2:ok;case3:ok;case4:ok;case5:info[v=0]&ok;case6:ok;case7:ok',
    u: 'e6bcb5c3d63467d490bfa54fbbc6092a7248c25e11b248dc2964a6e15edb1457',
    x: '19434a3c29cb982b6f405ab04439f6d58db73da1ee4db723d69b591da124e7d8',
    t: [
      '67119877832ab8f459a821656d8261f544a553b89ae4f25c52a97134b70f3426',
      'ffee02f5e649c07f0560eff1867ec7b32d0e595e9b1c0ea6e2a4fc70c97cd71f',
      'b5e0c189eb5b4bacd025b7444d74178be8d5246cfa4a9a207964a057ee969992',
      '5746e4591bf7f4c3044609ea372e908603975d279fdef8349f0b08d32f07619d',
      '98ee67887cd5470ba657de9a927d9e0abb5aac47651b0da3ad568eca48f0c809',
      '0011fd0a19b63f80fa9f100e7981384cd2f1a6a164e3f1591d5b038e36832510',
      '4a1f3e7614a4b4532fda48bbb28be874172adb9305b565df869b5fa71169629d',
      'a8b91ba6e4080b3cfbb9f615c8d16f79fc68a2d8602107cb60f4f72bd0f89a92',
    ],
  },
  {
    kind: 'case0:bad[valid_x(-x-u)];case1:bad[valid_x(-x-u)];case2:bad[non_square(q)];case3:bad[non_square(q)];case4:bad[valid_x(-x-u)];case5:bad[valid_x(-x-u)];case6:bad[non_square(q)];case7:bad[non_square(q)]',
    u: '1aaa1ccebf9c724191033df366b36f691c4d902c228033ff4516d122b2564f68',
    x: 'c75541259d3ba98f207eaa30c69634d187d0b6da594e719e420f4898638fc5b0',
    t: ['', '', '', '', '', '', '', ''],
  },
  {
    kind: 'case0:ok;case1:ok;case2:ok;case3:info[v=0]&ok;case4:ok;case5:ok;case6:ok;case7:info[v=0]&ok',
    u: 'e4b00ec97aadcca97644d3b0c8a931b14ce7bcf7bc8779546d6e35aa5937381c',
    x: '94e9588d41647b3fcc772dc8d83c67ce3be003538517c834103d2cd49d62ef4d',
    t: [
      'c88d25f41407376bb2c03a7fffeb3ec7811cc43491a0c3aac0378cdc78357bee',
      '51c02636ce00c2345ecd89adb6089fe4d5e18ac924e3145e6669501cd37a00d4',
      '205b3512db40521cb200952e67b46f67e09e7839e0de44004138329ebd9138c5',
      '58aab390ab6fb55c1d1b80897a207ce94a78fa5b4aa61a33398bcae9adb20d3e',
      '3772da0bebf8c8944d3fc5800014c1387ee33bcb6e5f3c553fc8732287ca8041',
      'ae3fd9c931ff3dcba132765249f7601b2a1e7536db1ceba19996afe22c85fb5b',
      'dfa4caed24bfade34dff6ad1984b90981f6187c61f21bbffbec7cd60426ec36a',
      'a7554c6f54904aa3e2e47f7685df8316b58705a4b559e5ccc6743515524deef1',
    ],
  },
];

// BIP324, packet_encoding_test_vectors.csv.
const exchanges = [
  {
    secret: '61062ea5071d800bbfd59e2e8b53d47d194b095ae5a4df04936b49772ef0d4d7',
    ours: 'ec0adff257bbfe500c188c80b4fdd640f6b45a482bbc15fc7cef5931deff0aa186f6eb9bba7b85dc4dcc28b28722de1e3d9108b985e2967045668f66098e475b',
    theirs:
      'a4a94dfce69b4a2a0a099313d10f9f7e7d649d60501c9e1d274c300e0d89aafaffffffffffffffffffffffffffffffffffffffffffffffffffffffff8faf88d5',
    role: 'initiator',
    oursX: '19e965bc20fc40614e33f2f82d4eeff81b5e7516b12a5c6c0d6053527eba0923',
    theirsX: '0c71defa3fafd74cb835102acd81490963f6b72d889495e06561375bd65f6ffc',
    sharedX: '4eb2bf85bd00939468ea2abb25b63bc642e3d1eb8b967fb90caa2d89e716050e',
    shared: 'c6992a117f5edbea70c3f511d32d26b9798be4b81a62eaee1a5acaa8459a3592',
  },
  {
    secret: '6f312890ec83bbb26798abaadd574684a53e74ccef7953b790fcc29409080246',
    ours: 'a8785af31c029efc82fa9fc677d7118031358d7c6a25b5779a9b900e5ccd94aac97eb36a3c5dbcdb2ca5843cc4c2fe0aaa46d10eb3d233a81c3dde476da00eef',
    theirs:
      'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f0000000000000000000000000000000000000000000000000000000000000000',
    role: 'responder',
    oursX: 'd4b65faa965b31fe2d9faaeb806c6449a50fe3679555c3518f7a0885f572457f',
    theirsX: 'edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c',
    sharedX: '13c1bf6a3ca37da9ffc7f45ec1810fa935c45454c03dc0144c1a9755bb52f81f',
    shared: 'a6f79eb08243b6f65dbe42bfe4a6cf3f131d6963fa5d06c770a18f7b9c489b78',
  },
  {
    secret: '846a784f1a03dea59cc679754a60a7145542fa130e3efbd815c81e909ce32933',
    ours: '480eacf1536b52257bf8ce78d8f4ce09395d744767c6c129e7838947ee625af3245592c111275e877d5baae22584cb5f1153e67c16bcd7da767726cd0d0c846a',
    theirs:
      'ffffffffffffffffffffffffffffffffffffffffffffffffffffffff22d5e441524d571a52b3def126189d3f416890a99d4da6ede2b0cde1760ce2c3f98457ae',
    role: 'initiator',
    oursX: '014e5bdbb1d7eb34a88a016ab3dd45e343dc703fafa8266907ab67a76c5eb2d6',
    theirsX: '568146140669e69646a6ffeb3793e8010e2732209b4c34ec13e209a070109183',
    sharedX: '10578110283044630bc13a9f12b00eb0af7cba9f53506add2b57ae07b3987ced',
    shared: 'e500c670f1b32f60e05009bddcdbfa7153afb19c20479583a54b43d85b3433a8',
  },
  {
    secret: 'c0f15820459f64d98e5c48681d13340572c574533dd9f7161b85fcc8224fdf30',
    ours: '682871104d694baca8b9c7990ae6288f49e1ff4feb21dd5cffad67db7752fdfb6c3608d6996c54be04b35feef037da09ee4d9dca2363b343bc2d4f6d0ea609da',
    theirs:
      '56bd0c06f10352c3a1a9f4b4c92f6fa2b26df124b57878353c1fc691c51abea77c8817daeeb9fa546b77c8daf79d89b22b0e1b87574ece42371f00237aa9d83a',
    role: 'responder',
    oursX: '5d673dd0a75ccacf4e1310e9402ecdacdd474d8bbfa6eeefdde2e1b216d41dbe',
    theirsX: '2dd7b9cc85524f8670f695c3143ac26b45cebcabb2782a85e0fe15aee3956535',
    sharedX: '1c229ba46fadced7217df782d410961c1399375135e4aa718fa3424ec36539cc',
    shared: 'b764f617cf8c8dcf6018e4f5e8ee603a086498a3732621c9b0fc0a485ea0d2f0',
  },
] as const;

const { Fp, Fn, BASE } = secp256k1.Point;
const hexOf = (value: bigint): string => value.toString(16).padStart(64, '0');
const x32 = (point: Point): string => toHex(point.toXOnly());

/** The t of one case, `''` where there is none. */
function inverseOf(x: string, u: string, option: number): string {
  return toHex(xSwiftEcInverse(Point.fromXOnly(fromHex(x)), fromHex(u), option) ?? new Uint8Array());
}

/** XSwiftEC once more, with divisions as BIP324 writes it. */
function xSwiftEc(uBytes: Uint8Array, tBytes: Uint8Array): string {
  const c = 0xa2d2ba93507f1df233770c2a797962cc61f6d15da14ecd47d8d27ae1cd5f852n;
  const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`) % Fp.ORDER;
  const u = numberOf(uBytes) || 1n;
  let t = numberOf(tBytes) || 1n;
  const g = Fp.add(Fp.pow(u, 3n), 7n);
  if (Fp.is0(Fp.add(g, Fp.sqr(t)))) t = Fp.mul(t, 2n);
  const x = Fp.div(Fp.sub(g, Fp.sqr(t)), Fp.mul(2n, t));
  const y = Fp.div(Fp.add(x, t), Fp.mul(c, u));
  const candidates = [
    Fp.add(u, Fp.mul(4n, Fp.sqr(y))),
    Fp.div(Fp.sub(Fp.neg(Fp.div(x, y)), u), 2n),
    Fp.div(Fp.sub(Fp.div(x, y), u), 2n),
  ];
  const isOnCurve = (each: bigint): boolean =>
    Fp.pow(Fp.add(Fp.pow(each, 3n), 7n), (Fp.ORDER - 1n) / 2n) === 1n;
  return hexOf(candidates.find(isOnCurve) ?? 0n);
}

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const logarithms = fc.bigInt({ min: 1n, max: Fn.ORDER - 1n });

describe('decoding ElligatorSwift', () => {
  it.each(decodings)('gives the figure of BIP324 where $kind', ({ encoding, x }) => {
    const point = decodeElligatorSwift(fromHex(encoding));
    expect(x32(point)).toBe(x);
    expect(point.hasEvenY).toBe(true);
  });

  it('is XSwiftEC of all bytes, so that any 64 are a public key', () => {
    const atTheEdges = fc.constantFrom(0n, 1n, 2n, Fp.ORDER - 1n, Fp.ORDER, Fp.ORDER + 1n, 2n ** 256n - 1n);
    const halves = fc.oneof(
      bytes32,
      atTheEdges.map((value) => fromHex(hexOf(value))),
    );
    fc.assert(
      fc.property(halves, halves, (u, t) => {
        expect(x32(decodeElligatorSwift(Uint8Array.of(...u, ...t)))).toBe(xSwiftEc(u, t));
      }),
      { numRuns: 300 },
    );
  });

  it.each([0, 32, 63, 65])('refuses %d bytes', (length) => {
    expect(refusal(() => decodeElligatorSwift(new Uint8Array(length)))).toMatchObject({
      code: 'elligator-swift-length',
      value: `${length} bytes`,
      limit: '64 bytes',
    });
  });

  it('gives another key for every flipped bit', () => {
    const encoding = encodeElligatorSwift(Point.GENERATOR);
    const decoded = [...bitFlips(encoding)].map((altered) => x32(decodeElligatorSwift(altered)));
    expect(decoded).not.toContain(x32(Point.GENERATOR));
    expect(new Set(decoded).size).toBe(512);
  });
});

describe('the inverse of XSwiftEC', () => {
  it.each(inverses)('has the t of BIP324 where $kind', ({ u, x, t }) => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((option) => inverseOf(x, u, option))).toEqual(t);
  });

  it('has no t for a u of zero, or of p or more', () => {
    const x = x32(Point.GENERATOR);
    for (const u of [0n, Fp.ORDER, 2n ** 256n - 1n]) {
      for (const option of [0, 1, 2, 3, 4, 5, 6, 7]) expect(inverseOf(x, hexOf(u), option)).toBe('');
    }
  });

  it('gives each case another t, all of which decode to x', () => {
    fc.assert(
      fc.property(logarithms, bytes32, (logarithm, u) => {
        const x = hexOf(BASE.multiply(logarithm).x);
        const found = [0, 1, 2, 3, 4, 5, 6, 7].map((option) => inverseOf(x, toHex(u), option));
        const ts = found.filter((t) => t !== '');
        expect(new Set(ts).size).toBe(ts.length);
        for (const t of ts) expect(x32(decodeElligatorSwift(fromHex(toHex(u) + t)))).toBe(x);
      }),
      { numRuns: 50 },
    );
  });
});

describe('asking for an inverse', () => {
  const u = fromHex(hexOf(1n));

  it.each([-1, 8, 0.5, Number.NaN])('refuses case %d', (option) => {
    expect(refusal(() => xSwiftEcInverse(Point.GENERATOR, u, option))).toMatchObject({
      code: 'integer-out-of-range',
      value: String(option),
      limit: '0 to 7',
    });
  });

  it('refuses a u of another length and the point at infinity', () => {
    expect(refusal(() => xSwiftEcInverse(Point.GENERATOR, u.slice(1), 0))).toMatchObject({
      code: 'length-mismatch',
      value: '31 bytes',
      limit: '32 bytes',
    });
    expect(refusal(() => xSwiftEcInverse(Point.INFINITY, u, 0)).code).toBe('point-at-infinity');
  });
});

describe('encoding ElligatorSwift', () => {
  it('gives 64 bytes that decode to the x of the point, others each time', () => {
    fc.assert(
      fc.property(logarithms, (logarithm) => {
        const point = Point.fromCompressed(BASE.multiply(logarithm).toBytes(true));
        const [one, other] = [encodeElligatorSwift(point), encodeElligatorSwift(point)];
        expect(x32(decodeElligatorSwift(one))).toBe(x32(point));
        expect(x32(decodeElligatorSwift(other))).toBe(x32(point));
        expect(toHex(one)).not.toBe(toHex(other));
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same for the same randomness, and does not show it', () => {
    const randomness = fromHex('5a'.repeat(32));
    const [one, other] = [1, 2].map(() => toHex(encodeElligatorSwift(Point.GENERATOR, randomness)));
    expect(one).toBe(other);
    expect(one).not.toContain('5a5a5a5a');
    const negated = Point.GENERATOR.negate();
    expect(toHex(encodeElligatorSwift(negated, randomness))).toBe(one);
    const another = encodeElligatorSwift(Point.GENERATOR, fromHex('5b'.repeat(32)));
    expect(toHex(another)).not.toBe(one);
  });

  it('looks uniform: every bit is set about half of the time', () => {
    const count = 2_000;
    const ones = new Array<number>(512).fill(0);
    for (let index = 0; index < count; index += 1) {
      const randomness = fromHex(hexOf(BigInt(index)));
      encodeElligatorSwift(Point.GENERATOR, randomness).forEach((byte, at) => {
        for (let bit = 0; bit < 8; bit += 1)
          ones[8 * at + bit] = (ones[8 * at + bit] ?? 0) + ((byte >> bit) & 1);
      });
    }
    // Six standard deviations; the encodings are the same in every run.
    const bound = 6 * Math.sqrt(count / 4);
    for (const each of ones) expect(Math.abs(each - count / 2)).toBeLessThan(bound);
  });

  it('refuses the point at infinity and randomness of another length', () => {
    expect(refusal(() => encodeElligatorSwift(Point.INFINITY)).code).toBe('point-at-infinity');
    expect(refusal(() => encodeElligatorSwift(Point.GENERATOR, new Uint8Array(31)))).toMatchObject({
      code: 'length-mismatch',
      value: '31 bytes',
      limit: '32 bytes',
    });
  });
});

describe('the key exchange of BIP324', () => {
  it.each(exchanges)('gives the figures of the BIP for the $role with secret $secret', (figure) => {
    using secret = SecretBytes.takeFrom(fromHex(figure.secret));
    using key = ElligatorSwiftKey.fromSecret(secret, fromHex(figure.ours));
    expect(toHex(key.publicKey)).toBe(figure.ours);
    expect(x32(decodeElligatorSwift(fromHex(figure.ours)))).toBe(figure.oursX);
    const theirs = decodeElligatorSwift(fromHex(figure.theirs));
    expect(x32(theirs)).toBe(figure.theirsX);
    using x = ecdhXOnly(secret, theirs);
    expect(x.expose(toHex)).toBe(figure.sharedX);
    using shared = key.sharedSecret(fromHex(figure.theirs), figure.role);
    expect(shared.expose(toHex)).toBe(figure.shared);
  });

  it('gives both sides one secret, and another for other roles, keys or a flipped bit', () => {
    using initiator = ElligatorSwiftKey.generate();
    using responder = ElligatorSwiftKey.generate();
    using third = ElligatorSwiftKey.generate();
    using one = initiator.sharedSecret(responder.publicKey, 'initiator');
    using same = responder.sharedSecret(initiator.publicKey, 'responder');
    expect(one.equals(same)).toBe(true);
    expect(one.length).toBe(32);
    const flipped = responder.publicKey;
    flipped[63] = (flipped[63] ?? 0) ^ 1;
    const others = [
      responder.sharedSecret(initiator.publicKey, 'initiator'),
      initiator.sharedSecret(third.publicKey, 'initiator'),
      initiator.sharedSecret(flipped, 'initiator'),
    ];
    for (const other of others) expect(one.equals(other)).toBe(false);
  });

  it('binds the encodings, not only the keys: another encoding of the same key gives another secret', () => {
    using secret = SecretBytes.takeFrom(fromHex(hexOf(5n)));
    using one = ElligatorSwiftKey.fromSecret(secret);
    using other = ElligatorSwiftKey.fromSecret(secret);
    const theirs = encodeElligatorSwift(Point.GENERATOR);
    using first = one.sharedSecret(theirs, 'initiator');
    using second = other.sharedSecret(theirs, 'initiator');
    expect(first.equals(second)).toBe(false);
  });

  it('refuses an encoding of another key, of another length, and a scalar that is none', () => {
    using secret = SecretBytes.takeFrom(fromHex(hexOf(5n)));
    const shown = [fromHex(hexOf(5n))];
    const foreign = encodeElligatorSwift(Point.GENERATOR);
    expect(refusal(() => ElligatorSwiftKey.fromSecret(secret, foreign), shown).code).toBe(
      'public-key-mismatch',
    );
    expect(refusal(() => ElligatorSwiftKey.fromSecret(secret, foreign.slice(1))).code).toBe(
      'elligator-swift-length',
    );
    using zero = SecretBytes.takeFrom(new Uint8Array(32));
    expect(refusal(() => ElligatorSwiftKey.fromSecret(zero)).code).toBe('scalar-out-of-range');
    using key = ElligatorSwiftKey.fromSecret(secret);
    expect(refusal(() => key.sharedSecret(foreign.slice(1), 'initiator'), shown).code).toBe(
      'elligator-swift-length',
    );
  });

  it('keeps a copy of the secret, wipes it on dispose, and shows nothing of it', () => {
    const bytes = fromHex('c0ffee'.padStart(64, '1'));
    const secret = SecretBytes.copyOf(bytes);
    const key = ElligatorSwiftKey.fromSecret(secret);
    secret[Symbol.dispose]();
    const theirs = encodeElligatorSwift(Point.GENERATOR);
    using shared = key.sharedSecret(theirs, 'initiator');
    expect(shared.length).toBe(32);
    expectNoSecret(key, [bytes]);
    expect(JSON.stringify(key)).toBe('{}');
    const publicKey = key.publicKey;
    key.publicKey.fill(0);
    key[Symbol.dispose]();
    expect(refusal(() => key.sharedSecret(theirs, 'initiator')).code).toBe('secret-disposed');
    expect(toHex(key.publicKey)).toBe(toHex(publicKey));
  });

  it('does not keep the encoding it was given', () => {
    using secret = SecretBytes.takeFrom(fromHex(hexOf(1n)));
    const encoding = encodeElligatorSwift(Point.GENERATOR);
    using key = ElligatorSwiftKey.fromSecret(secret, encoding);
    encoding.fill(0);
    expect(x32(decodeElligatorSwift(key.publicKey))).toBe(x32(Point.GENERATOR));
  });
});
