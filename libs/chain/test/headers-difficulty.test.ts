import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BITCOIN_MAINNET,
  BITCOIN_REGTEST,
  BITCOIN_SIGNET,
  BITCOIN_TESTNET4,
  bitsFromTarget,
  checkProofOfWork,
  headerRulesFor,
  LITECOIN_MAINNET,
  nextBits,
  parseBlockHeader,
  retarget,
  serialiseBlockHeader,
  targetFromBits,
  workOfTarget,
} from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';

const MAINNET = headerRulesFor(BITCOIN_MAINNET);
const TESTNET4 = headerRulesFor(BITCOIN_TESTNET4);

describe('a compact target', () => {
  // Bitcoin Core, src/test/arith_uint256_tests.cpp, bignum_SetCompact.
  it.each([
    [0x01123456, '12', 0x01120000],
    [0x02123456, '1234', 0x02123400],
    [0x02008000, '80', 0x02008000],
    [0x03123456, '123456', 0x03123456],
    [0x04123456, '12345600', 0x04123456],
    [0x05009234, '92340000', 0x05009234],
    [0x20123456, `123456${'00'.repeat(29)}`, 0x20123456],
  ])('0x%s is read and written as nodes do', (bits, target, written) => {
    expect(targetFromBits(bits).toString(16)).toBe(target);
    expect(bitsFromTarget(targetFromBits(bits))).toBe(written);
  });

  it.each([
    0,
    0x00123456,
    0x01003456,
    0x02000056,
    0x03000000,
    0x04000000,
    0x00923456,
    0x01803456,
    0x01fedcba,
    0x04923456,
    0xff123456,
    0x23000100,
    0x22000100,
    0x21010000,
    -1,
    2 ** 32,
    1.5,
  ])('%s is refused: zero, negative, or beyond 256 bits', async (bits) => {
    await expectChainError('header-bits-invalid', () => targetFromBits(bits));
  });

  it('reaches to 256 bits and no further', () => {
    expect(targetFromBits(0x220000ff)).toBe(0xffn << 248n);
    expect(targetFromBits(0x2100ffff)).toBe(0xffffn << 240n);
    expect(bitsFromTarget(0n)).toBe(0);
    expect(bitsFromTarget(2n ** 256n - 1n)).toBe(0x2100ffff);
  });

  it('keeps the upper bits of any target, and is written again as it was read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }), (target) => {
        const bits = bitsFromTarget(target);
        const kept = targetFromBits(bits);
        expect(bitsFromTarget(kept)).toBe(bits);
        expect(kept <= target && target - kept <= target >> 15n).toBe(true);
      }),
    );
  });

  it('of the genesis block takes 2^32 hashes and a little', () => {
    expect(workOfTarget(targetFromBits(0x1d00ffff))).toBe(0x1_0001_0001n);
  });
});

describe('the rules of a network', () => {
  it.each([BITCOIN_MAINNET, BITCOIN_TESTNET4, BITCOIN_SIGNET, BITCOIN_REGTEST])(
    'begin with the genesis block of $network, whose work is done',
    (parameters) => {
      const rules = headerRulesFor(parameters);
      const genesis = parseBlockHeader(rules.genesis);
      expect(genesis.hash).toBe(parameters.genesisHash);
      expect(() => {
        checkProofOfWork(genesis, rules);
      }).not.toThrow();
      expect(bitsFromTarget(rules.powLimit) >= genesis.bits).toBe(true);
      expect(serialiseBlockHeader(genesis)).toEqual(rules.genesis);
    },
  );

  it('are refused for a chain of other work', async () => {
    const error = await expectChainError('proof-of-work-unsupported', () => headerRulesFor(LITECOIN_MAINNET));
    expect(error.value).toBe('litecoin/mainnet');
  });
});

