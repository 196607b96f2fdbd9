import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  applyOperation,
  attestationsOf,
  httpCalendars,
  PUBLIC_CALENDARS,
  readOtsFile,
  stamp,
  upgradeTimestamp,
  writeOtsFile,
  writeTimestamp,
  type OtsTimestamp,
} from '../src/anchor.ts';
import { codeOf } from './temporary-log.ts';

const DIGEST: Uint8Array = new Uint8Array(32).fill(0xab);

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A real HTTP server, gone when the test is over. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      handler(request, response, Buffer.concat(parts));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface TestCalendar {
  readonly uri: string;
  /** Digests that were handed in, in hex. */
  readonly digests: readonly string[];
  /** From then on the calendar has an attestation of a block for everything. */
  confirm(height: number): void;
}

/** A calendar as OpenTimestamps has them: it appends a name of its own and hashes. */
async function calendar(): Promise<TestCalendar> {
  const digests: string[] = [];
  const commitments = new Set<string>();
  let height: number | undefined;
  let uri = '';
  const base = await serve((request, response, body) => {
    expect(request.headers.accept).toBe('application/vnd.opentimestamps.v1');
    if (request.method === 'POST' && request.url === '/digest') {
      digests.push(body.toString('hex'));
      const named = applyOperation({ kind: 'append', argument: Buffer.from(uri) }, body);
      const commitment = applyOperation({ kind: 'sha256' }, named);
      commitments.add(Buffer.from(commitment).toString('hex'));
      response.end(
        writeTimestamp({
          message: body,
          branches: [
            {
              operation: { kind: 'append', argument: Buffer.from(uri) },
              timestamp: {
                message: named,
                branches: [
                  {
                    operation: { kind: 'sha256' },
                    timestamp: { message: commitment, branches: [{ attestation: { kind: 'pending', uri } }] },
                  },
                ],
              },
            },
          ],
        }),
      );
      return;
    }
    const asked = /^\/timestamp\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1] ?? '';
    if (height === undefined || !commitments.has(asked)) {
      response.writeHead(404).end('Pending confirmation in Bitcoin blockchain');
      return;
    }
    const message = Buffer.from(asked, 'hex');
    const operation = { kind: 'prepend', argument: Buffer.from('block ') } as const;
    const timestamp: OtsTimestamp = {
      message: applyOperation(operation, message),
      branches: [{ attestation: { kind: 'bitcoin', height } }],
    };
    response.end(writeTimestamp({ message, branches: [{ operation, timestamp }] }));
  });
  uri = base;
  return {
    uri,
    digests,
    confirm: (confirmedAt) => {
      height = confirmedAt;
    },
  };
}

