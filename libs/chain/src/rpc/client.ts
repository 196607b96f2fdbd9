import { ChainError, isChainError } from '../error/chain-error.ts';
import { type RpcAuth, authorization } from './auth.ts';
import { readEnvelope } from './envelope.ts';
import { type HttpAnswer, post } from './http.ts';

export interface RpcClientOptions {
  /** Such as `http://127.0.0.1:8332`; without user and password. */
  readonly url: string;
  readonly auth: RpcAuth;
  /** How long a call may take altogether. Default 30,000. */
  readonly timeoutMs?: number;
  /** The largest answer that is read. Default 64 MiB: a full block is at most 8 MB of hex. */
  readonly maxAnswerBytes?: number;
}

export interface RpcCallOptions {
  /** The wallet that a wallet call is about. */
  readonly wallet?: string;
  readonly timeoutMs?: number;
}

/** What a call passes on. Amounts go as decimal text, which nodes read exactly. */
export type RpcParameter =
  string | number | boolean | null | readonly RpcParameter[] | { readonly [name: string]: RpcParameter };

/** Calls a node's JSON-RPC. */
export interface RpcClient {
  /** Scheme, host and port; no secret. */
  readonly url: string;
  /**
   * Calls a method and reads its answer.
   *
   * @param parse - turns the answer into what the caller wants, or throws; see `rpc-malformed`
   * @throws ChainError `rpc-unreachable`, `rpc-timeout`, `rpc-unauthorized`, `rpc-cookie-missing`,
   *   `rpc-cookie-malformed`, `rpc-malformed`, `rpc-answer-too-large`, `rpc-busy`, `rpc-warming-up`, and `rpc-refused`
   *   with the node's own number in `rpcCode` and its words in the message
   */
  call<T>(
    method: string,
    parameters: readonly RpcParameter[],
    parse: (answer: unknown) => T,
    options?: RpcCallOptions,
  ): Promise<T>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * A client for the JSON-RPC of Bitcoin Core, Knots and Litecoin Core over HTTP. Nothing is sent before the first call.
 *
 * @throws ChainError `rpc-url-invalid`
 */
export function createRpcClient(options: RpcClientOptions): RpcClient {
  const base = readUrl(options.url);
  const { auth } = options;
  const maxBytes = options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
  let header: string | undefined;
  let lastId = 0;

  const send = async (path: string, body: string, timeoutMs: number): Promise<HttpAnswer> => {
    const fresh = header === undefined;
    header ??= await authorization(auth);
    const request = { url: base + path, body, timeoutMs, maxBytes };
    const answer = await post({ ...request, authorization: header });
    if (answer.status !== 401) return answer;
    header = undefined;
    // A node writes a new cookie at every start: what was read before may be of the last one.
    if (fresh || !('cookieFile' in auth)) return answer;
    header = await authorization(auth);
    return post({ ...request, authorization: header });
  };

  return {
    url: base,
    call: async (method, parameters, parse, callOptions = {}) => {
      lastId += 1;
      const id = lastId;
      const body = JSON.stringify({ jsonrpc: '1.0', id, method, params: parameters });
      const { wallet, timeoutMs } = callOptions;
      const path = wallet === undefined ? '/' : `/wallet/${encodeURIComponent(wallet)}`;
      const answer = await send(path, body, timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      return parsed(method, parse, readEnvelope(answer, { method, id, url: base }));
    },
  };
}

function parsed<T>(method: string, parse: (answer: unknown) => T, result: unknown): T {
  try {
    return parse(result);
  } catch (cause) {
    if (!isChainError(cause) || cause.code !== 'rpc-malformed') throw cause;
    const { value, limit } = cause;
    throw new ChainError('rpc-malformed', `${method}: ${cause.message}`, { value, limit, cause });
  }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const limit = 'http or https, a host, no user, password, path or query';
  const plain =
    url !== undefined &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '') &&
    url.pathname === '/';
  // The text is not repeated: it may hold a password.
  if (!plain)
    throw new ChainError('rpc-url-invalid', `the node's URL is not of the form wanted: ${limit}`, { limit });
  return url.origin;
}
