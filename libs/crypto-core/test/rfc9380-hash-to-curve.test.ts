import { fromHex, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { secp256k1, secp256k1_hasher } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeToCurve, hashToCurve, Point } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { hashToField } from '../src/secp256k1/hash-to-field.ts';
import { vartimeModule } from '../src/secp256k1/wasm/vartime-module.ts';
import { refusal } from './refusal.ts';

const randomOracleTag = utf8('QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_RO_');
const nonUniformTag = utf8('QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_NU_');

const q128 = `q128_${'q'.repeat(128)}`;
const a512 = `a512_${'a'.repeat(512)}`;

// RFC 9380 appendix J.8.1.
const randomOracleFigures = [
  {
    message: '',
    u0: '6b0f9910dd2ba71c78f2ee9f04d73b5f4c5f7fc773a701abea1e573cab002fb3',
    u1: '1ae6c212e08fe1a5937f6202f929a2cc8ef4ee5b9782db68b0d5799fd8f09e16',
    q0: '74519ef88b32b425a095e4ebcc84d81b64e9e2c2675340a720bb1a1857b99f1ec174fa322ab7c192e11748beed45b508e9fdb1ce046dee9c2cd3a2a86b410936',
    q1: '44548adb1b399263ded3510554d28b4bead34b8cf9a37b4bd0bd2ba4db87ae6396eb8e2faf05e368efe5957c6167001760233e6dd2487516b46ae725c4cce0c6',
    p: 'c1cae290e291aee617ebaef1be6d73861479c48b841eaba9b7b5852ddfeb134664fa678e07ae116126f08b022a94af6de15985c996c3a91b64c406a960e51067',
  },
  {
    message: 'abc',
    u0: '128aab5d3679a1f7601e3bdf94ced1f43e491f544767e18a4873f397b08a2b61',
    u1: '5897b65da3b595a813d0fdcc75c895dc531be76a03518b044daaa0f2e4689e00',
    q0: '07dd9432d426845fb19857d1b3a91722436604ccbbbadad8523b8fc38a5322d7604588ef5138cffe3277bbd590b8550bcbe0e523bbaf1bed4014a467122eb33f',
    q1: 'e9ef9794d15d4e77dde751e06c182782046b8dac05f8491eb88764fc65321f78cb07ce53670d5314bf236ee2c871455c562dd76314aa41f012919fe8e7f717b3',
    p: '3377e01eab42db296b512293120c6cee72b6ecf9f9205760bd9ff11fb3cb2c4b7f95890f33efebd1044d382a01b1bee0900fb6116f94688d487c6c7b9c8371f6',
  },
  {
    message: 'abcdef0123456789',
    u0: 'ea67a7c02f2cd5d8b87715c169d055a22520f74daeb080e6180958380e2f98b9',
    u1: '7434d0d1a500d38380d1f9615c021857ac8d546925f5f2355319d823a478da18',
    q0: '576d43ab0260275adf11af990d130a5752704f79478628761720808862544b5d643c4a7fb68ae6cff55edd66b809087434bbaff0c07f3f9ec4d49bb3c16623c3',
    q1: 'f89d6d261a5e00fe5cf45e827b507643e67c2a947a20fd9ad71039f8b0e29ff8b33855e0cc34a9176ead91c6c3acb1aacb1ce936d563bc1cee1dcffc806caf57',
    p: 'bac54083f293f1fe08e4a70137260aa90783a5cb84d3f35848b324d0674b0e3a4436476085d4c3c4508b60fcf4389c40176adce756b398bdee27bca19758d828',
  },
  {
    message: q128,
    u0: 'eda89a5024fac0a8207a87e8cc4e85aa3bce10745d501a30deb87341b05bcdf5',
    u1: 'dfe78cd116818fc2c16f3837fedbe2639fab012c407eac9dfe9245bf650ac51d',
    q0: '9c91513ccfe9520c9c645588dff5f9b4e92eaf6ad4ab6f1cd720d192eb58247ac7371dcd0134412f221e386f8d68f49e7fa36f9037676e163d4a063fbf8a1fb8',
    q1: '10fee3284d7be6bd5912503b972fc52bf4761f47141a0015f1c6ae36848d869b0b163d9b4bf21887364332be3eff3c870fa053cf508732900fc69a6eb0e1b672',
    p: 'e2167bc785333a37aa562f021f1e881defb853839babf52a7f72b102e41890e9f2401dd95cc35867ffed4f367cd564763719fbc6a53e969fb8496a1e6685d873',
  },
  {
    message: a512,
    u0: '8d862e7e7e23d7843fe16d811d46d7e6480127a6b78838c277bca17df6900e9f',
    u1: '68071d2530f040f081ba818d3c7188a94c900586761e9115efa47ae9bd847938',
    q0: 'b32b0ab55977b936f1e93fdc68cec775e13245e161dbfe556bbb1f72799b41812f5317098360b722f132d7156a94822641b615c91f8663be69169870a12af9e8',
    q1: '148f98780f19388b9fa93e7dc567b5a673e5fca7079cd9cdafd71982ec4c5e123989645d83a433bc0c001f3dac29af861f33a6fd1e04f4b36873f5bff497298a',
    p: 'e3c8d35aaaf0b9b647e88a0a0a7ee5d5bed5ad38238152e4e6fd8c1f8cb7c9988446eeb6181bf12f56a9d24e262221cc2f0c4725c7e3803024b5888ee5823aa6',
  },
];

