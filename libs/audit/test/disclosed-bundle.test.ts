import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  openLog,
  verifyBundle,
  type BundleReportWithEntries,
  type Log,
  type NewEvent,
} from '../src/index.ts';
import { codeOf, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';
import { wrappingKeys } from './wrapping-keys.ts';

const TRUST = { origin: ORIGIN, publicKey: SIGNER.publicKey };

function onboarded(customer: number): NewEvent {
  return {
    stream: `customer/${customer}`,
    type: 'customer.onboarded',
    subject: `customer:${customer}`,
    body: { tier: customer },
    personal: {
      born: `197${customer}-03-04`,
      limitSat: BigInt(customer),
      name: 'Zoë',
      photo: new Uint8Array(3),
    },
  };
}

const NOTHING_PERSONAL: NewEvent = { stream: 'rates', type: 'rate.set', subject: 'customer:1', body: 7 };

/** The lines of a bundle of entries 0 to 4: three customers with personal data, one of them erased, and a rate. */
let lines: readonly string[] = [];

async function appendCustomers(log: Log): Promise<void> {
  await log.append([onboarded(1), onboarded(2), onboarded(3), NOTHING_PERSONAL]);
  await log.subjects.erase('customer:2', 'asked for it');
}

async function logWithCustomers(path = temporaryPath()): Promise<Log> {
  const log = await openTestLog(path, { personalData: { keys: wrappingKeys() } });
  await appendCustomers(log);
  return log;
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-test-'));
  const options = { origin: ORIGIN, signer: SIGNER, personalData: { keys: wrappingKeys() } };
  const log = await openLog(join(folder, 'log'), options);
  await appendCustomers(log);
  const bytes = await log.exportBundle({ from: 0, to: 4, personalData: true }).bytes();
  lines = Buffer.from(bytes).toString().trimEnd().split('\n');
  await log.close();
  rmSync(folder, { recursive: true });
});

function judge(changed: readonly string[] = lines): BundleReportWithEntries {
  return verifyBundle(Buffer.from(`${changed.join('\n')}\n`), TRUST);
}

describe('personal data in a bundle', () => {
  it('is revealed beside the entry and checked against what the entry commits to', () => {
    const report = judge();
    expect(report.summary).toBe('4 of 6 entries verified');
    expect(report.entries.map(({ personal }) => personal)).toEqual([
      {
        state: 'revealed',
        value: { born: '1971-03-04', limitSat: 1n, name: 'Zoë', photo: new Uint8Array(3) },
      },
      { state: 'withheld' },
      {
        state: 'revealed',
        value: { born: '1973-03-04', limitSat: 3n, name: 'Zoë', photo: new Uint8Array(3) },
      },
      undefined,
    ]);
    expect(report.checks).toContainEqual({
      name: 'personal data',
      ok: true,
      detail: 'as committed to, for 2 entries',
    });
  });

  it('is text that a person reads, on a line of its own', () => {
    expect(lines).toHaveLength(8);
    expect(lines[2]).toMatch(
      /^\{"personalOf":0,"salt":"[A-Za-z0-9+/]{43}=","data":\{"born":"1971-03-04","limitSat":\{"\$int":"1"\},"name":"Zoë","photo":\{"\$hex":"000000"\}\}\}$/u,
    );
    const { personalLine } = judge().entries[0] ?? {};
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const { offset = 0, length = 0 } = personalLine ?? {};
    expect(bytes.subarray(offset, offset + length).toString()).toBe(lines[2]);
  });

  it('stays in the log unless it is asked for, and is withheld then', async () => {
    const log = await logWithCustomers();
    const bundle = await log.exportBundle({ from: 0, to: 4 }).bytes();
    expect(Buffer.from(bundle).toString()).not.toContain('Zoë');
    const report = verifyBundle(bundle, TRUST);
    expect(report.ok).toBe(true);
    expect(report.entries.map(({ personal }) => personal?.state)).toEqual([
      'withheld',
      'withheld',
      'withheld',
      undefined,
    ]);
  });

  it('cannot be revealed by a log that was opened without its keys', async () => {
    const path = temporaryPath();
    await (await logWithCustomers(path)).close();
    const log = await openTestLog(path);
    expect(await codeOf(() => log.exportBundle({ personalData: true }).bytes())).toBe(
      'personal-data-unavailable',
    );
  });

  it('is revealed of listed entries and of a subject too', async () => {
    const log = await logWithCustomers();
    for (const selection of [{ entries: [2] }, { subject: 'customer:3' }] as const) {
      const report = verifyBundle(
        await log.exportBundle({ ...selection, personalData: true }).bytes(),
        TRUST,
      );
      expect([report.ok, report.entries[0]?.personal?.state]).toEqual([true, 'revealed']);
    }
  });

  it('may be left out line by line: it is withheld then, and all else is verified', () => {
    const report = judge(lines.filter((_, place) => place !== 2));
    expect([report.ok, report.entries[0]?.personal]).toEqual([true, { state: 'withheld' }]);
  });
});

describe('personal data that was tampered with', () => {
  it('is told at the entry, whatever is changed of data or salt', () => {
    const line = lines[2] ?? '';
    const data = line.replace('1971-03-04', '1981-03-04');
    const salt = line.replace(/"salt":"(.)/u, (_, digit: string) => `"salt":"${digit === 'A' ? 'B' : 'A'}`);
    for (const changed of [data, salt]) {
      expect(changed).not.toBe(line);
      const report = judge(lines.with(2, changed));
      expect(report.summary).toBe('entry 0 altered: the personal data is another than it commits to');
      expect(report.entries[0]).toMatchObject({ ok: false, personal: { state: 'withheld' } });
    }
  });

  it('is told when it is of another entry, stands elsewhere, or twice', () => {
    const ofThird = lines[5] ?? '';
    expect(ofThird).toContain('"personalOf":2');
    const swapped = lines.with(2, ofThird.replace('"personalOf":2', '"personalOf":0'));
    expect(judge(swapped).summary).toBe('entry 0 altered: the personal data is another than it commits to');
    const elsewhere = [
      lines.with(2, ofThird),
      lines.toSpliced(2, 0, lines[2] ?? ''),
      lines.toSpliced(1, 0, lines[2] ?? ''),
      lines.toSpliced(2, 1).toSpliced(4, 0, lines[2] ?? ''),
    ];
    for (const changed of elsewhere) {
      expect(judge(changed).summary).toMatch(/^bundle format: line [0-9]+ is not of the entry before it$/u);
    }
  });

  it('is told when the entry commits to none', () => {
    const ofRate = (lines[2] ?? '').replace('"personalOf":0', '"personalOf":3');
    const report = judge(lines.toSpliced(7, 0, ofRate));
    expect(report.summary).toBe('entry 3 altered: it commits to no personal data');
  });

  it('is told when its line is in another form', () => {
    const line = lines[2] ?? '';
    const others = [
      line.replace('"personalOf":0', '"personalOf":00'),
      line.replace('"personalOf":0', '"personalOf":9999999999999999'),
      line.replace('"salt"', ' "salt"'),
      line.replace(/"salt":"../u, '"salt":"'),
      '{"personalOf":0}',
    ];
    for (const other of others) {
      expect(judge(lines.with(2, other)).summary).toBe(
        'bundle format: line 3 is of no kind that a bundle has',
      );
    }
  });
});
