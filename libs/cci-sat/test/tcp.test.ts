import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { utf8 } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { MOST_MESSAGE_BYTES } from '../src/message/signed-message.ts';
import { answerOverTcp, askOverTcp } from '../src/transport/tcp.ts';

const echo = (message: Uint8Array): Promise<Uint8Array> => Promise.resolve(message);

/** A server that answers every connection with the given bytes and then ends it, or stays silent. */
async function serverSaying(bytes: Uint8Array | 'nothing') {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    if (bytes !== 'nothing') socket.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: { host: '127.0.0.1', port: address.port },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a question over TCP', () => {
  it('is answered, also when it is as large as a message may be', async () => {
    await using answerer = await answerOverTcp(echo);
    for (const message of [
      utf8('a proposal'),
      new Uint8Array(0),
      new Uint8Array(MOST_MESSAGE_BYTES).fill(7),
    ]) {
      expect(await askOverTcp(answerer.address)(message)).toEqual(message);
    }
  });

  it('is refused when nobody listens', async () => {
    const answerer = await answerOverTcp(echo);
    await answerer[Symbol.asyncDispose]();
    await expect(askOverTcp(answerer.address)(utf8('x'))).rejects.toMatchObject({
      code: 'counterparty-unreachable',
      value: `127.0.0.1:${answerer.address.port}`,
    });
  });

  it('is given up when the answer does not come in time, or ends early', async () => {
    await using silent = await serverSaying('nothing');
    await expect(askOverTcp(silent.address, 50)(utf8('x'))).rejects.toMatchObject({
      code: 'counterparty-unreachable',
      limit: '50 ms',
    });
    await using short = await serverSaying(Uint8Array.of(0, 0, 0, 9, 1, 2));
    await expect(askOverTcp(short.address)(utf8('x'))).rejects.toMatchObject({
      code: 'counterparty-unreachable',
    });
  });

  it('refuses an answer that announces too much, before it is read', async () => {
    await using greedy = await serverSaying(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    await expect(askOverTcp(greedy.address)(utf8('x'))).rejects.toMatchObject({ code: 'message-too-large' });
  });

  it('refuses a question that announces too much, and one that never ends, and goes on for others', async () => {
    await using answerer = await answerOverTcp(echo, { timeoutMs: 100 });
    const { host, port } = answerer.address;
    for (const bytes of [Uint8Array.of(0xff, 0xff, 0xff, 0xff), Uint8Array.of(0, 0)]) {
      const socket = connect({ host, port });
      socket.on('error', () => undefined);
      socket.write(bytes);
      await once(socket, 'close');
    }
    expect(await askOverTcp(answerer.address)(utf8('still there'))).toEqual(utf8('still there'));
  });

  it('closes the connection when the answer fails', async () => {
    await using answerer = await answerOverTcp(() => Promise.reject(new Error('no answer to this')));
    await expect(askOverTcp(answerer.address)(utf8('x'))).rejects.toMatchObject({
      code: 'counterparty-unreachable',
    });
  });
});
