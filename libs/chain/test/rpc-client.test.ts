import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createRpcClient, type RpcAuth } from '../src/index.ts';
import { answerWith, result } from './answering-server.ts';
import { expectChainError } from './expect-chain-error.ts';

const PASSWORD = 'correct horse battery staple';
const auth: RpcAuth = { username: 'swapper', password: SecretBytes.fromUtf8(PASSWORD) };
const raw = (answer: unknown): unknown => answer;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chain-rpc-'));
});
afterEach(() => rm(folder, { recursive: true }));

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

describe('a call', () => {
  it('sends JSON-RPC with the password, and gives the result', async () => {
    await using server = await answerWith((response, asked) => {
      result(response, asked, '"ok"');
    });
    const client = createRpcClient({ url: server.url, auth });
    expect(client.url).toBe(server.url);
    expect(await client.call('echo', [1, 'a', null, { b: [true] }], raw)).toBe('ok');
    expect(await client.call('echo', [], raw)).toBe('ok');
    expect(server.asked.map(({ path, authorization }) => [path, authorization])).toEqual(
      Array(2).fill(['/', basic(`swapper:${PASSWORD}`)]),
    );
    expect(server.asked[0]?.body).toMatchObject({ method: 'echo', params: [1, 'a', null, { b: [true] }] });
    expect(server.asked[0]?.body.id).not.toBe(server.asked[1]?.body.id);
  });

  it('names a wallet in the path, whatever characters its name has', async () => {
    await using server = await answerWith((response, asked) => {
      result(response, asked, 'null');
    });
    const client = createRpcClient({ url: server.url, auth });
    await client.call('getbalances', [], raw, { wallet: '../a b/ü' });
    expect(server.asked[0]?.path).toBe('/wallet/..%2Fa%20b%2F%C3%BC');
  });

  it('gives the refusal of the node with its number and its words', async () => {
    await using server = await answerWith((response, { body }) => {
      response.statusCode = 500;
      response.end(
        `{"result":null,"error":{"code":-8,"message":"Block height out of range"},"id":${body.id}}`,
      );
    });
    const client = createRpcClient({ url: server.url, auth });
    const error = await expectChainError('rpc-refused', () => client.call('getblockhash', [9], raw));
    expect(error).toMatchObject({ rpcCode: -8, value: 'Block height out of range' });
  });

  it.each([
    ['{"code":-28,"message":"Loading block index"}', 'rpc-warming-up'],
    ['{}', 'rpc-refused'],
    ['"no"', 'rpc-malformed'],
  ] as const)('reads the error %s as %s', async (json, code) => {
    await using server = await answerWith((response, { body }) => {
      response.statusCode = 500;
      response.end(`{"result":null,"error":${json},"id":${body.id}}`);
    });
    await expectChainError(code, () => createRpcClient({ url: server.url, auth }).call('x', [], raw));
  });

  it('passes on what the parser throws', async () => {
    await using server = await answerWith((response, asked) => {
      result(response, asked, '1');
    });
    const client = createRpcClient({ url: server.url, auth });
    const refusal = new RangeError('not that');
    const refuse = (): never => {
      throw refusal;
    };
    await expect(client.call('x', [], refuse)).rejects.toBe(refusal);
  });
});

