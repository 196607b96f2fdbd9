import { ChainError } from '../error/chain-error.ts';
import { asObject } from './answer.ts';
import type { HttpAnswer } from './http.ts';
import { parseExactJson } from './json.ts';

/** `RPC_IN_WARMUP`, Bitcoin Core `src/rpc/protocol.h`. */
const IN_WARMUP = -28;
const LONGEST_REASON = 500;

interface RpcQuestion {
  readonly method: string;
  readonly id: number;
  readonly url: string;
}

/**
 * Takes the result out of what a node answered to a call, or throws what it refused with.
 *
 * @throws ChainError `rpc-unauthorized`, `rpc-busy`, `rpc-warming-up`, `rpc-refused`, `rpc-malformed`
 */
export function readEnvelope(answer: HttpAnswer, question: RpcQuestion): unknown {
  const { status, text } = answer;
  const { method, url } = question;
  if (status === 401 || status === 403) {
    const value = `HTTP ${status}`;
    throw new ChainError('rpc-unauthorized', `the node at ${url} refuses these credentials for ${method}`, {
      value,
    });
  }
  if (status === 503) {
    const value = `HTTP ${status}`;
    throw new ChainError('rpc-busy', `the node at ${url} has too many calls waiting`, { value });
  }
  // Refusals come with a JSON body (JSON-RPC 1.0); any other status is no node's.
  if (![200, 400, 404, 500].includes(status)) throw malformed(question, `HTTP ${status}`, 'HTTP 200');
  const envelope = asObject(parseExactJson(text), `the answer to ${method}`);
  if (envelope.id !== question.id)
    throw malformed(question, 'the answer to another call', `id ${question.id}`);
  if (envelope.error !== null && envelope.error !== undefined) throw refusal(question, envelope.error);
  if (status !== 200 || !('result' in envelope))
    throw malformed(question, `HTTP ${status} without a result`, 'a result');
  return envelope.result;
}

function refusal({ method }: RpcQuestion, error: unknown): ChainError {
  const { code, message } = asObject(error, `the error of ${method}`);
  const rpcCode = typeof code === 'number' ? code : 0;
  const reason = typeof message === 'string' ? message.slice(0, LONGEST_REASON) : 'no reason given';
  const ours = rpcCode === IN_WARMUP ? 'rpc-warming-up' : 'rpc-refused';
  return new ChainError(ours, `${method} was refused: ${reason} (${rpcCode})`, { value: reason, rpcCode });
}

function malformed({ method, url }: RpcQuestion, value: string, limit: string): ChainError {
  return new ChainError('rpc-malformed', `${url} answered ${method} with ${value}: ${limit} is wanted`, {
    value,
    limit,
  });
}
