import {
  BITCOIN_MAINNET,
  BITCOIN_REGTEST,
  BITCOIN_SIGNET,
  BITCOIN_TESTNET4,
  headerRulesFor,
} from '@bitcoin-enterprise/chain';
import { describe, expect, it } from 'vitest';
import { writeAnchorFile } from '../src/anchor.ts';
import { readBitcoinTrust, type BitcoinTrust } from '../src/anchor/anchor-trust-file.ts';
import { verifyAnchor } from '../src/anchor/verify-anchor.ts';
import { goodAnchor, HEIGHT } from './anchor-fixture.ts';
import { REGTEST_RULES } from './anchor-headers.ts';
import { ORIGIN, SIGNER } from './temporary-log.ts';

/** Mainnet's block 1, as every node prints it. */
const BLOCK_1 =
  '010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000' +
  '982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299';
const BLOCK_1_HASH = '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const GENESIS = hex(headerRulesFor(BITCOIN_MAINNET).genesis);

function trusted(value: unknown): BitcoinTrust {
  const trust = readBitcoinTrust(value);
  if ('refused' in trust) throw new Error(trust.refused);
  return trust;
}

function refusal(value: unknown): string {
  const trust = readBitcoinTrust(value);
  return 'refused' in trust ? trust.refused : 'trusted';
}

/** Of mainnet, with trusted headers. */
const mainnet = (trustedHeaders: unknown): string => refusal({ network: 'mainnet', trustedHeaders });

describe('a trust in Bitcoin', () => {
  it.each([
    ['mainnet', BITCOIN_MAINNET],
    ['testnet4', BITCOIN_TESTNET4],
    ['signet', BITCOIN_SIGNET],
    ['regtest', BITCOIN_REGTEST],
  ])('begins with block 0 of %s where nothing else is said', (network, parameters) => {
    const { chain, ...rest } = trusted({
      network,
      ...(network === 'mainnet' ? { minimumWork: '1' } : {}),
    });
    expect(chain.rules).toBe(headerRulesFor(parameters));
    expect(chain.tip).toEqual({ height: 0, hash: parameters.genesisHash, work: 0n });
    expect(rest).toEqual(network === 'mainnet' ? { minimumWork: 1n } : {});
  });

  it('begins with the header that is given, and says what else is wanted', () => {
    const trust = trusted({
      network: 'mainnet',
      trustedHeaders: { height: 1, header: BLOCK_1.toUpperCase(), periodStart: GENESIS },
      minimumConfirmations: 100,
      minimumWork: '9'.repeat(78),
    });
    expect(trust.chain.tip).toEqual({ height: 1, hash: BLOCK_1_HASH, work: 0n });
    expect(trust.chain.headerAt(1)).toMatchObject({ time: 1_231_469_665 });
    expect(trust).toMatchObject({ minimumConfirmations: 100, minimumWork: 10n ** 78n - 1n });
    expect(trusted({ network: 'regtest', minimumConfirmations: 1_000_000 })).toHaveProperty(
      'minimumConfirmations',
      1_000_000,
    );
    const last = { height: 499_999_999, header: BLOCK_1 };
    expect(trusted({ network: 'mainnet', trustedHeaders: last }).chain.tip.height).toBe(499_999_999);
  });

  it('is what an anchor is verified under, from a header that was pasted', async () => {
    const { file, bytes } = await goodAnchor();
    const header = (height: number): string => hex(file.headers.slice(80 * (height - 1), 80 * height));
    const verify = (trust: BitcoinTrust, anchor = bytes): boolean =>
      verifyAnchor(anchor, { origin: ORIGIN, publicKey: SIGNER.publicKey, ...trust }).ok;
    const since = (height: number): BitcoinTrust =>
      trusted({ network: 'regtest', trustedHeaders: { height, header: header(height) } });
    const later = file.headers.slice(80 * (HEIGHT - 1));
    const short = writeAnchorFile({ ...file, firstHeight: HEIGHT, headers: later });
    expect(verify(trusted({ network: 'regtest' }))).toBe(true);
    expect(verify(trusted({ network: 'regtest' }), short)).toBe(false);
    expect(verify(since(HEIGHT - 1), short)).toBe(true);
    expect(verify(since(HEIGHT + 1))).toBe(false);
    expect(verify(trusted({ network: 'signet' }))).toBe(false);
  });
});