describe('answers that are no answers', () => {
  it.each([
    ['no JSON', 200, 'hello', 'rpc-malformed'],
    ['half of one', 200, '{"result":', 'rpc-malformed'],
    ['nothing', 200, '', 'rpc-malformed'],
    ['another id', 200, '{"result":1,"error":null,"id":-1}', 'rpc-malformed'],
    ['no object', 200, '[1]', 'rpc-malformed'],
    ['a page', 502, '<html>', 'rpc-malformed'],
    ['busy', 503, 'Work queue depth exceeded', 'rpc-busy'],
    ['forbidden', 403, '', 'rpc-unauthorized'],
  ] as const)('%s', async (_name, status, text, code) => {
    await using server = await answerWith((response) => {
      response.statusCode = status;
      response.end(text);
    });
    await expectChainError(code, () => createRpcClient({ url: server.url, auth }).call('x', [], raw));
  });

  it('a result that is missing, under 200 and under 500', async () => {
    for (const status of [200, 500]) {
      await using server = await answerWith((response, { body }) => {
        response.statusCode = status;
        response.end(`{"error":null,"id":${body.id}}`);
      });
      await expectChainError('rpc-malformed', () =>
        createRpcClient({ url: server.url, auth }).call('x', [], raw),
      );
    }
  });

  it('a redirect: the password is for one host', async () => {
    await using elsewhere = await answerWith((response, asked) => {
      result(response, asked, '1');
    });
    await using server = await answerWith((response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    await expectChainError('rpc-malformed', () =>
      createRpcClient({ url: server.url, auth }).call('x', [], raw),
    );
    expect(elsewhere.asked).toEqual([]);
  });

  it('one that is too large, given up while it still arrives', async () => {
    await using server = await answerWith((response) => {
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const client = createRpcClient({ url: server.url, auth, maxAnswerBytes: 1_000_000 });
    const error = await expectChainError('rpc-answer-too-large', () => client.call('x', [], raw));
    expect(error.limit).toBe('1000000 bytes');
  });

  it('one that never comes', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createRpcClient({ url, auth });
    const error = await expectChainError('rpc-timeout', () => client.call('x', [], raw, { timeoutMs: 100 }));
    expect(error).toMatchObject({ value: url, limit: '100 ms' });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('one that begins and never ends', async () => {
    await using server = await answerWith((response) => {
      response.write('{"result":');
    });
    const client = createRpcClient({ url: server.url, auth, timeoutMs: 100 });
    await expectChainError('rpc-timeout', () => client.call('x', [], raw));
  });

  it('nobody at the port', async () => {
    const server = await answerWith(() => undefined);
    await server[Symbol.asyncDispose]();
    await expectChainError('rpc-unreachable', () =>
      createRpcClient({ url: server.url, auth }).call('x', [], raw),
    );
  });
});

describe('credentials', () => {
  it('come from the cookie, and are read again when the node has restarted', async () => {
    const cookieFile = join(folder, '.cookie');
    await writeFile(cookieFile, '__cookie__:first');
    await using server = await answerWith((response, asked, count) => {
      if (count === 2) response.writeHead(401).end();
      else result(response, asked, String(count));
    });
    const client = createRpcClient({ url: server.url, auth: { cookieFile } });
    expect(await client.call('x', [], raw)).toBe(1);
    await writeFile(cookieFile, '__cookie__:second\n');
    expect(await client.call('x', [], raw)).toBe(3);
    expect(server.asked.map(({ authorization }) => authorization)).toEqual(
      ['__cookie__:first', '__cookie__:first', '__cookie__:second'].map(basic),
    );
  });

  it('are given up on after one more try', async () => {
    const cookieFile = join(folder, '.cookie');
    await writeFile(cookieFile, '__cookie__:wrong');
    await using server = await answerWith((response, asked, count) => {
      if (count > 1) response.writeHead(401).end();
      else result(response, asked, '1');
    });
    const client = createRpcClient({ url: server.url, auth: { cookieFile } });
    await client.call('x', [], raw);
    await expectChainError('rpc-unauthorized', () => client.call('x', [], raw));
    expect(server.asked).toHaveLength(3);
  });

  it('that are refused at once are not tried again', async () => {
    await using server = await answerWith((response) => response.writeHead(401).end());
    const error = await expectChainError('rpc-unauthorized', () =>
      createRpcClient({ url: server.url, auth }).call('getbalances', [], raw),
    );
    expect(server.asked).toHaveLength(1);
    expect(JSON.stringify([error.message, error.value, error.stack])).not.toContain('horse');
  });

  it('need a cookie that is there', async () => {
    const cookieFile = join(folder, 'none');
    const client = createRpcClient({ url: 'http://127.0.0.1:1', auth: { cookieFile } });
    const error = await expectChainError('rpc-cookie-missing', () => client.call('x', [], raw));
    expect(error.value).toBe(cookieFile);
  });

  it.each(['', 'nocolon', ':nouser', 'a:b\nc:d', `a:${'x'.repeat(2_000)}`])(
    'refuse a cookie file of another form, without repeating it (case %#)',
    async (content) => {
      const cookieFile = join(folder, 'cookie');
      await writeFile(cookieFile, content);
      const client = createRpcClient({ url: 'http://127.0.0.1:1', auth: { cookieFile } });
      const error = await expectChainError('rpc-cookie-malformed', () => client.call('x', [], raw));
      if (content !== '') expect(error.message).not.toContain(content);
    },
  );
});

describe('the URL', () => {
  it.each([
    'nonsense',
    'ftp://127.0.0.1:8332',
    'http://user:secret@127.0.0.1:8332',
    'http://127.0.0.1:8332/wallet/x',
    'http://127.0.0.1:8332/?a=secret',
  ])('refuses %s without repeating it', async (url) => {
    const error = await expectChainError('rpc-url-invalid', () => createRpcClient({ url, auth }));
    expect(error.message).not.toContain('secret');
  });
});
