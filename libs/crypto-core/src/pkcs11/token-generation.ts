import { CryptoError } from '../error.ts';
import { CKA, CKO } from './cryptoki.ts';
import type { Pkcs11Attribute, Pkcs11Handle, Pkcs11Module } from './pkcs11-module.ts';
import type { TokenAlgorithm } from './token-algorithm.ts';
import type { TokenObjects } from './token-objects.ts';

const SYMMETRIC_LENGTH = 32;

/** One session of a token, and its objects. */
interface Token {
  readonly module: Pkcs11Module;
  readonly session: Pkcs11Handle;
  readonly objects: TokenObjects;
}

/**
 * Makes a key in a token that stays in it: sensitive, not extractable, for one use.
 *
 * @throws CryptoError `provider-failed` where the token made it otherwise, and the key is gone again
 */
export function generateInToken(
  token: Token,
  use: TokenAlgorithm,
  o: { readonly id: string; readonly label: string },
): void {
  const { module, session } = token;
  const named: Pkcs11Attribute[] = [
    { type: CKA.token, value: true },
    { type: CKA.id, value: Buffer.from(o.id, 'hex') },
    { type: CKA.label, value: o.label },
  ];
  const secret: Pkcs11Attribute[] = [
    ...named,
    { type: CKA.private, value: true },
    { type: CKA.sensitive, value: true },
    { type: CKA.extractable, value: false },
    { type: CKA.sign, value: true },
  ];
  const mechanism = { mechanism: use.generation };
  const [curve] = use.curves;
  if (curve === undefined) {
    const handle = module.C_GenerateKey(session, mechanism, [
      { type: CKA.class, value: CKO.secretKey },
      { type: CKA.keyType, value: use.keyTypes[0] },
      ...secret,
      { type: CKA.verify, value: false },
      { type: CKA.valueLength, value: SYMMETRIC_LENGTH },
    ]);
    requireSealedIn(token, [handle]);
    return;
  }
  const pair = module.C_GenerateKeyPair(
    session,
    mechanism,
    [
      ...named,
      { type: CKA.private, value: false },
      { type: CKA.verify, value: true },
      { type: CKA.ecParameters, value: curve },
    ],
    secret,
  );
  requireSealedIn(token, [pair.privateKey, pair.publicKey]);
}

/** @param handles of the secret or private key first */
function requireSealedIn(
  { module, session, objects }: Token,
  handles: [Pkcs11Handle, ...Pkcs11Handle[]],
): void {
  if (objects.isSealedIn(handles[0])) return;
  for (const handle of handles) module.C_DestroyObject(session, handle);
  throw new CryptoError('provider-failed', 'the token made a key that can leave it, which was destroyed', {
    limit: 'sensitive and never extractable',
  });
}
