import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server was asked. */
export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly id: number; readonly method: string; readonly params: unknown };
}

export interface AnsweringServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** A real HTTP server on a port of the system's choice that answers as a test says, and remembers what it was asked. */
export async function answerWith(
  respond: (response: ServerResponse, asked: Asked, count: number) => void,
): Promise<AnsweringServer> {
  const asked: Asked[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked['body'];
      const one = { path: request.url ?? '', authorization: request.headers.authorization, body };
      asked.push(one);
      respond(response, one, asked.length);
    });
  };
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers like a node: JSON-RPC 1.0 with the id that was asked. */
export function result(response: ServerResponse, { body }: Asked, json: string): void {
  response.setHeader('content-type', 'application/json');
  response.end(`{"result":${json},"error":null,"id":${body.id}}`);
}