describe('a trust in Bitcoin is refused', () => {
  it.each([undefined, null, 7, 'mainnet', true, [], [{ network: 'regtest' }]])('when it is %j', (value) => {
    expect(refusal(value)).toBe('not an object');
  });

  it('with a member that is unknown, cut where it is long', () => {
    const there = 'there are network, trustedHeaders, minimumConfirmations, minimumWork';
    expect(refusal({ network: 'regtest', minimumConfirmation: 7 })).toBe(
      `unknown member "minimumConfirmation"; ${there}`,
    );
    expect(refusal({ network: 'regtest', ['x'.repeat(1_000)]: 7 })).toBe(
      `unknown member "${'x'.repeat(64)}"; ${there}`,
    );
    expect(refusal(JSON.parse('{"network":"regtest","__proto__":{}}'))).toContain('unknown member');
  });

  it.each([undefined, null, 'testnet', 'Mainnet', 'litecoin', 0, ['mainnet'], 'constructor'])(
    'of the network %j',
    (network) => {
      expect(refusal({ network, minimumWork: '1' })).toBe(
        'network is not mainnet, testnet4, signet, regtest',
      );
    },
  );

  it('on mainnet without a later header or any work: its first blocks can be made again', () => {
    const problem = 'mainnet wants trustedHeaders or minimumWork: its first blocks took little work';
    expect(refusal({ network: 'mainnet' })).toBe(problem);
    expect(refusal({ network: 'mainnet', minimumConfirmations: 1_000 })).toBe(problem);
    expect(mainnet({ height: 1, header: BLOCK_1 })).toBe('trusted');
  });

  it.each([0, -1, 1.5, 1_000_001, '6', null, true, Number.NaN, 1e300])(
    'with %j as confirmations',
    (minimumConfirmations) => {
      expect(refusal({ network: 'regtest', minimumConfirmations })).toBe(
        'minimumConfirmations is not a whole number from 1 to 1000000',
      );
    },
  );

  it.each([0, 1, null, '', '0', '01', '-1', '1.0', '0x10', ' 1', '1\n', '1e9', '1'.repeat(79)])(
    'with %j as work',
    (minimumWork) => {
      expect(refusal({ network: 'regtest', minimumWork })).toBe(
        'minimumWork is not a whole number above 0 as a text of up to 78 digits',
      );
    },
  );

  it('with trusted headers of another form', () => {
    expect(mainnet(null)).toBe('trustedHeaders: not an object');
    expect(mainnet(BLOCK_1)).toBe('trustedHeaders: not an object');
    expect(mainnet({ height: 1, header: BLOCK_1, hash: BLOCK_1_HASH })).toBe(
      'trustedHeaders: unknown member "hash"; there are height, header, periodStart',
    );
    for (const height of [undefined, 0, -1, 1.5, '1', 500_000_000]) {
      expect(mainnet({ height, header: BLOCK_1 })).toBe(
        'trustedHeaders: height is not a whole number from 1 to 499999999',
      );
    }
    for (const header of [undefined, 7, '', BLOCK_1.slice(2), `${BLOCK_1}00`, BLOCK_1.replace('6', 'g')]) {
      expect(mainnet({ height: 1, header })).toBe('trustedHeaders: header is not 160 hexadecimal digits');
      if (header === undefined) continue;
      expect(mainnet({ height: 1, header: BLOCK_1, periodStart: header })).toBe(
        'trustedHeaders: periodStart is not 160 hexadecimal digits',
      );
    }
  });

  it('with trusted headers that break the rules of the network', () => {
    const idle = `${BLOCK_1.slice(0, -2)}00`;
    expect(mainnet({ height: 1, header: idle })).toMatch(/^trustedHeaders: header \w{64} has /);
    expect(mainnet({ height: 1, header: BLOCK_1, periodStart: idle })).toMatch(/^trustedHeaders: header /);
    const regtest = hex(REGTEST_RULES.genesis);
    expect(mainnet({ height: 1, header: regtest })).toContain('at most the target of the network');
    const periods = { height: 1, header: regtest, periodStart: BLOCK_1 };
    expect(refusal({ network: 'signet', trustedHeaders: { ...periods, header: BLOCK_1 } })).toBe('trusted');
    const signet = hex(headerRulesFor(BITCOIN_SIGNET).genesis);
    expect(refusal({ network: 'signet', trustedHeaders: { ...periods, header: signet } })).toContain(
      'trustedHeaders: a checkpoint with a period of two targets',
    );
  });
});
