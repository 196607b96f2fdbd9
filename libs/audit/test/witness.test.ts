import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { verifySplitView, type Log } from '../src/index.ts';
import { createWitness, createWitnessServer, type Witness, type WitnessAnswer } from '../src/witness.ts';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { EMPTY_ROOT } from '../src/merkle/tree-hash.ts';
import { writeAddCheckpoint } from '../src/witness/add-checkpoint-request.ts';
import { checkSignature } from '../src/verify/note-signature.ts';
import { readNote } from '../src/verify/signed-note.ts';
import {
  codeOf,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  signerOf,
  temporaryPath,
} from './temporary-log.ts';
import {
  cosignerOf,
  keyOf,
  listen,
  LOG,
  LOG_KEY,
  required,
  serveWitness,
  testStore,
  testWitness,
} from './witness-setting.ts';

const TIME = 1_763_800_000;

async function ask(witness: Witness, body: string): Promise<WitnessAnswer> {
  return witness.addCheckpoint(Buffer.from(body));
}

/** The request to cosign the log as it is. */
async function requestOf(log: Log, oldSize: number): Promise<string> {
  const proof = oldSize <= log.size ? await log.consistencyProof(oldSize) : [];
  return writeAddCheckpoint({ oldSize, proof, checkpoint: await log.checkpoint() });
}

async function grownLog(entries: number): Promise<Log> {
  const log = await openTestLog(temporaryPath());
  await log.append(eventsNumbered(entries));
  return log;
}

/** A checkpoint of the test log of whatever tree, signed by its key. */
async function checkpointOf(size: number, rootHash: Uint8Array): Promise<string> {
  return (await CheckpointIssuer.of(ORIGIN, SIGNER)).issue(size, rootHash);
}

