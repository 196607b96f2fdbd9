import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { cosigner, isLogError } from '../src/index.ts';
import { createWitnessClient, type Witness, type WitnessClient } from '../src/witness.ts';
import { signatureLine } from '../src/note/signed-note.ts';
import { checkSignature } from '../src/verify/note-signature.ts';
import { readNote } from '../src/verify/signed-note.ts';
import { codeOf, signerOf } from './temporary-log.ts';
import {
  cosignerOf,
  keyOf,
  required,
  serveAnswer,
  serveWitness,
  testStore,
  testWitness,
} from './witness-setting.ts';
import { tell, type History } from './witness-history.ts';

const SIGNER = cosignerOf(1);

function clientOf(url: string, options: { timeoutMs?: number; fetch?: typeof fetch } = {}): WitnessClient {
  return createWitnessClient({ url, keys: [keyOf(SIGNER)], ...options });
}

async function cosign(client: WitnessClient, history: History, size: number): Promise<readonly string[]> {
  const checkpoint = required(history.checkpoints[size]);
  return client.cosign({ checkpoint, prove: (from) => history.prove(from, size) });
}

/** Counts the requests that reach a witness. */
function counted(witness: Witness): { readonly witness: Witness; readonly requests: () => number } {
  let requests = 0;
  return {
    requests: () => requests,
    witness: {
      verifierKeys: witness.verifierKeys,
      addCheckpoint: (body) => {
        requests += 1;
        return witness.addCheckpoint(body);
      },
    },
  };
}

