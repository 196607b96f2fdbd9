import { hexToBytes } from '@noble/hashes/utils.js';
import { readBitcoinTrust } from '../src/anchor/anchor-trust-file.ts';
import { verifyAnchor } from '../src/anchor/verify-anchor.ts';
import { decodeBase64 } from '../src/verify/base64.ts';

/** An anchor and what it is examined under, as texts that get into any place where a script runs. */
export interface Examined {
  /** Base64. */
  readonly anchor: string;
  readonly origin: string;
  /** In hexadecimal. */
  readonly publicKey: string;
  /** JSON for `readBitcoinTrust`. */
  readonly trust: unknown;
}

/** The report on an anchor, or why the trust was refused, as JSON: all that a page does which examines anchors. */
export function examine({ anchor, origin, publicKey, trust }: Examined): string {
  const bitcoin = readBitcoinTrust(trust);
  if ('refused' in bitcoin) return JSON.stringify(bitcoin);
  const bytes = decodeBase64(anchor) ?? new Uint8Array(0);
  return JSON.stringify(verifyAnchor(bytes, { origin, publicKey: hexToBytes(publicKey), ...bitcoin }));
}
