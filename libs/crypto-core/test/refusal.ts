import { inspect } from 'node:util';
import { type CryptoError, isCryptoError } from '@bitcoin-enterprise/crypto-core';

/** Runs what must be refused, and checks the code and that nothing an error shows holds one of the secrets. */
export function refusal(run: () => unknown, secrets: readonly Uint8Array[] = []): CryptoError {
  try {
    run();
  } catch (error) {
    return checked(error, secrets);
  }
  throw new Error('it was not refused');
}

/** The same for what refuses by a rejected promise. */
export async function rejection(
  promise: Promise<unknown>,
  secrets: readonly Uint8Array[] = [],
): Promise<CryptoError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error('it was not refused');
  return checked(outcome.error, secrets);
}

function checked(error: unknown, secrets: readonly Uint8Array[]): CryptoError {
  if (!isCryptoError(error)) throw new Error('the error is not a CryptoError', { cause: error });
  expectNoSecret(error, secrets);
  return error;
}

/** Everything that Node can print of a value, searched for each secret in each form it could take. */
export function expectNoSecret(value: unknown, secrets: readonly Uint8Array[]): void {
  const shown = [
    String(value),
    inspect(value, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(value),
    value instanceof Error ? `${value.message}\n${value.stack ?? ''}` : '',
  ].join('\n');
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    const forms = [
      bytes.toString('hex'),
      bytes.toString('base64'),
      bytes.toString('latin1'),
      bytes.join(', '),
    ];
    if (forms.some((form) => shown.includes(form))) throw new Error('a secret is shown');
  }
}