describe('the difficulty', () => {
  // Bitcoin Core, src/test/pow_tests.cpp: times of blocks 30240 and 32255, 0 and 2015, 66528 and 68543; the last is made.
  it.each([
    [1_261_130_161, 1_262_152_739, 0x1d00ffff, 0x1d00d86a],
    [1_231_006_505, 1_233_061_996, 0x1d00ffff, 0x1d00ffff],
    [1_279_008_237, 1_279_297_671, 0x1c05a3f4, 0x1c0168fd],
    [1_263_163_443, 1_269_211_443, 0x1c387f6f, 0x1d00e1fd],
  ])('after blocks of %i and %i follows from 2,015 spacings', (first, last, bits, next) => {
    expect(retarget({ time: first, bits }, { time: last, bits }, MAINNET)).toBe(next);
  });

  // Headers of blocks 566496, 568511, 568512, 570527 and 570528, as in testVectors.json of summa-tx/bitcoin-spv at
  // 8e1ab056; each proves itself by its work, and they name each other.
  const REAL = {
    566496:
      '000000201b61e8961710991a47ff8187d946d93e4fb33569c09622000000000000000000d0098658f53531e6e67fc9448986b5a8f994da42d746079eabe10f55e561e243103f855c17612e1735c4afdb',
    568511:
      '0000002054e2f34a4a7de13ad8a127fe7af77acca76d8de97fff06000000000000000000f09f9736ab073f80f014a03e68c2409cd16a3d5f43f512638e6b67131d7f7c9b2dce965c17612e17749cdf0c',
    568512:
      '0000002014c3146b6808b8d0abc4c6f9ee09d7e4077f7aa37acf1c00000000000000000068149a62b93c2c9f91fbaa2973ca1b79ba11fc5ee8c6cce9f01861e8ad02cd8255ce965c6c1f2c1777fabf78',
    570527:
      '0040ff2f227654cf237a197d8bbd85353a3b468b8f36cd49048e0700000000000000000034e7151e2fdaf85bf6751d1281c027b630c481318c3762fa10c318b7f19286e82a39a95c6c1f2c173f83f821',
    570528:
      '0000402021332f1880d072abd65a4ea1b09facdb301171a7e7e30d00000000000000000071b3a61247a4cf6b892055f278247f33d76fa90b48c76fda69f583268cb965f8af39a95c1d072c170022062d',
  };

  it.each([
    [566496, 568511, 568512],
    [568512, 570527, 570528],
  ] as const)('of block %i to %i gives that of block %i', (first, last, next) => {
    const [one, two, three] = [REAL[first], REAL[last], REAL[next]].map((header) =>
      parseBlockHeader(bytes(header)),
    );
    if (one === undefined || two === undefined || three === undefined) throw new Error('no header');
    for (const header of [one, two, three]) checkProofOfWork(header, MAINNET);
    expect(three.previousHash).toBe(two.hash);
    expect(nextBits(next, three.time, (height) => (height === first ? one : two), MAINNET)).toBe(three.bits);
    expect(three.bits).not.toBe(two.bits);
    // With 2,016 spacings it would be another.
    expect(retarget({ ...one, time: one.time - 600 }, two, MAINNET)).not.toBe(three.bits);
  });

  it('stays between retargets on the main network, whatever the time', () => {
    const at = (): { time: number; bits: number } => ({ time: 1_000_000_000, bits: 0x1c05a3f4 });
    expect(nextBits(2_017, 2_000_000_000, at, MAINNET)).toBe(0x1c05a3f4);
  });

  it('falls to the least on testnet after twenty minutes, and comes back to the last real one', () => {
    const bits = [0x1c05a3f4, 0x1d00ffff, 0x1d00ffff];
    const at = (height: number): { time: number; bits: number } => ({
      time: 1_000_000_000,
      bits: bits[height - 4_032] ?? 0x1b012345,
    });
    expect(nextBits(4_035, 1_000_001_201, at, TESTNET4)).toBe(0x1d00ffff);
    expect(nextBits(4_035, 1_000_001_200, at, TESTNET4)).toBe(0x1c05a3f4);
    // The first of a period ends the search, even when it is of the least difficulty itself.
    const least = (height: number): { time: number; bits: number } => ({
      time: 1_000_000_000,
      bits: height < 4_032 ? 0x1b012345 : 0x1d00ffff,
    });
    expect(nextBits(4_035, 1_000_000_000, least, TESTNET4)).toBe(0x1d00ffff);
  });

  it('starts on testnet4 from the first block of a period, and elsewhere from the last', () => {
    const first = { time: 1_000_000_000, bits: 0x1c05a3f4 };
    const last = { time: 1_001_209_600, bits: 0x1d00ffff };
    expect(retarget(first, last, TESTNET4)).toBe(first.bits);
    expect(retarget(first, last, { ...TESTNET4, bip94: false })).toBe(last.bits);
  });
});

describe('a header', () => {
  it('is read and written again byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80 }), (header) => {
        expect(hex(serialiseBlockHeader(parseBlockHeader(header)))).toBe(hex(header));
      }),
    );
  });

  it.each([0, 79, 81])('of %i bytes is refused', async (length) => {
    await expectChainError('header-malformed', () => parseBlockHeader(new Uint8Array(length)));
  });

  it('is refused when it states an easier target than the network has', async () => {
    const genesis = parseBlockHeader(MAINNET.genesis);
    const easier = { ...genesis, bits: 0x1d010000 };
    await expectChainError('header-bits-invalid', () => {
      checkProofOfWork(easier, MAINNET);
    });
    await expectChainError('header-work-missing', () => {
      checkProofOfWork({ ...genesis, bits: 0x1b00ffff }, MAINNET);
    });
  });
});
