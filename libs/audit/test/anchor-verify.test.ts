import {
  BITCOIN_MAINNET,
  HeaderChain,
  headerRulesFor,
  parseBlockHeader,
  serialise,
} from '@bitcoin-enterprise/chain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anchorCommitment,
  anchorScript,
  readAnchorFile,
  verifyAnchor,
  writeAnchorFile,
  type AnchorFile,
  type AnchorReport,
  type AnchorTrust,
} from '../src/anchor.ts';
import {
  anchoring,
  anchorIn,
  goodAnchor,
  HEIGHT,
  ROOT,
  signedCheckpoint,
  TIP,
  trustIn,
} from './anchor-fixture.ts';
import { mineHeaders, REGTEST_RULES } from './anchor-headers.ts';
import { codeOf, ORIGIN, signerOf } from './temporary-log.ts';

let file: AnchorFile;
let bytes: Uint8Array;
let checkpoint: string;
beforeAll(async () => {
  ({ file, bytes, checkpoint } = await goodAnchor());
});

const failed = (report: AnchorReport): string[] =>
  report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
const check = (altered: Partial<AnchorFile>, trust: AnchorTrust = trustIn()): string[] =>
  failed(verifyAnchor(writeAnchorFile({ ...file, ...altered }), trust));
const headerAt = (height: number): Uint8Array => file.headers.slice(80 * (height - 1), 80 * height);

describe('an anchor', () => {
  it('passes every check, and says before when the checkpoint existed', () => {
    const report = verifyAnchor(bytes, trustIn());
    expect(failed(report)).toEqual([]);
    expect(report.checks.map(({ name }) => name)).toEqual([
      'anchor format',
      'network',
      'checkpoint signature',
      'checkpoint',
      'transaction in block',
      'commitment',
      'header chain',
      'work',
      'best chain',
      'confirmations',
    ]);
    const times = Array.from({ length: 11 }, (_, index) => parseBlockHeader(headerAt(HEIGHT + index)).time);
    expect(report).toMatchObject({
      ok: true,
      origin: ORIGIN,
      treeSize: 12,
      rootHash: '5a'.repeat(32),
      block: {
        height: HEIGHT,
        hash: parseBlockHeader(headerAt(HEIGHT)).hash,
        confirmations: TIP - HEIGHT + 1,
        time: times[0],
        medianTimePast: (times[0] ?? 0) - 5 * 600,
        existedBefore: times[5],
      },
    });
    expect(report.summary).toBe(
      `existed before ${new Date((times[5] ?? 0) * 1000).toISOString()}: block ${HEIGHT}, 16 confirmations`,
    );
  });

  it('is read and written again byte for byte, and in no other form', async () => {
    expect(writeAnchorFile(readAnchorFile(bytes))).toEqual(bytes);
    const text = Buffer.from(bytes).toString();
    const others = [
      `${text} `,
      text.replace('{"format"', '{"more":1,"format"'),
      text.replace('"height":15', '"height":15.0'),
      text.replace('"height":15,', '"height":14,"height":15,'),
      text.replace('bitcoin-anchor/1', 'bitcoin-anchor/2'),
      text.replace('"height":15', '"height":31'),
      text.replace('"height":15', '"height":0'),
      text.replace('"height":15', '"height":-1'),
      text.replace('"height":15', '"height":"15"'),
      text.replace('"genesisHash":"', '"genesisHash":7,"a":"'),
      text.replace('"checkpoint":"', '"checkpoint":7,"a":"'),
      text.replace('"transaction":"', '"transaction":"!'),
      text.replace('"siblings":[', '"siblings":7,"a":['),
      text.replace('"path":{', '"path":[],"a":{'),
      text.replace('"headers":"', '"headers":"AAAA'),
      '[]',
      'null',
      '{}',
      '',
    ];
    for (const other of others) {
      expect(other).not.toBe(text);
      expect(await codeOf(() => readAnchorFile(Buffer.from(other)))).toBe('anchor-malformed');
      expect(failed(verifyAnchor(Buffer.from(other), trustIn()))).toEqual(['anchor format']);
    }
    expect(await codeOf(() => readAnchorFile(Uint8Array.of(0xff)))).toBe('anchor-malformed');
    expect(await codeOf(() => readAnchorFile(new Uint8Array(64 * 1024 * 1024 + 1)))).toBe('anchor-malformed');
    const siblings = Array.from({ length: 33 }, () => new Uint8Array(32));
    const deep = { ...file, inclusion: { ...file.inclusion, path: { index: 0, siblings } } };
    expect(await codeOf(() => readAnchorFile(writeAnchorFile(deep)))).toBe('anchor-malformed');
  });

  it('is written and read again the same, whatever it holds', () => {
    const bytesOf = fc.uint8Array({ maxLength: 200 });
    const pathOf = fc.record({ index: fc.maxSafeNat(), siblings: fc.array(bytesOf, { maxLength: 32 }) });
    const files = fc.record({
      genesisHash: fc.string(),
      checkpoint: fc.string(),
      inclusion: fc.record({
        rawTransaction: bytesOf,
        path: pathOf,
        coinbase: bytesOf,
        coinbasePath: pathOf,
      }),
      firstHeight: fc.nat(),
      count: fc.integer({ min: 1, max: 5 }),
      offset: fc.nat(),
    });
    fc.assert(
      fc.property(files, ({ count, offset, ...rest }) => {
        const headers = new Uint8Array(80 * count).fill(count);
        const any: AnchorFile = { ...rest, headers, height: rest.firstHeight + (offset % count) };
        expect(readAnchorFile(writeAnchorFile(any))).toEqual(any);
      }),
    );
  });

  it('of which any byte is another does not verify', () => {
    const headers = Buffer.from(bytes).indexOf('"headers"');
    // The last header commits to nothing here: with another that has its work, it is another chain and the same anchor.
    const lastHeader = bytes.length - 2 - 108;
    for (let position = 0; position < lastHeader; position += position < headers ? 5 : 17) {
      const altered = bytes.slice();
      altered[position] = (altered[position] ?? 0) ^ 1;
      expect(verifyAnchor(altered, trustIn()).ok).toBe(false);
    }
  });

  it('is refused, and never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 500 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (any) => {
          expect(failed(verifyAnchor(any, trustIn()))).toEqual(['anchor format']);
        },
      ),
    );
  });

  it('is refused when it is cut', () => {
    for (const length of [0, 1, 100, bytes.length - 1]) {
      expect(failed(verifyAnchor(bytes.subarray(0, length), trustIn()))).toEqual(['anchor format']);
    }
  });
});