// RFC 9380 appendix J.8.2.
const nonUniformFigures = [
  {
    message: '',
    u: '0137fcd23bc3da962e8808f97474d097a6c8aa2881fceef4514173635872cf3b',
    p: 'a4792346075feae77ac3b30026f99c1441b4ecf666ded19b7522cf65c4c55c5b62c59e2a6aeed1b23be5883e833912b08ba06be7f57c0e9cdc663f31639ff3a7',
  },
  {
    message: 'abc',
    u: 'e03f894b4d7caf1a50d6aa45cac27412c8867a25489e32c5ddeb503229f63a2e',
    p: '3f3b5842033fff837d504bb4ce2a372bfeadbdbd84a1d2b678b6e1d7ee426b9d902910d1fef15d8ae2006fc84f2a5a7bda0e0407dc913062c3a493c4f5d876a5',
  },
  {
    message: 'abcdef0123456789',
    u: 'e7a6525ae7069ff43498f7f508b41c57f80563c1fe4283510b322446f32af41b',
    p: '07644fa6281c694709f53bdd21bed94dab995671e4a8cd1904ec4aa50c59bfdfc79f8d1dad79b6540426922f7fbc9579c3018dafeffcd4552b1626b506c21e7b',
  },
  {
    message: q128,
    u: 'd97cf3d176a2f26b9614a704d7d434739d194226a706c886c5c3c39806bc323c',
    p: 'b734f05e9b9709ab631d960fa26d669c4aeaea64ae62004b9d34f483aa9acc3303fc8a4a5a78632e2eb4d8460d69ff33c1d72574b79a35e402e801f2d0b1d6ee',
  },
  {
    message: a512,
    u: 'a9ffbeee1d6e41ac33c248fb3364612ff591b502386c1bf6ac4aaf1ea51f8c3b',
    p: '17d22b867658977b5002dbe8d0ee70a8cfddec3eec50fb93f36136070fd9fa6ce9178ff02f4dab73480f8dd590328aea99856a7b6cc8e5a6cdf289ecc2a51718',
  },
];

const { Fp } = secp256k1.Point;
const hexOf = (value: bigint): string => value.toString(16).padStart(64, '0');
const coordinates = (point: Point): string => toHex(point.toUncompressed().subarray(1));

/** What the map of the module gives for u: x and y. */
function mapped(u: string): string {
  const { exports, io } = vartimeModule();
  io.set(fromHex(u));
  exports.mapToCurve();
  return toHex(io.subarray(32, 96));
}

