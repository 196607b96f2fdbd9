import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  openLog,
  openSqliteStore,
  verifyInclusion,
  verifyPersonalData,
  openNote,
  readCheckpoint,
  type Log,
  type LogOptions,
  type LogRecords,
  type LogStore,
  type NewEvent,
  type PersonalDataKeys,
  LogError,
} from '../src/index.ts';
import { judgeErasure } from '../src/erasure/retention.ts';
import { codeOf, eventsNumbered, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';
import { wrappingKeys } from './wrapping-keys.ts';

const DAY_MS = 86_400_000;
const NAME = 'Margarethe Unverwechselbar';

const PERSONAL: Partial<LogOptions> = { personalData: { keys: wrappingKeys() } };

function onboarded(customer: number, name = NAME): NewEvent {
  return {
    stream: `customer/${customer}`,
    type: 'customer.onboarded',
    subject: `customer:${customer}`,
    body: { tier: 2 },
    personal: { name, birth: '1971-03-04' },
  };
}

async function proves(log: Log, index: number): Promise<boolean> {
  const note = openNote(await log.checkpoint(), ORIGIN, SIGNER.publicKey);
  const head = note.ok ? readCheckpoint(note.text) : undefined;
  if (head === undefined) return false;
  for await (const { leafHash } of log.read({ from: index, to: index + 1 })) {
    const proof = await log.inclusionProof(index, head.size);
    return verifyInclusion({ index, treeSize: head.size, leafHash, proof, rootHash: head.rootHash });
  }
  return false;
}

async function typesIn(log: Log, stream: string): Promise<string[]> {
  return (await Array.fromAsync(log.read({ stream }))).map(({ type }) => type);
}

describe('personal data', () => {
  it('is given back from beside the log, and only committed to in it', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path, PERSONAL);
    await log.append([...eventsNumbered(3), onboarded(1), onboarded(2, 'Bo')]);
    expect(await log.subjects.personalData(0)).toEqual({ state: 'none' });
    expect(await log.subjects.personalData(3)).toMatchObject({
      state: 'present',
      value: { name: NAME, birth: '1971-03-04' },
    });
    const [entry] = await Array.fromAsync(log.read({ from: 3, to: 4 }));
    expect(entry?.personal).toHaveLength(32);
    expect(Buffer.from(entry?.bytes ?? []).includes(NAME)).toBe(false);
    await log.close();
    expect(readFileSync(path).includes(NAME)).toBe(false);
    const again = await openTestLog(path, PERSONAL);
    expect(await again.subjects.personalData(4)).toMatchObject({ state: 'present', value: { name: 'Bo' } });
    expect((await again.check()).ok).toBe(true);
  });

  it('has another commitment each time, so that nobody guesses it', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    await log.append([onboarded(1), onboarded(1)]);
    const [one, other] = await Array.fromAsync(log.read());
    expect(one?.personal).not.toEqual(other?.personal);
  });

  it('comes back as any value that an event can hold', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.bigInt(), fc.integer(), fc.constant(null), fc.boolean()),
        async (value) => {
          const { index } = await log.append({ ...onboarded(1), personal: { value } });
          const found = await log.subjects.personalData(index);
          expect(found).toMatchObject({
            state: 'present',
            value: { value: Object.is(value, -0) ? 0 : value },
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('needs a subject, keys, and the right ones', async () => {
    const path = temporaryPath();
    const without = await openTestLog(path);
    expect(await codeOf(() => without.append(onboarded(1)))).toBe('personal-data-unavailable');
    expect(without.size).toBe(0);
    await without.close();
    const log = await openTestLog(path, PERSONAL);
    const nobody: NewEvent = { stream: 's', type: 't', body: 1, personal: { name: NAME } };
    expect(await codeOf(() => log.append(nobody))).toBe('event-malformed');
    await log.append(onboarded(1));
    await log.close();
    const other = await openTestLog(path, { personalData: { keys: wrappingKeys(2) } });
    expect(await codeOf(() => other.subjects.personalData(0))).toBe('envelope-refused');
    await other.close();
    const reader = await openTestLog(path);
    expect(await codeOf(() => reader.subjects.personalData(0))).toBe('personal-data-unavailable');
  });

  it('may be appended again under its idempotency key, and not in place of an event without', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    const event: NewEvent = { ...onboarded(1), idempotencyKey: 'onboard/1' };
    const first = await log.append(event);
    expect(await log.append(event)).toEqual(first);
    const { personal, ...bare } = event;
    expect(personal).toBeDefined();
    expect(await codeOf(() => log.append(bare))).toBe('idempotency-conflict');
    expect(log.size).toBe(1);
  });
});

