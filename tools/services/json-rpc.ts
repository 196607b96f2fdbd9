import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { ServiceError } from './service-error.ts';

/**
 * One JSON-RPC call to a node on this machine, with the cookie that the node wrote. Amounts come back as numbers:
 * enough to drive a regtest node; what handles money reads amounts as text.
 *
 * @throws ServiceError `rpc-refused` (`value` is the node's error code), `rpc-unreachable`
 */
export async function callRpc(
  node: { url: string; cookieFile: string },
  method: string,
  params: readonly unknown[] = [],
  wallet?: string,
): Promise<unknown> {
  const url = wallet === undefined ? node.url : `${node.url}/wallet/${encodeURIComponent(wallet)}`;
  let answer: { result?: unknown; error?: { code: number; message: string } | null };
  try {
    const cookie = await readFile(node.cookieFile, 'utf8');
    answer = JSON.parse(await post(url, cookie, JSON.stringify({ id: 1, method, params }))) as typeof answer;
  } catch (cause) {
    throw new ServiceError('rpc-unreachable', `${method}: no answer from the node`, {
      value: node.url,
      cause,
    });
  }
  if (answer.error) {
    throw new ServiceError('rpc-refused', `${method}: ${answer.error.message}`, {
      value: String(answer.error.code),
    });
  }
  return answer.result;
}

function post(url: string, auth: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // A connection a call: a kept one may be closed by the node just as the next call uses it.
    const sent = request(url, { method: 'POST', auth, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (text === '') reject(new Error(`HTTP status ${String(response.statusCode)}`));
        else resolve(text);
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
