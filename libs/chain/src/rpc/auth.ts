import { readFile } from 'node:fs/promises';

import type { SecretBytes } from '@bitcoin-enterprise/crypto-core';

import { ChainError } from '../error/chain-error.ts';

/**
 * How a node knows its user: by the cookie file that it writes at every start, or by a name and a password
 * (`rpcauth`). The password stays the caller's to dispose of, after the client's last use.
 */
export type RpcAuth =
  { readonly cookieFile: string } | { readonly username: string; readonly password: SecretBytes };

/** A cookie is `__cookie__:` and 64 hex digits; anything much longer is some other file. */
const COOKIE_MAXIMUM_BYTES = 1024;

/**
 * The value of the `Authorization` header (RFC 7617). It is a string, which cannot be wiped: the header of an HTTP
 * request can be nothing else.
 *
 * @throws ChainError `rpc-cookie-missing`, `rpc-cookie-malformed`
 */
export async function authorization(auth: RpcAuth): Promise<string> {
  if ('cookieFile' in auth) return basic(await readCookie(auth.cookieFile));
  const prefix = Buffer.from(`${auth.username}:`);
  return auth.password.expose((password) => basic(Buffer.concat([prefix, password])));
}

function basic(credentials: Buffer): string {
  const header = `Basic ${credentials.toString('base64')}`;
  credentials.fill(0);
  return header;
}

async function readCookie(path: string): Promise<Buffer> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw new ChainError(
      'rpc-cookie-missing',
      `the node's cookie file ${path} cannot be read: is the node running?`,
      {
        value: path,
        cause,
      },
    );
  }
  const end = content.at(-1) === 0x0a ? content.length - 1 : content.length;
  const cookie = content.subarray(0, end);
  if (cookie.length > COOKIE_MAXIMUM_BYTES || cookie.includes(0x0a) || cookie.indexOf(0x3a) < 1) {
    const value = `${content.length} bytes`;
    const limit = `one line name:password of at most ${COOKIE_MAXIMUM_BYTES} bytes`;
    throw new ChainError('rpc-cookie-malformed', `${path} holds no cookie: ${limit}`, { value, limit });
  }
  return cookie;
}