describe('personal data that is revealed to somebody', () => {
  it('is what the entry committed to, and nothing else is', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    await log.append(onboarded(1));
    const [entry] = await Array.fromAsync(log.read());
    const found = await log.subjects.personalData(0);
    if (found.state !== 'present' || entry?.personal === undefined) throw new Error('nothing to reveal');
    const commitment = Buffer.from(entry.personal).toString('hex');
    const claim = { origin: ORIGIN, subject: 'customer:1', commitment, disclosure: found.disclosure };
    expect(verifyPersonalData(claim)).toBe(`{"birth":"1971-03-04","name":"${NAME}"}`);
    expect(verifyPersonalData({ ...claim, origin: 'example.com/other' })).toBeUndefined();
    expect(verifyPersonalData({ ...claim, subject: 'customer:2' })).toBeUndefined();
    expect(verifyPersonalData({ ...claim, subject: '\ud800' })).toBeUndefined();
    expect(verifyPersonalData({ ...claim, commitment: '00'.repeat(32) })).toBeUndefined();
    for (let at = 0; at < found.disclosure.length; at += 1) {
      const changed = found.disclosure.with(at, (found.disclosure[at] ?? 0) ^ 1);
      expect(verifyPersonalData({ ...claim, disclosure: changed })).toBeUndefined();
      const cut = found.disclosure.subarray(0, at);
      expect(verifyPersonalData({ ...claim, disclosure: cut })).toBeUndefined();
    }
  });
});

describe('erasing a subject', () => {
  it('leaves the proofs and the data of others, and nothing of the subject in the file', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path, PERSONAL);
    await log.append([onboarded(1), onboarded(2, 'Bo'), ...eventsNumbered(300)]);
    const before = await Array.fromAsync(log.read({ to: 2 }));
    expect(await log.subjects.erase('customer:1', 'GDPR Art. 17')).toEqual({ erased: true });
    expect(await log.subjects.personalData(0)).toEqual({ state: 'erased' });
    expect(await log.subjects.personalData(1)).toMatchObject({ state: 'present', value: { name: 'Bo' } });
    expect(await Array.fromAsync(log.read({ to: 2 }))).toEqual(before);
    expect(await proves(log, 0)).toBe(true);
    expect(await typesIn(log, 'audit/erasure')).toEqual(['subject.erasure-decided', 'subject.erased']);
    await log.append(onboarded(1, 'Again'));
    expect(await log.subjects.personalData(0)).toEqual({ state: 'erased' });
    expect(await log.subjects.personalData(log.size - 1)).toMatchObject({
      state: 'present',
      value: { name: 'Again' },
    });
    expect((await log.check()).ok).toBe(true);
  });

  it('takes the sealed bytes and the wrapped key out of the file and of its write-ahead log', async () => {
    const path = temporaryPath();
    const sealed: Uint8Array[] = [];
    const keys = wrappingKeys();
    const watched: PersonalDataKeys = {
      ...keys,
      seal: async (plaintext, o) => {
        const wrapped = await keys.seal(plaintext, o);
        sealed.push(wrapped);
        return wrapped;
      },
    };
    const log = await openTestLog(path, { personalData: { keys: watched } });
    await log.append(onboarded(1));
    const [wrapped] = sealed;
    if (wrapped === undefined) throw new Error('nothing was wrapped');
    // What is searched for is what no other envelope has: its salt and what follows.
    const bytes = Buffer.from(wrapped.slice(20));
    const holds = (): boolean => [path, `${path}-wal`].some((file) => readFileSync(file).includes(bytes));
    expect(holds()).toBe(true);
    await log.subjects.erase('customer:1', 'asked');
    expect(holds()).toBe(false);
    await log.close();
    expect(readFileSync(path).includes(bytes)).toBe(false);
  });

  it('is refused while a rule of retention or a legal hold stands, and says which', async () => {
    let now = 1_700_000_000_000;
    const keys = wrappingKeys();
    const retention = [
      { type: 'withdrawal.*', days: 5 * 365, basis: 'AMLD Art. 40' },
      { type: 'customer.onboarded', days: 30, basis: 'contract' },
    ];
    const log = await openTestLog(temporaryPath(), { clock: () => now, personalData: { keys, retention } });
    await log.append(onboarded(1));
    const until = now + 30 * DAY_MS;
    expect(await log.subjects.erase('customer:1', 'asked')).toEqual({
      erased: false,
      because: { kind: 'retention', basis: 'contract', index: 0, until },
    });
    await log.subjects.placeHold('customer:1', 'case 7');
    await log.subjects.placeHold('customer:1', 'case 8');
    now = until;
    expect(await log.subjects.erase('customer:1', 'asked')).toEqual({
      erased: false,
      because: { kind: 'legal-hold', reference: 'case 7' },
    });
    expect(await log.subjects.personalData(0)).toMatchObject({ state: 'present' });
    expect(await codeOf(() => log.subjects.releaseHold('customer:1', 'case 9'))).toBe('hold-unknown');
    expect(await codeOf(() => log.subjects.releaseHold('customer:2', 'case 7'))).toBe('hold-unknown');
    await log.subjects.releaseHold('customer:1', 'case 7');
    expect((await log.subjects.holds('customer:1')).map(({ reference }) => reference)).toEqual(['case 8']);
    await log.subjects.releaseHold('customer:1', 'case 8');
    expect(await log.subjects.erase('customer:1', 'asked')).toEqual({ erased: true });
    expect(await typesIn(log, 'audit/erasure')).toEqual([
      'subject.erasure-refused',
      'subject.erasure-refused',
      'subject.erasure-decided',
      'subject.erased',
    ]);
    // What is gone already holds nothing up.
    expect(await log.subjects.erase('customer:1', 'asked')).toEqual({ erased: true });
  });

  it('cannot be forged, nor its holds, by an event of the caller', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    const forged: NewEvent = {
      stream: 'audit/erasure',
      type: 'subject.erased',
      subject: 'customer:1',
      body: {},
    };
    expect(await codeOf(() => log.append(forged))).toBe('event-malformed');
    expect(await codeOf(() => log.append([forged]))).toBe('event-malformed');
    expect(log.size).toBe(0);
  });

  it('is completed when the log is opened again, where it was decided and not done', async () => {
    const path = temporaryPath();
    const store = openSqliteStore(path);
    onTestFinished(async () => {
      await store.close();
    });
    const options = { origin: ORIGIN, signer: SIGNER, ...PERSONAL };
    const log = await openLog(failingToErase(store), options);
    await log.append([onboarded(1), onboarded(2, 'Bo')]);
    expect(await codeOf(() => log.subjects.erase('customer:1', 'asked'))).toBe('log-io');
    await log.close();
    const again = await openLog(store, options);
    expect(await again.subjects.personalData(0)).toEqual({ state: 'erased' });
    expect(await again.subjects.personalData(1)).toMatchObject({ state: 'present' });
    expect(await typesIn(again, 'audit/erasure')).toEqual(['subject.erasure-decided', 'subject.erased']);
    await again.close();
    const third = await openLog(store, options);
    expect(await typesIn(third, 'audit/erasure')).toHaveLength(2);
    await third.close();
  });

  it('waits for what is being sealed, and is waited for', async () => {
    const log = await openTestLog(temporaryPath(), PERSONAL);
    await log.append(onboarded(1));
    const [, erased, again] = await Promise.all([
      log.append(onboarded(1)),
      log.subjects.erase('customer:1', 'asked'),
      log.append(onboarded(1, 'Again')),
    ]);
    expect(erased).toEqual({ erased: true });
    expect(await log.subjects.personalData(0)).toEqual({ state: 'erased' });
    expect(await log.subjects.personalData(again.index)).toMatchObject({
      state: 'present',
      value: { name: 'Again' },
    });
  });
});

