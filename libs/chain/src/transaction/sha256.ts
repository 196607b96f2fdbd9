import { sha256 as portable } from '@noble/hashes/sha2.js';

type OneShotHash = (algorithm: 'sha256', data: Uint8Array, output: 'buffer') => Uint8Array;

/** OpenSSL, where this runs on Node. Asked for, not imported, so that headers can be checked without Node. */
function nativeHash(): OneShotHash | undefined {
  const { process } = globalThis as {
    readonly process?: {
      readonly getBuiltinModule?: (id: string) => { readonly hash?: OneShotHash } | undefined;
    };
  };
  return process?.getBuiltinModule?.('node:crypto')?.hash;
}

const native = nativeHash();

/** 32 bytes. */
export const sha256: (data: Uint8Array) => Uint8Array =
  native === undefined ? portable : (data) => native('sha256', data, 'buffer');
