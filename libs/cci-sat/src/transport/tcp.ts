import { createServer, connect, type Socket } from 'node:net';
import { SwapError } from '../error.ts';
import { MOST_MESSAGE_BYTES } from '../message/signed-message.ts';

/** Where a desk listens. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** How long one question and its answer may take. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** One message of a connection: its length in four bytes (big-endian), then the message. */
const LENGTH_BYTES = 4;

/**
 * A counterparty's `ask` over TCP: one connection a question. Messages are signed, not encrypted: over a network that
 * is not trusted to keep them private, put a tunnel below. Fails with `counterparty-unreachable`.
 */
export function askOverTcp(
  address: TcpAddress,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): (message: Uint8Array) => Promise<Uint8Array> {
  return async (message) => {
    const socket = connect(address);
    try {
      return await Promise.race([exchange(socket, message), deadline(socket, timeoutMs)]);
    } catch (cause) {
      if (cause instanceof SwapError && cause.code === 'message-too-large') throw cause;
      throw new SwapError('counterparty-unreachable', `No answer from ${address.host}:${address.port}`, {
        value: `${address.host}:${address.port}`,
        limit: `${timeoutMs} ms`,
        cause,
      });
    } finally {
      socket.destroy();
    }
  };
}

/** A listening server; closing it ends its connections. */
export interface TcpAnswerer extends AsyncDisposable {
  readonly address: TcpAddress;
}

/** Answers proposals over TCP. Port 0 lets the system choose one. A connection that sends nonsense is closed. */
export async function answerOverTcp(
  answer: (message: Uint8Array) => Promise<Uint8Array>,
  o: { readonly host?: string; readonly port?: number; readonly timeoutMs?: number } = {},
): Promise<TcpAnswerer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setTimeout(o.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => socket.destroy());
    serve(socket, answer).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port ?? 0, o.host ?? '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('a TCP server has an address and a port');
  return {
    address: { host: address.address, port: address.port },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(socket: Socket, answer: (message: Uint8Array) => Promise<Uint8Array>): Promise<void> {
  const reply = await answer(await receive(socket));
  socket.end(frame(reply));
}

async function exchange(socket: Socket, message: Uint8Array): Promise<Uint8Array> {
  socket.write(frame(message));
  return receive(socket);
}

function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(framed.buffer).setUint32(0, message.length);
  framed.set(message, LENGTH_BYTES);
  return framed;
}

/** Reads one message; a peer that announces too much or sends too little gets no further. */
async function receive(socket: Socket): Promise<Uint8Array> {
  let received: Uint8Array = new Uint8Array(0);
  // The answer goes back on the same connection: reading enough must not end it.
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    received = Buffer.concat([received, chunk]);
    if (received.length < LENGTH_BYTES) continue;
    const length = new DataView(received.buffer, received.byteOffset).getUint32(0);
    if (length > MOST_MESSAGE_BYTES) {
      throw new SwapError(
        'message-too-large',
        `A message of ${length} bytes; at most ${MOST_MESSAGE_BYTES} are read`,
        {
          value: `${length} bytes`,
          limit: `${MOST_MESSAGE_BYTES} bytes`,
        },
      );
    }
    if (received.length >= LENGTH_BYTES + length)
      return Uint8Array.from(received.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  }
  throw new SwapError('field-malformed', `A connection that ended after ${received.length} bytes`, {
    value: `${received.length} bytes`,
    limit: 'one whole message',
  });
}

async function deadline(socket: Socket, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    socket.setTimeout(timeoutMs, () => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    });
    socket.on('error', reject);
  });
}