describe('personal data that was tampered with', () => {
  it.each([
    [
      'swapped with that of another entry',
      'UPDATE personal SET sealed = (SELECT sealed FROM personal WHERE position = {1})',
    ],
    ['cut', 'UPDATE personal SET sealed = substr(sealed, 1, 100)'],
    [
      'flipped',
      "UPDATE personal SET sealed = CAST(substr(sealed, 1, length(sealed) - 2) || x'0000' AS BLOB)",
    ],
    ['no envelope', "UPDATE personal SET sealed = x'00'"],
  ])('is not given back when it is %s', async (_, sql) => {
    const path = temporaryPath();
    const log = await openTestLog(path, PERSONAL);
    await log.append([onboarded(1), onboarded(1, 'Other')]);
    await log.close();
    const database = new DatabaseSync(path);
    database.exec(sql.replace('{1}', String(2 ** 40 + 1)));
    database.close();
    const again = await openTestLog(path, PERSONAL);
    expect(await codeOf(() => again.subjects.personalData(0))).toBe('log-corrupt');
  });
});

describe('the judgement on an erasure', () => {
  const entry = { index: 3, type: 'withdrawal.approved', time: 0 };
  const rule = { type: 'withdrawal.*', days: 10, basis: 'law' };

  it('takes the rule that lasts longest, to the millisecond', () => {
    const longer = { type: 'withdrawal.approved', days: 20, basis: 'longer law' };
    const until = 20 * DAY_MS;
    const judge = (now: number): unknown => judgeErasure([entry], [], [rule, longer, rule], now);
    expect(judge(until - 1)).toEqual({ kind: 'retention', basis: 'longer law', index: 3, until });
    expect(judge(until)).toBeUndefined();
    expect(judgeErasure([{ ...entry, type: 'withdrawal' }], [], [rule], 0)).toBeUndefined();
    expect(judgeErasure([], [{ reference: 'r', since: 0 }], [], 0)).toEqual({
      kind: 'legal-hold',
      reference: 'r',
    });
  });
});

/** The store, whose next attempt to erase fails as a disk would. */
function failingToErase(store: LogStore): LogStore {
  return {
    origins: () => store.origins(),
    open: async (origin, first) => failing(await store.open(origin, first)),
    close: () => undefined,
  };
}

function failing(records: LogRecords): LogRecords {
  return new Proxy(records, {
    get(target, name) {
      if (name === 'eraseSubject') {
        return () => {
          throw new LogError('log-io', 'the disk is away');
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
