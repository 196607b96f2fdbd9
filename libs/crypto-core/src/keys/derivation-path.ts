import { CryptoError } from '../error.ts';

/** BIP32: child numbers from here on are hardened. */
export const HARDENED = 0x80000000;
/** BIP32 serialises the depth in one byte. */
export const MAX_DEPTH = 255;

const STEP = /^(0|[1-9][0-9]{0,9})(['h]?)$/;

/**
 * The child numbers of a path such as `m/86'/0'/0'/0/5` or `m/86h/0h/0h/0/5` (BIP32). `m` alone is the empty path.
 *
 * @throws CryptoError `path-malformed`
 */
export function parseDerivationPath(path: string): readonly number[] {
  const [root, ...steps] = path.split('/');
  if (root !== 'm') throw malformed(path, 'a path that starts with m');
  if (steps.length > MAX_DEPTH) throw malformed(path, `at most ${MAX_DEPTH} steps`);
  return steps.map((step) => {
    const [, digits = '', mark = ''] = STEP.exec(step) ?? [];
    const number = Number(digits);
    if (digits === '' || number >= HARDENED)
      throw malformed(path, "steps of 0 to 2147483647, hardened ones with ' or h");
    return mark === '' ? number : number + HARDENED;
  });
}

function malformed(path: string, limit: string): CryptoError {
  return new CryptoError('path-malformed', 'the derivation path is malformed', {
    value: JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path),
    limit,
  });
}