describe('a witness', () => {
  it('cosigns what continues what it cosigned, with every key of its own and the time of its clock', async () => {
    const cosigners = [cosignerOf(1), cosignerOf(3)];
    const witness = await testWitness({ cosigners, clock: () => TIME * 1000 });
    expect(witness.verifierKeys).toEqual(cosigners.map(({ verifierKey }) => verifierKey));
    const log = await grownLog(1);
    for (const [oldSize, more] of [
      [0, 4],
      [1, 300],
      [5, 0],
      [305, 0],
    ] as const) {
      const { status, contentType, body } = await ask(witness, await requestOf(log, oldSize));
      expect([status, contentType]).toEqual([200, 'text/plain; charset=utf-8']);
      const note = required(readNote(`${(await log.checkpoint()).split('\n\n')[0] ?? ''}\n\n${body}`));
      for (const signer of cosigners) {
        expect(checkSignature(note, keyOf(signer), { verifyMlDsa44 })).toEqual({
          status: 'valid',
          time: TIME,
        });
      }
      if (more > 0) await log.append(eventsNumbered(more));
    }
  });

  it('states no earlier time for a larger tree, though its clock was set back', async () => {
    let now = TIME;
    const witness = await testWitness({ clock: () => now * 1000 });
    const log = await grownLog(1);
    const times: (number | undefined)[] = [];
    for (const time of [TIME, TIME - 100, TIME + 1]) {
      now = time;
      const { body } = await ask(witness, await requestOf(log, Math.max(0, log.size - 1)));
      const note = required(readNote(`${(await log.checkpoint()).split('\n\n')[0] ?? ''}\n\n${body}`));
      const verdict = checkSignature(note, keyOf(cosignerOf(1)));
      times.push(verdict.status === 'valid' ? verdict.time : undefined);
      await log.append(eventsNumbered(1));
    }
    expect(times).toEqual([TIME, TIME, TIME + 1]);
  });

  it('tells whoever is wrong about its size what it is', async () => {
    const witness = await testWitness();
    const log = await grownLog(3);
    const conflict = (size: number): WitnessAnswer => ({
      status: 409,
      contentType: 'text/x.tlog.size',
      body: `${size}\n`,
    });
    expect(await ask(witness, await requestOf(log, 1))).toEqual(conflict(0));
    expect((await ask(witness, await requestOf(log, 0))).status).toBe(200);
    await log.append(eventsNumbered(2));
    expect(await ask(witness, await requestOf(log, 0))).toEqual(conflict(3));
    expect(await ask(witness, await requestOf(log, 5))).toEqual(conflict(3));
    expect((await ask(witness, await requestOf(log, 3))).status).toBe(200);
  });

  it('does not go back', async () => {
    const witness = await testWitness();
    const log = await grownLog(3);
    const old = await log.checkpoint();
    await log.append(eventsNumbered(2));
    expect((await ask(witness, await requestOf(log, 0))).status).toBe(200);
    for (const oldSize of [0, 3]) {
      const answer = await ask(witness, writeAddCheckpoint({ oldSize, proof: [], checkpoint: old }));
      expect([answer.status, answer.body]).toEqual([409, '5\n']);
    }
    const above = await ask(witness, writeAddCheckpoint({ oldSize: 5, proof: [], checkpoint: old }));
    expect(above.status).toBe(400);
  });

  it('keeps the evidence of a split view, and cosigns one side alone', async () => {
    const evidence: Uint8Array[] = [];
    const witness = await testWitness({ onSplitView: (file) => evidence.push(file) });
    const log = await grownLog(3);
    expect((await ask(witness, await requestOf(log, 0))).status).toBe(200);
    const other = await checkpointOf(3, new Uint8Array(32).fill(1));
    const answer = await ask(witness, writeAddCheckpoint({ oldSize: 3, proof: [], checkpoint: other }));
    expect([answer.status, answer.contentType]).toEqual([409, 'text/plain; charset=utf-8']);
    expect(evidence).toHaveLength(1);
    const report = verifySplitView(required(evidence[0]), { origin: ORIGIN, keys: [LOG_KEY] });
    expect(report).toEqual({ proven: true, reason: 'two trees of 3 entries', sizes: [3, 3] });
    expect((await ask(witness, await requestOf(log, 3))).status).toBe(200);
  });

  it('answers the same where the one who is told of a split view fails', async () => {
    const onSplitView = (): never => {
      throw new Error('no disk');
    };
    const witness = await testWitness({ onSplitView });
    const log = await grownLog(1);
    await ask(witness, await requestOf(log, 0));
    const checkpoint = await checkpointOf(1, new Uint8Array(32));
    expect((await ask(witness, writeAddCheckpoint({ oldSize: 1, proof: [], checkpoint }))).status).toBe(409);
  });

  it('refuses proofs that do not lead there', async () => {
    const witness = await testWitness();
    const log = await grownLog(3);
    expect((await ask(witness, await requestOf(log, 0))).status).toBe(200);
    await log.append(eventsNumbered(4));
    const checkpoint = await log.checkpoint();
    const proof = await log.consistencyProof(3);
    const flipped = proof.map((hash, index) => (index === 1 ? hash.map((byte) => byte ^ 1) : hash));
    const hash = new Uint8Array(32);
    for (const wrong of [[], proof.slice(1), [...proof, hash], [...proof].reverse(), flipped]) {
      const answer = await ask(witness, writeAddCheckpoint({ oldSize: 3, proof: wrong, checkpoint }));
      expect(answer.status).toBe(422);
    }
    expect((await ask(witness, writeAddCheckpoint({ oldSize: 3, proof, checkpoint }))).status).toBe(200);
    const repeated = writeAddCheckpoint({ oldSize: 7, proof: [hash], checkpoint });
    expect((await ask(witness, repeated)).status).toBe(422);
  });

  it('takes no proof for the first checkpoint, and an empty tree with the root of one', async () => {
    const proof = [new Uint8Array(32)];
    const checkpoint = await (await grownLog(1)).checkpoint();
    expect(
      (await ask(await testWitness(), writeAddCheckpoint({ oldSize: 0, proof, checkpoint }))).status,
    ).toBe(422);
    const witness = await testWitness();
    const wrong = await checkpointOf(0, new Uint8Array(32));
    const empty = await checkpointOf(0, EMPTY_ROOT);
    const request = (note: string): string => writeAddCheckpoint({ oldSize: 0, proof: [], checkpoint: note });
    expect((await ask(witness, request(wrong))).status).toBe(422);
    expect((await ask(witness, request(empty))).status).toBe(200);
    expect((await ask(witness, request(wrong))).status).toBe(422);
    expect((await ask(witness, request(checkpoint))).status).toBe(200);
  });

  it('knows logs by their origin and their keys', async () => {
    const witness = await testWitness();
    const log = await grownLog(1);
    const request = await requestOf(log, 0);
    expect((await ask(witness, request.replaceAll(ORIGIN, 'example.com/other'))).status).toBe(404);
    // Another key of the same name, and so of another key id; and a signature that was changed.
    const stranger = await CheckpointIssuer.of(ORIGIN, signerOf(8));
    const unsigned = writeAddCheckpoint({
      oldSize: 0,
      proof: [],
      checkpoint: await stranger.issue(1, EMPTY_ROOT),
    });
    expect((await ask(witness, unsigned)).status).toBe(403);
    expect((await ask(witness, request.replace(`${ORIGIN}\n1\n`, `${ORIGIN}\n2\n`))).status).toBe(403);
    const line = request.slice(request.lastIndexOf('\u2014'));
    expect((await ask(witness, `${request}${line}`)).status).toBe(403);
    expect((await ask(witness, request)).status).toBe(200);
  });

  it('is not made without a key, without a log\u2019s key, or with a log twice', async () => {
    const store = await testStore();
    const cosigners = [cosignerOf(1)];
    for (const options of [
      { logs: [LOG], cosigners: [] },
      { logs: [LOG, LOG], cosigners },
      { logs: [{ origin: ORIGIN, verifierKeys: [] }], cosigners },
      { logs: [{ ...LOG, origin: 'o'.repeat(256) }], cosigners },
      { logs: [{ origin: ORIGIN, verifierKeys: ['example.com+00000000+AA=='] }], cosigners },
    ]) {
      expect(await codeOf(() => createWitness({ store, ...options }))).toBe('option-malformed');
    }
  });

  it('cosigns nothing that its store did not take, or its key does not sign, or has no time', async () => {
    const log = await grownLog(1);
    const request = await requestOf(log, 0);
    const store = await testStore();
    await store.close();
    expect(await ask(await testWitness({ store }), request)).toMatchObject({
      status: 500,
      body: 'the witness failed: log-closed\n',
    });
    const failing = { ...cosignerOf(1), sign: () => Promise.reject(new Error('away')) };
    const unsigning = await testWitness({ cosigners: [failing] });
    expect(await ask(unsigning, request)).toMatchObject({
      status: 500,
      body: 'the witness failed: unexpectedly\n',
    });
    expect(await ask(await testWitness({ clock: () => Number.NaN }), request)).toMatchObject({ status: 500 });
  });
});

