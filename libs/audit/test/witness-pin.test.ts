import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import {
  evaluateQuorum,
  isLogError,
  type CheckpointPin,
  type QuorumReport,
  type WitnessPolicy,
} from '../src/index.ts';
import { openWitnessPin, type Witness } from '../src/witness.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';
import { cosignerOf, policyOf, serveWitness, testWitness } from './witness-setting.ts';
import { tell } from './witness-history.ts';

/** A witness that does what the test says. */
interface Switched {
  readonly witness: Witness;
  isAway: boolean;
}

async function switched(number: number): Promise<Switched> {
  const inner = await testWitness({ cosigners: [cosignerOf(number)] });
  const state: Switched = {
    isAway: false,
    witness: {
      verifierKeys: inner.verifierKeys,
      addCheckpoint: (body) =>
        state.isAway
          ? Promise.resolve({ status: 500, contentType: 'text/plain; charset=utf-8', body: 'away\n' })
          : inner.addCheckpoint(body),
    },
  };
  return state;
}

async function quorumOf(
  threshold: string,
  witnesses: readonly Switched[],
): Promise<{ readonly policy: WitnessPolicy; readonly lines: readonly string[] }> {
  const lines = await Promise.all(
    witnesses.map(async ({ witness }, index) => {
      const url = await serveWitness(witness);
      return `witness W${index + 1} ${witness.verifierKeys[0] ?? ''} ${url}`;
    }),
  );
  const names = witnesses.map((_, index) => `W${index + 1}`).join(' ');
  const all = [...lines, `group G ${threshold} ${names}`, 'quorum G'];
  return { policy: policyOf(...all), lines: all };
}

function judge(note: string | undefined, policy: WitnessPolicy): QuorumReport {
  return evaluateQuorum(note ?? '', policy, { verifyMlDsa44 });
}

async function threeWitnesses(): Promise<Switched[]> {
  return Promise.all([1, 2, 3].map(switched));
}

describe('a log that is pinned to a quorum of witnesses', () => {
  it('acknowledges what a quorum has cosigned, and keeps the cosigned checkpoint', async () => {
    const { policy } = await quorumOf('2', await threeWitnesses());
    const path = join(temporaryFolder(), 'cosigned');
    const pin = await openWitnessPin({ path, policy });
    const log = await openTestLog(temporaryPath(), { pin });
    for (const events of [1, 300, 2]) {
      await log.append(eventsNumbered(events));
      const report = judge(await (await openWitnessPin({ path, policy })).latest(), policy);
      expect([report.ok, report.checkpoint?.size]).toEqual([true, log.size]);
      expect(report.witnesses.filter(({ status }) => status === 'present').length).toBeGreaterThanOrEqual(2);
    }
  });

  it('goes on while a minority is away, catches up with it, and stops without a quorum', async () => {
    const witnesses = await threeWitnesses();
    const { policy } = await quorumOf('2', witnesses);
    const [first, second, third] = witnesses;
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few');
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy, patienceMs: 4_000 });
    const path = temporaryPath();
    const log = await openTestLog(path, { pin });
    first.isAway = true;
    await log.append(eventsNumbered(5));
    first.isAway = false;
    third.isAway = true;
    await log.append(eventsNumbered(5));
    expect(judge(await pin.latest(), policy).witnesses.map(({ status }) => status)).toEqual([
      'present',
      'present',
      'missing',
    ]);
    first.isAway = true;
    second.isAway = true;
    const error: unknown = await log.append(eventNumber(10)).catch((thrown: unknown) => thrown);
    expect(isLogError(error) && error.code).toBe('quorum-missing');
    for (const name of ['W1', 'W2', 'W3']) expect(String(error)).toContain(`"${name}": witness-unreachable`);
    expect(await codeOf(() => log.append(eventNumber(11)))).toBe('log-unusable');
    await log.close();
    // What was durable and not acknowledged is cosigned when the log is opened again.
    second.isAway = false;
    third.isAway = false;
    const again = await openTestLog(path, { pin });
    expect(again.size).toBe(11);
    expect(judge(await pin.latest(), policy)).toMatchObject({ ok: true, checkpoint: { size: 11 } });
  });

  it('waits for a quorum that is late', async () => {
    const witnesses = await threeWitnesses();
    const { policy } = await quorumOf('all', witnesses);
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy });
    const log = await openTestLog(temporaryPath(), { pin });
    let failures = 0;
    for (const state of witnesses) {
      const { witness } = state;
      const answer = witness.addCheckpoint.bind(witness);
      Object.assign(witness, {
        addCheckpoint: (body: Uint8Array) => {
          failures += 1;
          state.isAway = failures < 6;
          return answer(body);
        },
      });
    }
    await log.append(eventNumber(0));
    expect(failures).toBeGreaterThan(6);
    expect(judge(await pin.latest(), policy).ok).toBe(true);
  });

  it('is refused as an older copy by the witnesses, though copy and pin were put back together', async () => {
    const { policy } = await quorumOf('2', await threeWitnesses());
    const options = { policy, path: join(temporaryFolder(), 'c'), patienceMs: 4_000 };
    const path = temporaryPath();
    const log = await openTestLog(path, { pin: await openWitnessPin(options) });
    await log.append(eventsNumbered(3));
    await log.close();
    const [oldLog, oldPin] = [readFileSync(path), readFileSync(options.path)];
    const ahead = await openTestLog(path, { pin: await openWitnessPin(options) });
    await ahead.append(eventsNumbered(5));
    await ahead.close();
    writeFileSync(path, oldLog);
    writeFileSync(options.path, oldPin);
    rmSync(`${path}-wal`, { force: true });
    const back = await openTestLog(path, { pin: await openWitnessPin(options) });
    const error: unknown = await back.append(eventNumber(3)).catch((thrown: unknown) => thrown);
    expect(isLogError(error) && error.code).toBe('quorum-missing');
    expect(String(error)).toContain('it has cosigned 8 entries');
  });

  it('gives the cosigned checkpoint away in its proofs', async () => {
    const { policy } = await quorumOf('2', await threeWitnesses());
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy });
    const log = await openTestLog(temporaryPath(), { pin });
    await log.append(eventsNumbered(4));
    expect(await log.proof(2)).toContain((await pin.latest()) ?? 'nothing');
  });
});