describe('an altered anchor fails by name', () => {
  it('under another log, key or checkpoint', async () => {
    expect(check({}, { ...trustIn(), origin: 'example.com/other' })).toEqual([
      'checkpoint signature',
      'checkpoint',
    ]);
    expect(check({}, { ...trustIn(), publicKey: signerOf(8).publicKey })).toEqual(['checkpoint signature']);
    expect(check({ checkpoint: await signedCheckpoint(13) })).toEqual(['commitment']);
    expect(check({ checkpoint: await signedCheckpoint(12, ORIGIN, signerOf(9)) })).toEqual([
      'checkpoint signature',
    ]);
    expect(check({ checkpoint: checkpoint.replace('\n12\n', '\n13\n') })).toEqual([
      'checkpoint signature',
      'commitment',
    ]);
    expect(check({ checkpoint: 'no checkpoint' })).toEqual([
      'checkpoint signature',
      'checkpoint',
      'commitment',
    ]);
  });

  it('under another network', () => {
    const { genesisHash } = BITCOIN_MAINNET;
    expect(check({ genesisHash })).toEqual(['network']);
    const mainnet = HeaderChain.fromGenesis(headerRulesFor(BITCOIN_MAINNET));
    expect(check({}, trustIn(mainnet))).toEqual(['network', 'header chain', 'best chain', 'confirmations']);
  });

  it('with another transaction, coinbase or path', () => {
    const { inclusion } = file;
    const wrong: Partial<AnchorFile['inclusion']>[] = [
      { rawTransaction: inclusion.coinbase },
      { rawTransaction: inclusion.rawTransaction.slice(1) },
      { coinbase: inclusion.rawTransaction },
      { coinbase: new Uint8Array(0) },
      { path: { ...inclusion.path, index: 0 } },
      { path: { index: 1, siblings: [new Uint8Array(32)] } },
      { path: { index: 1, siblings: [new Uint8Array(31)] } },
      { path: { index: 0, siblings: [] } },
      { coinbasePath: inclusion.path },
      { coinbasePath: { index: 0, siblings: [] } },
    ];
    for (const part of wrong) {
      expect(check({ inclusion: { ...inclusion, ...part } })).toEqual(['transaction in block', 'commitment']);
    }
  });

  it('when the transaction commits to nothing, to something else, or twice', async () => {
    const other = anchoring(await signedCheckpoint(13));
    const [output] = anchoring(checkpoint).outputs;
    if (output === undefined) throw new Error('no output');
    const spendable = { ...output, scriptPubKey: output.scriptPubKey.slice(1) };
    for (const transaction of [other, { ...other, outputs: [spendable] }, anchoring(checkpoint, [output])]) {
      expect(failed(verifyAnchor(writeAnchorFile(anchorIn(checkpoint, transaction)), trustIn()))).toEqual([
        'commitment',
      ]);
    }
    const beside = anchoring(checkpoint, [{ amountSat: 1n, scriptPubKey: new Uint8Array(3) }]);
    expect(verifyAnchor(writeAnchorFile(anchorIn(checkpoint, beside)), trustIn()).ok).toBe(true);
  });

  it('at another height, or with headers of another height', () => {
    expect(check({ height: HEIGHT - 1 })).toContain('transaction in block');
    expect(check({ height: HEIGHT + 1, firstHeight: 2 })).toEqual(['best chain', 'confirmations']);
    expect(check({ height: HEIGHT - 1, firstHeight: 0 })).toEqual(['best chain', 'confirmations']);
  });

  it('with headers that do not connect, lack their work, or are too few', () => {
    const gap = Uint8Array.from([...file.headers.subarray(0, 80 * 20), ...file.headers.subarray(80 * 21)]);
    expect(check({ headers: gap })).toEqual(['header chain', 'best chain', 'confirmations']);
    const idle = file.headers.slice();
    idle[80 * 19 + 76] = (idle[80 * 19 + 76] ?? 0) ^ 1;
    expect(check({ headers: idle })).toEqual(['header chain', 'best chain', 'confirmations']);
    expect(check({ headers: file.headers.slice(0, 80 * (HEIGHT + 4)) })).toEqual(['confirmations']);
    expect(check({ headers: file.headers.slice(0, 80 * (HEIGHT + 5)) })).toEqual([]);
  });

  it('below the confirmations, the work or the clock that the examiner wants', () => {
    const want = (trust: Partial<AnchorTrust>): string[] => check({}, { ...trustIn(), ...trust });
    expect(want({ minimumConfirmations: 16 })).toEqual([]);
    expect(want({ minimumConfirmations: 17 })).toEqual(['confirmations']);
    expect(want({ minimumConfirmations: 0 })).toEqual([]);
    expect(want({ minimumWork: 60n })).toEqual([]);
    expect(want({ minimumWork: 61n })).toEqual(['work']);
    const { time } = parseBlockHeader(headerAt(TIP));
    expect(want({ now: time - 7_200 })).toEqual([]);
    expect(want({ now: time - 7_201 })).toEqual(['header chain', 'best chain', 'confirmations']);
  });
});

