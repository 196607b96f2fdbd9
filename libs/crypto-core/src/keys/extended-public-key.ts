import { HDKey } from '@scure/bip32';
import { CryptoError } from '../error.ts';
import { HARDENED, parseDerivationPath } from './derivation-path.ts';

/**
 * The public key at a path below an extended public key (CKDpub of BIP32). Everything here is public.
 *
 * @param xpub Base58Check, version `xpub`; a private key is refused and never shown
 * @param path relative to the xpub, which is `m`; no hardened steps: `m/0/5`
 * @returns 33 bytes, compressed
 * @throws CryptoError `extended-key-malformed`, `path-malformed`
 */
export function derivePublicKey(xpub: string, path: string): Uint8Array {
  const childNumbers = parseDerivationPath(path);
  if (childNumbers.some((childNumber) => childNumber >= HARDENED)) {
    throw new CryptoError('path-malformed', 'a public key has no hardened children', {
      value: JSON.stringify(path),
      limit: 'steps without mark',
    });
  }
  let key = parseXpub(xpub);
  if (key.depth + childNumbers.length > 255) {
    throw new CryptoError('path-malformed', 'the derivation path is too deep', {
      value: `${childNumbers.length} steps below depth ${key.depth}`,
      limit: 'depth 255',
    });
  }
  for (const childNumber of childNumbers) key = key.deriveChild(childNumber);
  if (key.publicKey === null) throw malformed(xpub);
  return key.publicKey;
}

function parseXpub(xpub: string): HDKey {
  // Looked at before the parser, which would turn a private key into a number on the way to its public one.
  if (!xpub.startsWith('xpub')) throw malformed(xpub);
  try {
    return HDKey.fromExtendedKey(xpub);
  } catch {
    throw malformed(xpub);
  }
}

function malformed(xpub: string): CryptoError {
  return new CryptoError('extended-key-malformed', 'the text is no extended public key', {
    value: `${xpub.length} characters`,
    limit: 'xpub in Base58Check of 78 bytes with a point of secp256k1 (BIP32)',
  });
}