describe('a client of a witness', () => {
  it('has checkpoints cosigned one after another, with one request each once it knows the size', async () => {
    const { witness, requests } = counted(await testWitness());
    const client = clientOf(`${await serveWitness(witness)}/`);
    const history = await tell('a', 60);
    for (const size of [1, 2, 33, 33, 60]) {
      const [line = '', ...rest] = await cosign(client, history, size);
      expect(rest).toEqual([]);
      const note = required(readNote(`${required(history.checkpoints[size])}${line}`));
      expect(checkSignature(note, keyOf(SIGNER)).status).toBe('valid');
    }
    expect(requests()).toBe(5);
  });

  it('starts from the size that the witness tells', async () => {
    const { witness, requests } = counted(await testWitness());
    const url = await serveWitness(witness);
    const history = await tell('a', 9);
    await cosign(clientOf(url), history, 7);
    expect(await cosign(clientOf(url), history, 9)).toHaveLength(1);
    expect(requests()).toBe(3);
  });

  it('takes the cosignatures of all keys that it was given, and of no other', async () => {
    const cosigners = [SIGNER, cosignerOf(2), cosignerOf(3)];
    const url = await serveWitness(await testWitness({ cosigners }));
    const keys = [SIGNER, cosignerOf(3)].map(keyOf);
    const history = await tell('a', 1);
    const lines = await cosign(createWitnessClient({ url, keys }), history, 1);
    const note = required(readNote(`${required(history.checkpoints[1])}${lines.join('')}`));
    expect(keys.map((key) => checkSignature(note, key, { verifyMlDsa44 }).status)).toEqual([
      'valid',
      'valid',
    ]);
    expect(checkSignature(note, keyOf(cosignerOf(2))).status).toBe('missing');
  });

  it('says that the witness is ahead of the log, and how far', async () => {
    const url = await serveWitness(await testWitness());
    const history = await tell('a', 9);
    await cosign(clientOf(url), history, 9);
    const error: unknown = await cosign(clientOf(url), history, 7).catch((thrown: unknown) => thrown);
    expect(isLogError(error) && [error.code, error.message, error.value, error.limit]).toEqual([
      'witness-conflict',
      'the witness does not follow the log: it has cosigned 9 entries',
      url,
      '7 entries',
    ]);
  });

  it('says that the witness has another tree of this size, or another history', async () => {
    const url = await serveWitness(await testWitness());
    await cosign(clientOf(url), await tell('a', 9), 5);
    expect(await codeOf(async () => cosign(clientOf(url), await tell('b', 9), 5))).toBe('witness-conflict');
    expect(await codeOf(async () => cosign(clientOf(url), await tell('b', 9), 7))).toBe('witness-refused');
  });

  it('does not follow a witness whose size changes for ever', async () => {
    let size = 0;
    const { witness, requests } = counted({
      verifierKeys: [],
      addCheckpoint: () =>
        Promise.resolve({ status: 409, contentType: 'text/x.tlog.size', body: `${(size += 1)}\n` }),
    });
    const client = clientOf(await serveWitness(witness));
    expect(await codeOf(async () => cosign(client, await tell('a', 60), 60))).toBe('witness-conflict');
    expect(requests()).toBe(4);
  });

  it.each([
    ['an empty answer', 200, 'text/plain', ''],
    ['a page', 200, 'text/html', '<html>\n'],
    ['an answer without an end', 200, 'text/plain', '\u2014 witness.example/w1 AAAAAAAA'],
    ['a signature of zeros', 200, 'text/plain', lineOf(new Uint8Array(72))],
    ['two lines of its key', 200, 'text/plain', lineOf(new Uint8Array(72)).repeat(2)],
    ['seventeen lines', 200, 'text/plain', '\u2014 x AAAAAAAA\n'.repeat(17)],
    ['no UTF-8', 200, 'text/plain', Uint8Array.of(0xff, 0x0a)],
    ['1 MB', 200, 'text/plain', 'x'.repeat(1_000_000)],
    ['a size that is none', 409, 'text/x.tlog.size', '1e3\n'],
    ['a size without a newline', 409, 'text/x.tlog.size', '3'],
    ['a size beyond all sizes', 409, 'text/x.tlog.size', '99999999999999999999\n'],
  ])('refuses %s', async (_, status, contentType, body) => {
    const client = clientOf(await serveAnswer(status, contentType, body));
    expect(await codeOf(async () => cosign(client, await tell('a', 1), 1))).toBe('witness-malformed');
  });

  it('refuses a cosignature of another checkpoint, and one without a time', async () => {
    const history = await tell('a', 2);
    const text = (size: number): string => `${required(history.checkpoints[size]).split('\n\n')[0] ?? ''}\n`;
    for (const [size, time] of [
      [1, 1_763_800_000],
      [2, 0],
    ] as const) {
      const client = clientOf(
        await serveAnswer(200, 'text/plain', lineOf(await SIGNER.sign(text(size), time))),
      );
      expect(await codeOf(() => cosign(client, history, 2))).toBe('witness-malformed');
    }
    const good = await serveAnswer(200, 'text/plain', lineOf(await SIGNER.sign(text(2), 1_763_800_000)));
    expect(await cosign(clientOf(good), history, 2)).toHaveLength(1);
  });

  it.each([
    [400, 'witness-refused'],
    [403, 'witness-refused'],
    [404, 'witness-refused'],
    [422, 'witness-refused'],
    [429, 'witness-unreachable'],
    [503, 'witness-unreachable'],
  ])('says that it was answered with %i, and no more', async (status, code) => {
    const url = await serveAnswer(status, 'text/plain', `no\u001b[2J${'!'.repeat(5000)}`);
    const error: unknown = await cosign(clientOf(url), await tell('a', 1), 1).catch(
      (thrown: unknown) => thrown,
    );
    expect(isLogError(error) && [error.code, error.value]).toEqual([code, `${url}: ${status}`]);
    expect(isLogError(error) && error.message.length).toBeLessThan(300);
    expect(isLogError(error) && error.message).not.toContain('\u001b');
  });

  it('does not wait for ever, nor follow to another place', async () => {
    const history = await tell('a', 1);
    const silent = await serveWitness({
      verifierKeys: [],
      addCheckpoint: () => new Promise(() => undefined),
    });
    expect(await codeOf(() => cosign(clientOf(silent, { timeoutMs: 50 }), history, 1))).toBe(
      'witness-unreachable',
    );
    const elsewhere: typeof fetch = (_, init) =>
      init?.redirect === 'error' ? Promise.reject(new TypeError('unexpected redirect')) : fetch(silent);
    expect(await codeOf(() => cosign(clientOf(silent, { fetch: elsewhere }), history, 1))).toBe(
      'witness-unreachable',
    );
    expect(await codeOf(() => cosign(clientOf('http://127.0.0.1:1'), history, 1))).toBe(
      'witness-unreachable',
    );
  });

  it('can be told to stop', async () => {
    const silent = await serveWitness({
      verifierKeys: [],
      addCheckpoint: () => new Promise(() => undefined),
    });
    const stop = new AbortController();
    const history = await tell('a', 1);
    const checkpoint = required(history.checkpoints[1]);
    const prove = (): Promise<Uint8Array[]> => Promise.resolve([]);
    const asking = clientOf(silent).cosign({ checkpoint, prove, signal: stop.signal });
    stop.abort();
    expect(await codeOf(() => asking)).toBe('witness-unreachable');
  });

  it('passes on what the log says about a proof', async () => {
    const url = await serveWitness(await testWitness());
    const history = await tell('a', 3);
    const prove = (): Promise<never> => Promise.reject(new Error('no such tree'));
    const checkpoint = required(history.checkpoints[3]);
    await expect(clientOf(url).cosign({ checkpoint, prove })).rejects.toThrow('no such tree');
    expect(await codeOf(() => clientOf(url).cosign({ checkpoint: 'a poem\n', prove }))).toBe(
      'note-malformed',
    );
  });

  it('needs a URL of HTTP and a key', async () => {
    const keys = [keyOf(SIGNER)];
    for (const url of ['', 'w1', 'file:///etc/passwd', 'javascript:alert(1)']) {
      expect(await codeOf(() => createWitnessClient({ url, keys }))).toBe('option-malformed');
    }
    expect(await codeOf(() => createWitnessClient({ url: 'https://w.example', keys: [] }))).toBe(
      'option-malformed',
    );
  });

  it('is not fooled by another key under the name of the witness', async () => {
    const impostor = cosigner(SIGNER.keyName, signerOf(55));
    const url = await serveWitness(await testWitness({ cosigners: [impostor], store: await testStore() }));
    expect(await codeOf(async () => cosign(clientOf(url), await tell('a', 1), 1))).toBe('witness-malformed');
  });
});

function lineOf(signature: Uint8Array): string {
  return signatureLine({ ...SIGNER, signature });
}