describe('an examiner with headers of his own', () => {
  const trusting = (batch: Uint8Array): HeaderChain => {
    const chain = HeaderChain.fromGenesis(REGTEST_RULES);
    chain.accept(batch);
    return chain;
  };

  it('counts the confirmations that he knows of, and leaves his chain as it is', () => {
    const more = mineHeaders(10, headerAt(TIP));
    const chain = trusting(Uint8Array.from([...file.headers, ...more]));
    const before = chain.tip;
    expect(verifyAnchor(bytes, trustIn(chain)).block?.confirmations).toBe(TIP - HEIGHT + 11);
    expect(chain.tip).toEqual(before);
    const short = trusting(file.headers.subarray(0, 800));
    expect(verifyAnchor(bytes, trustIn(short)).ok).toBe(true);
    expect(short.tip.height).toBe(10);
  });

  it('sees that the block is not in the chain with the most work', () => {
    const branch = mineHeaders(TIP - 8, headerAt(10));
    const chain = trusting(Uint8Array.from([...file.headers.subarray(0, 800), ...branch]));
    const report = verifyAnchor(bytes, trustIn(chain));
    expect(failed(report)).toEqual(['best chain', 'confirmations']);
    expect(report.block).toBeUndefined();
    expect(report.summary).toContain(`height ${HEIGHT}: there stands block`);
  });

  it('needs a trusted header from before the block', () => {
    const from = (height: number): AnchorTrust =>
      trustIn(HeaderChain.fromCheckpoint({ height, header: headerAt(height) }, REGTEST_RULES));
    expect(check({}, from(HEIGHT - 1))).toEqual([]);
    expect(check({}, from(HEIGHT))).toEqual([]);
    expect(check({}, from(HEIGHT + 1))).toEqual(['best chain', 'confirmations']);
  });
});

describe('the commitment', () => {
  it('is SHA-256 of the domain, and of origin, size and root in lengths of their own', () => {
    const statement = { origin: 'example.com/desk', size: 12, rootHash: ROOT };
    // printf 'bitcoin-enterprise/audit/bitcoin-anchor/v1\n', 00000010, 000000000000000c, the origin, 32 bytes 5a.
    const commitment = Buffer.from(anchorCommitment(statement)).toString('hex');
    expect(commitment).toBe('4518b249f77faeabfc136609c03e05c95d7fa6b68bd227eb9dc3271518b5a250');
    expect(Buffer.from(anchorScript(statement)).toString('hex')).toBe(`6a2442456131${commitment}`);
  });

  it('is another for every origin, size and root', () => {
    const statements = [
      { origin: 'a', size: 1, rootHash: ROOT },
      { origin: 'b', size: 1, rootHash: ROOT },
      { origin: 'a', size: 2, rootHash: ROOT },
      { origin: 'a', size: 2 ** 40 + 1, rootHash: ROOT },
      { origin: 'a', size: 1, rootHash: new Uint8Array(32) },
      { origin: 'aZ', size: 1, rootHash: ROOT },
    ];
    expect(new Set(statements.map((one) => Buffer.from(anchorCommitment(one)).toString('hex'))).size).toBe(6);
  });

  it('fits the transaction of an anchor', () => {
    expect(Buffer.from(serialise(anchoring(checkpoint))).toString('hex')).toContain('6a2442456131');
  });
});