describe('stamping', () => {
  it('has every calendar stamp a salted digest, and is complete when each has told its block', async () => {
    const [alice, bob] = [await calendar(), await calendar()];
    const calendars = httpCalendars({ allowed: [alice.uri, `${bob.uri}/`] });
    const { file, failures } = await stamp({ digest: DIGEST, calendars: calendars.submitters });
    expect(failures).toEqual([]);
    expect(file.timestamp.message).toEqual(DIGEST);
    expect(alice.digests).toEqual(bob.digests);
    expect(alice.digests[0]).not.toContain(Buffer.from(DIGEST).toString('hex'));
    const kept = readOtsFile(writeOtsFile(file));
    expect(kept).toEqual(file);
    expect([...attestationsOf(kept.timestamp)].map(({ attestation }) => attestation)).toEqual([
      { kind: 'pending', uri: alice.uri },
      { kind: 'pending', uri: bob.uri },
    ]);

    const early = await upgradeTimestamp(kept.timestamp, calendars.fetchCalendar);
    expect(early.timestamp).toEqual(kept.timestamp);
    expect(early.outcomes.map(({ outcome }) => outcome)).toEqual(['pending', 'pending']);

    alice.confirm(100);
    const half = await upgradeTimestamp(kept.timestamp, calendars.fetchCalendar);
    expect(half.outcomes).toEqual([
      { uri: alice.uri, outcome: 'complete' },
      { uri: bob.uri, outcome: 'pending' },
    ]);
    bob.confirm(101);
    const whole = await upgradeTimestamp(half.timestamp, calendars.fetchCalendar);
    expect(whole.outcomes).toEqual([{ uri: bob.uri, outcome: 'complete' }]);
    expect([...attestationsOf(whole.timestamp)].map(({ attestation }) => attestation)).toEqual([
      { kind: 'bitcoin', height: 100 },
      { kind: 'bitcoin', height: 101 },
    ]);
    expect(readOtsFile(writeOtsFile({ ...file, timestamp: whole.timestamp })).timestamp).toEqual(
      whole.timestamp,
    );
    expect((await upgradeTimestamp(whole.timestamp, calendars.fetchCalendar)).outcomes).toEqual([]);
  });

  it('gives another salt each time', async () => {
    const alice = await calendar();
    const { submitters } = httpCalendars({ allowed: [alice.uri] });
    await stamp({ digest: DIGEST, calendars: submitters });
    await stamp({ digest: DIGEST, calendars: submitters });
    expect(new Set(alice.digests).size).toBe(2);
  });

  it('goes on without the calendars that fail, and fails when all do', async () => {
    const alice = await calendar();
    const broken = await serve((_, response) => response.writeHead(500).end());
    const { submitters } = httpCalendars({ allowed: [broken, alice.uri] });
    const { file, failures } = await stamp({ digest: DIGEST, calendars: submitters });
    expect([...attestationsOf(file.timestamp)]).toHaveLength(1);
    expect(failures).toMatchObject([{ code: 'calendar-failed', value: 'status 500' }]);
    const none = (): Promise<unknown> =>
      stamp({ digest: DIGEST, calendars: httpCalendars({ allowed: [broken] }).submitters });
    expect(await codeOf(none)).toBe('calendar-failed');
    expect(await codeOf(() => stamp({ digest: DIGEST, calendars: [] }))).toBe('calendar-failed');
  });

  it('is refused for a digest of another length', async () => {
    expect(await codeOf(() => stamp({ digest: new Uint8Array(20), calendars: [] }))).toBe(
      'timestamp-malformed',
    );
    expect(await codeOf(() => stamp({ hash: 'sha1', digest: DIGEST, calendars: [] }))).toBe(
      'timestamp-malformed',
    );
  });

  it('does not believe a timestamp of another digest, nor one that breaks a limit', async () => {
    const other: OtsTimestamp = {
      message: DIGEST,
      branches: [{ attestation: { kind: 'bitcoin', height: 1 } }],
    };
    const strange = (message: Uint8Array): OtsTimestamp => ({ message, branches: [] });
    for (const answer of [(): OtsTimestamp => other, strange]) {
      const submit = (digest: Uint8Array): Promise<OtsTimestamp> => Promise.resolve(answer(digest));
      expect(await codeOf(() => stamp({ digest: DIGEST, calendars: [submit] }))).toBe('calendar-failed');
    }
    const thrower = (): Promise<OtsTimestamp> => Promise.reject(new Error('no network'));
    const { failures } = await stamp({
      digest: DIGEST,
      calendars: [thrower, (message) => Promise.resolve({ ...other, message })],
    });
    expect(failures).toMatchObject([{ code: 'calendar-failed', cause: { message: 'no network' } }]);
  });
});