describe('a pin of witnesses', () => {
  async function pinOnce(pin: CheckpointPin): Promise<void> {
    const history = await tell('a', 1);
    await pin.pin(history.checkpoints[1] ?? '', () => Promise.resolve([]));
  }

  it('asks nobody where the policy asks for nobody, and keeps the checkpoint', async () => {
    const path = join(temporaryFolder(), 'c');
    const pin = await openWitnessPin({ path, policy: policyOf('quorum none') });
    expect(await pin.latest()).toBeUndefined();
    await pinOnce(pin);
    expect(readFileSync(path, 'utf8')).toBe(await pin.latest());
  });

  it('refuses a log that its policy does not know', async () => {
    const { policy } = await quorumOf('1', [await switched(1)]);
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy: { ...policy, logs: [] } });
    expect(await codeOf(() => pinOnce(pin))).toBe('note-malformed');
    const key = policy.logs[0]?.key;
    const logKeys = key === undefined ? [] : [key];
    const path = join(temporaryFolder(), 'c');
    await pinOnce(await openWitnessPin({ path, policy: { ...policy, logs: [] }, logKeys }));
  });

  it('does not reach a quorum with witnesses that have no URL', async () => {
    const policy = policyOf(`witness W1 ${cosignerOf(1).verifierKey}`, 'quorum W1');
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy, patienceMs: 50 });
    expect(await codeOf(() => pinOnce(pin))).toBe('quorum-missing');
    expect(await pin.latest()).toBeUndefined();
  });

  it('says what fails that is no fault of a witness', async () => {
    const { policy } = await quorumOf('1', [await switched(1)]);
    const pin = await openWitnessPin({ path: join(temporaryFolder(), 'c'), policy, patienceMs: 50 });
    const history = await tell('a', 1);
    const failing = pin.pin(history.checkpoints[1] ?? '', () => Promise.reject(new Error('no tile')));
    await expect(failing).rejects.toThrow('"W1": it failed unexpectedly');
  });

  it('does not take a file that holds no checkpoint, or cannot be read or written', async () => {
    const path = join(temporaryFolder(), 'c');
    const policy = policyOf('quorum none');
    for (const content of ['', 'a poem\n', 'a poem\n\n\u2014 x AAAAAAAA\n']) {
      writeFileSync(path, content);
      expect(await codeOf(() => openWitnessPin({ path, policy }))).toBe('pin-corrupt');
    }
    expect(await codeOf(() => openWitnessPin({ path: temporaryFolder(), policy }))).toBe('pin-failed');
    const lost = await openWitnessPin({ path: join(path, 'x', 'c'), policy }).catch(() => undefined);
    expect(lost).toBeUndefined();
    const folder = temporaryFolder();
    const pin = await openWitnessPin({ path: join(folder, 'c'), policy });
    rmSync(folder, { recursive: true });
    expect(await codeOf(() => pinOnce(pin))).toBe('pin-failed');
  });
});
