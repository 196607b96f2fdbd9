import { CryptoError, type CryptoErrorCode, isCryptoError } from '../error.ts';
import { CKR } from './cryptoki.ts';

/** A PKCS #11 return value and its name in a message of `pkcs11js`, which raises some errors as plain text. */
const RETURN_VALUE = /\b(CKR_[A-Z0-9_]+)(?::(\d+))?/;

const CODES: ReadonlyMap<number, CryptoErrorCode> = new Map<number, CryptoErrorCode>([
  [CKR.pinIncorrect, 'pin-wrong'],
  [CKR.pinInvalid, 'pin-wrong'],
  [CKR.pinLengthRange, 'pin-wrong'],
  [CKR.pinExpired, 'token-locked'],
  [CKR.pinLocked, 'token-locked'],
  [CKR.userPinNotInitialized, 'token-locked'],
  [CKR.deviceRemoved, 'token-missing'],
  [CKR.tokenNotPresent, 'token-missing'],
  [CKR.tokenNotRecognized, 'token-missing'],
  [CKR.mechanismInvalid, 'algorithm-unsupported'],
  [CKR.mechanismParameterInvalid, 'algorithm-unsupported'],
  [CKR.domainParametersInvalid, 'algorithm-unsupported'],
  [CKR.curveNotSupported, 'algorithm-unsupported'],
]);

const PROBLEMS: Partial<Readonly<Record<CryptoErrorCode, string>>> = {
  'pin-wrong': 'the token refuses the PIN',
  'token-locked': 'the token is locked: its PIN is blocked, expired or not set',
  'token-missing': 'the token is not there',
  'algorithm-unsupported': 'the token does not do this',
};

/** The number of a return value that a module threw; undefined for every other error. */
export function returnValueOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const digits = RETURN_VALUE.exec(error.message)?.[2];
  if (digits !== undefined) return Number(digits);
  const isPkcs11Error = RETURN_VALUE.test(error.message) && 'code' in error;
  return isPkcs11Error && typeof error.code === 'number' ? error.code : undefined;
}

/**
 * What a module threw as an error of this library. Neither the message nor the error itself is passed on: what is in them
 * is up to the module, and it was given the PIN.
 */
export function tokenError(error: unknown, doing: string): CryptoError {
  if (isCryptoError(error)) return error;
  const returnValue = returnValueOf(error);
  const name = error instanceof Error ? RETURN_VALUE.exec(error.message)?.[1] : undefined;
  const code = CODES.get(returnValue ?? -1) ?? 'provider-failed';
  const value = returnValue === undefined ? doing : `${doing}: ${name ?? 'CKR'} (${returnValue})`;
  return new CryptoError(code, PROBLEMS[code] ?? 'the token failed', { value });
}