describe('upgrading', () => {
  const pendingAt = (...uris: string[]): OtsTimestamp => ({
    message: DIGEST,
    branches: uris.map((uri) => ({ attestation: { kind: 'pending', uri } })),
  });
  const complete = (height: number): OtsTimestamp => ({
    message: DIGEST,
    branches: [{ attestation: { kind: 'bitcoin', height } }],
  });

  it('keeps what is pending where a calendar fails, is not allowed, or only points on', async () => {
    const alice = await calendar();
    const { fetchCalendar } = httpCalendars({ allowed: [alice.uri] });
    const stamped = pendingAt(alice.uri, 'https://calendar.example', 'not-a-url', 'ftp://calendar.example');
    const { timestamp, outcomes } = await upgradeTimestamp(stamped, fetchCalendar);
    expect(timestamp).toEqual(stamped);
    expect(outcomes).toMatchObject([
      { outcome: 'pending' },
      { outcome: 'failed', error: { code: 'calendar-not-allowed', value: 'https://calendar.example' } },
      { outcome: 'failed', error: { code: 'calendar-not-allowed' } },
      { outcome: 'failed', error: { code: 'calendar-not-allowed' } },
    ]);
    const onward = await upgradeTimestamp(pendingAt('a'), () => Promise.resolve(pendingAt('b')));
    expect(onward).toEqual({ timestamp: pendingAt('a'), outcomes: [{ uri: 'a', outcome: 'pending' }] });
  });

  it('does not believe an answer about another message', async () => {
    const answer = { ...complete(5), message: new Uint8Array(32) };
    const { timestamp, outcomes } = await upgradeTimestamp(pendingAt('a'), () => Promise.resolve(answer));
    expect(timestamp).toEqual(pendingAt('a'));
    expect(outcomes).toMatchObject([{ outcome: 'failed', error: { code: 'timestamp-mismatch' } }]);
  });

  it('asks 32 calendars at most', async () => {
    let asked = 0;
    const many = pendingAt(...Array.from({ length: 40 }, (_, index) => `calendar-${index}`));
    const { timestamp, outcomes } = await upgradeTimestamp(many, () => {
      asked += 1;
      return Promise.resolve(complete(asked));
    });
    expect([asked, outcomes.length]).toEqual([32, 32]);
    expect(timestamp.branches).toHaveLength(40);
  });

  it('is refused where the result would be deeper than anybody reads', async () => {
    const deep = (depth: number, message = DIGEST): OtsTimestamp => {
      if (depth === 0) return { message, branches: [{ attestation: { kind: 'bitcoin', height: 1 } }] };
      const operation = { kind: 'sha256' } as const;
      return {
        message,
        branches: [{ operation, timestamp: deep(depth - 1, applyOperation(operation, message)) }],
      };
    };
    const message = applyOperation({ kind: 'reverse' }, DIGEST);
    const stamped: OtsTimestamp = {
      message: DIGEST,
      branches: [
        {
          operation: { kind: 'reverse' },
          timestamp: { message, branches: [{ attestation: { kind: 'pending', uri: 'a' } }] },
        },
      ],
    };
    const upgrade = (depth: number): Promise<unknown> =>
      upgradeTimestamp(stamped, (_, asked) => Promise.resolve(deep(depth, asked)));
    expect(await codeOf(() => upgrade(254))).toBe('no error');
    expect(await codeOf(() => upgrade(255))).toBe('timestamp-malformed');
  });
});

describe('a calendar over HTTP', () => {
  const ask = async (handler: Handler, timeoutMs = 5_000): Promise<unknown> => {
    const uri = await serve(handler);
    return httpCalendars({ allowed: [uri], timeoutMs }).fetchCalendar(uri, DIGEST);
  };
  const failing = async (handler: Handler, timeoutMs?: number): Promise<string> =>
    codeOf(() => ask(handler, timeoutMs));

  it('is not followed to another place', async () => {
    let reached = 0;
    const elsewhere = await serve((_, response) => {
      reached += 1;
      response.end();
    });
    const redirect: Handler = (_, response) => response.writeHead(302, { location: elsewhere }).end();
    expect(await failing(redirect)).toBe('calendar-failed');
    expect(reached).toBe(0);
  });

  it('has its time and no more, before and within its answer', async () => {
    expect(await failing(() => undefined, 50)).toBe('calendar-failed');
    const slow: Handler = (_, response) => {
      response.writeHead(200).write('f0');
    };
    expect(await failing(slow, 50)).toBe('calendar-failed');
  });

  it('is read up to 10,000 bytes, whatever it says of its length', async () => {
    const endless: Handler = (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await failing(endless)).toBe('calendar-failed');
    const full: Handler = (_, response) => response.end(Buffer.alloc(10_001));
    expect(await failing(full)).toBe('calendar-failed');
  });

  it('that answers with something else than a timestamp fails', async () => {
    expect(await failing((_, response) => response.end('<html>'))).toBe('timestamp-malformed');
    expect(await failing((_, response) => response.end())).toBe('timestamp-malformed');
    expect(await failing((_, response) => response.writeHead(503).end('busy'))).toBe('calendar-failed');
    expect(await failing((request) => request.socket.destroy())).toBe('calendar-failed');
    const lost = await serve((_, response) => response.writeHead(404).end());
    const [submit] = httpCalendars({ allowed: [lost] }).submitters;
    expect(await codeOf(() => submit?.(DIGEST))).toBe('calendar-failed');
  });

  it('is allowed by a plain URL only', async () => {
    for (const text of [
      '',
      'calendar.example',
      'file:///etc/passwd',
      'https://a:b@c.example',
      'https://c.example/?a',
      'https://c.example/#a',
    ]) {
      expect(await codeOf(() => httpCalendars({ allowed: [text] }))).toBe('option-malformed');
    }
    expect(httpCalendars({ allowed: PUBLIC_CALENDARS }).submitters).toHaveLength(4);
  });
});
