import { join } from 'node:path';
import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { readTrustPolicy, readWitnessPolicy, verifyBundle, type TrustPolicy } from '../src/index.ts';
import { openWitnessPin } from '../src/witness.ts';
import { eventNumber, openTestLog, ORIGIN, SIGNER, temporaryFolder, temporaryPath } from './temporary-log.ts';
import { cosignerOf, LOG_KEY, policyOf, required, serveWitness, testWitness } from './witness-setting.ts';

/** Names of the witnesses and the lines that define them; they are served until the test is over. */
async function witnessLines(numbers: readonly number[]): Promise<string[]> {
  return Promise.all(
    numbers.map(async (number) => {
      const url = await serveWitness(await testWitness({ cosigners: [cosignerOf(number)] }));
      return `witness W${number} ${cosignerOf(number).verifierKey} ${url}`;
    }),
  );
}

/** A bundle under a checkpoint that those witnesses cosigned. */
async function cosignedBundle(lines: readonly string[], quorum: string): Promise<Uint8Array> {
  const policy = policyOf(...lines, ...quorum.split('\n'));
  const pin = await openWitnessPin({ path: join(temporaryFolder(), 'pin'), policy, logKeys: [LOG_KEY] });
  const log = await openTestLog(temporaryPath(), { pin });
  await log.append([eventNumber(0), eventNumber(1)]);
  return await log.exportBundle({ stream: eventNumber(1).stream }).bytes();
}

function trustIn(lines: readonly string[], verifiers: Partial<TrustPolicy> = { verifyMlDsa44 }): TrustPolicy {
  const witnesses = readWitnessPolicy(Buffer.from(`${lines.join('\n')}\n`));
  if (!witnesses.ok) throw new Error(witnesses.reason);
  return { origin: ORIGIN, publicKey: SIGNER.publicKey, witnesses: witnesses.policy, ...verifiers };
}

function quorumCheck(bundle: Uint8Array, trust: TrustPolicy) {
  const report = verifyBundle(bundle, trust);
  return { reportOk: report.ok, ...report.checks.find(({ name }) => name === 'witness quorum') };
}

const KNOWN = [
  `witness alice ${cosignerOf(1).verifierKey}`,
  `witness bob ${cosignerOf(2).verifierKey}`,
  `witness carol ${cosignerOf(3).verifierKey}`,
];

describe('a bundle under a cosigned checkpoint', () => {
  it('meets a quorum that the examiner names, each witness by its name and time', async () => {
    const lines = await witnessLines([1, 3]);
    const bundle = await cosignedBundle(lines, 'group G all W1 W3\nquorum G');
    const found = quorumCheck(bundle, trustIn([...KNOWN, 'group G 2 alice bob carol', 'quorum G']));
    expect(found).toMatchObject({ ok: true, reportOk: true });
    expect(found.detail).toMatch(
      /^"alice" cosigned at 20\d\d-[^ ]+Z, "bob" missing, "carol" cosigned at 20\d\d-[^ ]+Z$/u,
    );
  });

  it('is refused where the quorum is not met, or nothing verifies what it needs', async () => {
    const bundle = await cosignedBundle(await witnessLines([1, 3]), 'group G all W1 W3\nquorum G');
    const all = trustIn([...KNOWN, 'group G all alice bob carol', 'quorum G']);
    expect(quorumCheck(bundle, all)).toMatchObject({
      ok: false,
      reportOk: false,
      detail: 'no quorum: "bob" missing',
    });
    const withoutMlDsa = trustIn([...KNOWN, 'quorum carol'], {});
    expect(quorumCheck(bundle, withoutMlDsa)).toMatchObject({
      ok: false,
      detail: 'no quorum: "bob" missing, "carol" invalid',
    });
  });

  it('is refused where a cosignature was altered, even with enough others', async () => {
    const bundle = await cosignedBundle(await witnessLines([1, 2]), 'group G all W1 W2\nquorum G');
    const header = JSON.parse(Buffer.from(bundle).toString().split('\n')[0] ?? '') as { checkpoint: string };
    const line = required(header.checkpoint.split('\n').find((text) => text.includes('witness.example/w2')));
    const forged = line.replace(/(.)(.{40})$/u, (_, digit: string, rest: string) =>
      digit === 'A' ? `B${rest}` : `A${rest}`,
    );
    const altered = Buffer.from(bundle).toString().replace(line, forged);
    expect(quorumCheck(Buffer.from(altered), trustIn([...KNOWN, 'quorum alice']))).toMatchObject({
      ok: false,
      detail: expect.stringContaining('"bob"') as string,
    });
  });

  it('counts no key for the log but the one that is trusted', async () => {
    const bundle = await cosignedBundle(await witnessLines([1]), 'quorum W1');
    const other = cosignerOf(2);
    const { publicKey } = required(readWitness(other.verifierKey));
    const trust = { ...trustIn([...KNOWN, 'quorum alice']), publicKey };
    expect(quorumCheck(bundle, trust)).toMatchObject({ ok: false, detail: 'the log has not signed it' });
  });

  it('is not asked for where the policy names no witness', async () => {
    const bundle = await cosignedBundle(await witnessLines([1]), 'quorum W1');
    expect(quorumCheck(bundle, { origin: ORIGIN, publicKey: SIGNER.publicKey })).toEqual({ reportOk: true });
    expect(quorumCheck(bundle, trustIn(['quorum none']))).toMatchObject({ ok: true });
  });
});

function readWitness(verifierKey: string) {
  const read = readWitnessPolicy(Buffer.from(`witness W ${verifierKey}\nquorum W\n`));
  return read.ok ? read.policy.witnesses[0]?.key : undefined;
}

describe('witnesses in a trust policy file', () => {
  const base = { origin: ORIGIN, publicKey: Buffer.from(SIGNER.publicKey).toString('hex') };
  const read = (witnesses: unknown) => readTrustPolicy(JSON.stringify({ ...base, witnesses }));

  it('are the lines of a policy, as an array or as one text', () => {
    const lines = ['# ours', ...KNOWN, '', 'quorum alice'];
    for (const given of [lines, lines.join('\n'), `${lines.join('\n')}\n`]) {
      expect(read(given)).toMatchObject({
        witnesses: { logs: [], witnesses: [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }] },
      });
    }
  });

  it.each([
    ['a number', 3, 'witnesses are not lines of text'],
    ['a line that is no text', [3], 'witnesses are not lines of text'],
    ['two lines in one', [KNOWN.join('\n')], 'witnesses are not lines of text'],
    ['no quorum', KNOWN, 'line 3 of witnesses: there is no quorum line'],
    ['an unknown witness', [...KNOWN, 'quorum dave'], 'line 4 of witnesses: "dave" is not defined above'],
    ['nothing', [], 'line 1 of witnesses: there is no quorum line'],
  ])('are refused when they are %s', (_, given, refused) => {
    expect(read(given)).toEqual({ refused });
  });
});