describe('the body of a request', () => {
  it.each([
    ['nothing', ''],
    ['no old size', '\n\n'],
    ['a size with a leading zero', 'old 00\n\n'],
    ['a signed size', 'old -1\n\n'],
    ['a size in hexadecimal', 'old 0x1\n\n'],
    ['a size of 2^53', 'old 9007199254740992\n\n'],
    ['a size of a hundred digits', `old ${'9'.repeat(100)}\n\n`],
    ['a carriage return', 'old 0\r\n\r\n\n\n'],
    ['a hash of 31 bytes', `old 1\n${Buffer.alloc(31).toString('base64')}\n\n`],
    ['a hash without padding', `old 1\n${Buffer.alloc(32).toString('base64').replace('=', '')}\n\n`],
    ['64 hashes', `old 1\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n`],
    ['one line alone', 'old 0\n'],
  ])('is refused with %s', async (_, start) => {
    const log = await grownLog(1);
    expect((await ask(await testWitness(), `${start}${await log.checkpoint()}`)).status).toBe(400);
  });

  it('is refused with another note than a checkpoint, cut anywhere, and in no UTF-8', async () => {
    const witness = await testWitness();
    const whole = Buffer.from(await requestOf(await grownLog(1), 0));
    for (let length = 0; length < whole.length; length += 1) {
      const { status } = await witness.addCheckpoint(whole.subarray(0, length));
      expect([400, 403, 404]).toContain(status);
    }
    expect((await ask(witness, 'old 0\n\na poem\n\n\u2014 x AAAAAAAA\n')).status).toBe(400);
    const broken = Buffer.concat([whole, Uint8Array.of(0xff)]);
    expect((await witness.addCheckpoint(broken)).status).toBe(400);
    expect((await witness.addCheckpoint(new Uint8Array(200_000).fill(0x61))).status).toBe(400);
    expect((await witness.addCheckpoint(whole)).status).toBe(200);
  });
});

describe('the server of a witness', () => {
  it('answers on its path alone, to POST alone', async () => {
    const url = await listen(createWitnessServer(await testWitness(), { prefix: '/w1' }));
    const body = await requestOf(await grownLog(1), 0);
    const post = { method: 'POST', body };
    expect((await fetch(`${url}/add-checkpoint`, post)).status).toBe(404);
    const wrong = await fetch(`${url}/w1/add-checkpoint`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const answer = await fetch(`${url}/w1/add-checkpoint`, post);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toMatch(/^\u2014 witness\.example\/w1 [A-Za-z0-9+/=]+\n$/u);
  });

  it('refuses 10 MB without reading them, stated or streamed', async () => {
    const url = await serveWitness(await testWitness());
    const stated = httpRequest(`${url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'Content-Length': 10_000_000 },
    });
    stated.on('error', () => undefined);
    stated.write('old 0\n');
    const [response] = (await once(stated, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    stated.destroy();
    const streamed = httpRequest(`${url}/add-checkpoint`, { method: 'POST' });
    streamed.on('error', () => undefined);
    let written = 0;
    const chunk = Buffer.alloc(65_536, 'a');
    const writing = setInterval(() => {
      if (written < 10_000_000 && streamed.write(chunk)) written += chunk.length;
    }, 1);
    const [early] = (await once(streamed, 'response')) as [{ statusCode: number }];
    clearInterval(writing);
    streamed.destroy();
    expect(early.statusCode).toBe(413);
    expect(written).toBeLessThan(5_000_000);
  });

  it('drops whoever sends slowly, or stops, and serves the next', async () => {
    const url = await listen(createWitnessServer(await testWitness(), { requestTimeoutMs: 200 }));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nold');
    socket.resume();
    await once(socket, 'close');
    const cut = connect(Number(new URL(url).port), '127.0.0.1');
    cut.end('POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nold');
    cut.resume();
    await once(cut, 'close');
    const answer = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: await requestOf(await grownLog(1), 0),
    });
    expect(answer.status).toBe(200);
  });

  it('has a path of plain segments', async () => {
    const witness = await testWitness();
    for (const prefix of ['w1', '/w1/', '/a b', '/\u00e4', '/a?b']) {
      expect(await codeOf(() => createWitnessServer(witness, { prefix }))).toBe('option-malformed');
    }
  });
});