describe('secp256k1_XMD:SHA-256_SSWU_RO_', () => {
  it.each(randomOracleFigures)('gives the figures of the RFC for a message of $message.length', (figure) => {
    const message = utf8(figure.message);
    expect(hashToField(message, randomOracleTag, 2).map(toHex)).toEqual([figure.u0, figure.u1]);
    expect([mapped(figure.u0), mapped(figure.u1)]).toEqual([figure.q0, figure.q1]);
    expect(coordinates(hashToCurve(message, randomOracleTag))).toBe(figure.p);
  });

  it('is that of an independent implementation', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        (message, tag) => {
          const theirs = secp256k1_hasher.hashToCurve(message, { DST: tag });
          expect(hashToCurve(message, tag).toString()).toBe(theirs.toHex(true));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('secp256k1_XMD:SHA-256_SSWU_NU_', () => {
  it.each(nonUniformFigures)('gives the figures of the RFC for a message of $message.length', (figure) => {
    const message = utf8(figure.message);
    expect(hashToField(message, nonUniformTag, 1).map(toHex)).toEqual([figure.u]);
    expect(coordinates(encodeToCurve(message, nonUniformTag))).toBe(figure.p);
  });

  it('is that of an independent implementation', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        (message, tag) => {
          const theirs = secp256k1_hasher.encodeToCurve(message, { DST: tag });
          expect(encodeToCurve(message, tag).toString()).toBe(theirs.toHex(true));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the map to the curve', () => {
  // Its type asks for the coefficients of an extension field; where there is none it takes the number itself.
  const independent = secp256k1_hasher as unknown as {
    mapToCurve(u: bigint): InstanceType<typeof secp256k1.Point>;
  };
  const theirs = (u: bigint): string => {
    const { x, y } = independent.mapToCurve(u).toAffine();
    return hexOf(x) + hexOf(y);
  };

  it('takes its exceptional cases: zero, and the two u with Z u^2 = -1', () => {
    const root = Fp.sqrt(Fp.inv(11n));
    for (const u of [0n, root, Fp.neg(root)]) {
      expect(Fp.is0(u) || Fp.eql(Fp.mul(-11n + Fp.ORDER, Fp.sqr(u)), Fp.neg(1n))).toBe(true);
      expect(mapped(hexOf(u))).toBe(theirs(u));
    }
  });

  it('is that of an independent implementation for all other u, negated ones and the largest', () => {
    const elements = fc.oneof(
      fc.bigInt({ min: 0n, max: Fp.ORDER - 1n }),
      fc.constantFrom(1n, 2n, Fp.ORDER - 1n, Fp.ORDER - 2n, 2n ** 255n),
    );
    fc.assert(
      fc.property(elements, (u) => {
        expect(mapped(hexOf(u))).toBe(theirs(u));
        expect(mapped(hexOf(Fp.neg(u)))).toBe(theirs(Fp.neg(u)));
      }),
      { numRuns: 100 },
    );
  });

  // RFC 9380 appendix E.1 and section 8.7.
  it('has no point for which the isogeny divides by zero', () => {
    const [k20, k21] = [
      0xd35771193d94918a9ca34ccbb7b640dd86cd409542f8487d9fe6b745781eb49bn,
      0xedadc6f64383dc1df7c4b2d51b54225406d36b641f5e41bbc52a56612a8c6d14n,
    ];
    const [k40, k41, k42] = [
      Fp.ORDER - 0x2f4n,
      0x7a06534bb8bdb49fd5e9e6632722c2989467c1bfc8e8d978dfb425d2685c2573n,
      0x6484aa716545ca2cf3a70c3fa8fe337e0a3d21162f0d6299a7bf8192bfd2a76fn,
    ];
    const a = 0x3f8731abdd661adca08a5558f0f5d272e953d363cb6f0e5d405447c01a444533n;
    const x0 = Fp.div(Fp.neg(k21), 2n);
    const square = Fp.sqr(x0);
    const cube = Fp.mul(square, x0);
    // (x - x0)^2 and (x - x0)^3
    expect(k20).toBe(square);
    expect([k42, k41, k40]).toEqual([Fp.mul(Fp.neg(3n), x0), Fp.mul(3n, square), Fp.neg(cube)]);
    const g = Fp.add(Fp.add(cube, Fp.mul(a, x0)), 1771n);
    expect(Fp.pow(g, (Fp.ORDER - 1n) / 2n)).toBe(Fp.neg(1n));
  });
});

describe('hashing to the curve', () => {
  it('refuses an empty tag', () => {
    for (const hash of [hashToCurve, encodeToCurve]) {
      expect(refusal(() => hash(utf8('x'), new Uint8Array())).code).toBe('dst-empty');
    }
  });

  it('gives unrelated points for two tags, and for a tag that is longer than fits and its hash', () => {
    const tags = [utf8('a'), utf8('b'), new Uint8Array(255), new Uint8Array(256)];
    const points = tags.map((tag) => hashToCurve(utf8('x'), tag).toString());
    expect(new Set(points).size).toBe(tags.length);
  });
});
