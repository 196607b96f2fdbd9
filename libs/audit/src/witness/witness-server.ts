import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LogError } from '../log-error.ts';
import { MAX_REQUEST_BYTES } from './add-checkpoint-request.ts';
import type { Witness } from './witness.ts';

/** How a witness is served. */
export interface WitnessServerOptions {
  /** Path in front of `/add-checkpoint`, such as `/witness`; none when absent. */
  readonly prefix?: string;
  /** Connections at a time; further ones are closed. Default 256. */
  readonly maxConnections?: number;
  /** Milliseconds in which a whole request must have come. Default 10,000. */
  readonly requestTimeoutMs?: number;
}

const DEFAULT_CONNECTIONS = 256;
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 8_192;
const KEEP_ALIVE_MS = 60_000;

/**
 * A server of `POST <prefix>/add-checkpoint` (C2SP tlog-witness) that is not listening yet: bodies up to 128 KiB, headers
 * up to 8 KiB, connections kept alive for a minute. It has no TLS: put it behind what ends that.
 *
 * @throws LogError `option-malformed`
 */
export function createWitnessServer(witness: Witness, options: WitnessServerOptions = {}): Server {
  const {
    prefix = '',
    maxConnections = DEFAULT_CONNECTIONS,
    requestTimeoutMs = DEFAULT_TIMEOUT_MS,
  } = options;
  if (!/^(?:\/[A-Za-z0-9._~-]+)*$/.test(prefix)) {
    throw new LogError('option-malformed', 'the prefix is no path', {
      value: JSON.stringify(prefix).slice(0, 80),
      limit: 'segments of letters, digits, ".", "_", "~" and "-", each behind a slash',
    });
  }
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 2),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      serve(witness, `${prefix}/add-checkpoint`, request, response).catch(() => {
        // The request was cut short: there is nobody to answer.
        response.destroy();
      });
    },
  );
  server.maxConnections = maxConnections;
  return server;
}

async function serve(
  witness: Witness,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.split('?')[0] !== path) {
    refuse(response, 404, 'there is nothing here');
  } else if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    refuse(response, 405, 'only POST is taken here');
  } else {
    const body = await readBody(request);
    if (body === undefined) {
      refuse(response, 413, `longer than ${MAX_REQUEST_BYTES} bytes`);
    } else {
      const { status, contentType, body: text } = await witness.addCheckpoint(body);
      respond(response, status, contentType, text);
    }
  }
}

/** `undefined` for one that is too long, as soon as that is known. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The rest of the request is not read, so the connection has no next one. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  response.setHeader('Connection', 'close');
  respond(response, status, 'text/plain; charset=utf-8', `${reason}\n`);
}

function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
