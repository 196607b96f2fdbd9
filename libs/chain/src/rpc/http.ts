import { ChainError } from '../error/chain-error.ts';

interface HttpRequest {
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts JSON and reads the whole answer, within a time and a size. Redirects are not followed: the credentials belong
 * to one host.
 *
 * @throws ChainError `rpc-unreachable`, `rpc-timeout`, `rpc-answer-too-large`
 */
export async function post(request: HttpRequest): Promise<HttpAnswer> {
  const { url, authorization, body, timeoutMs, maxBytes } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal,
    });
    return { status: response.status, text: await readText(response, maxBytes, new URL(url).origin) };
  } catch (cause) {
    if (cause instanceof ChainError) throw cause;
    const value = new URL(url).origin;
    if (signal.aborted) {
      const limit = `${timeoutMs} ms`;
      throw new ChainError('rpc-timeout', `the node at ${value} did not answer within ${limit}`, {
        value,
        limit,
        cause,
      });
    }
    throw new ChainError('rpc-unreachable', `the node at ${value} cannot be reached`, { value, cause });
  }
}

async function readText(response: Response, maxBytes: number, url: string): Promise<string> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) {
      const value = `more than ${maxBytes} bytes`;
      const limit = `${maxBytes} bytes`;
      throw new ChainError('rpc-answer-too-large', `the answer of ${url} has ${value}`, { value, limit });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
