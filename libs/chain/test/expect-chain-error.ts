import { expect } from 'vitest';

import { ChainError, type ChainErrorCode } from '../src/index.ts';

/** The error that a call throws or rejects with, which must be a ChainError of this code. */
export async function expectChainError(code: ChainErrorCode, act: () => unknown): Promise<ChainError> {
  const outcome = await Promise.resolve()
    .then(act)
    .then(
      (value: unknown) => ({ returned: value }),
      (error: unknown) => error,
    );
  expect(outcome).toBeInstanceOf(ChainError);
  const error = outcome as ChainError;
  expect(error).toHaveProperty('code', code);
  return error;
}
