import { COMMIT_REQUIREMENTS } from './store-contract-commits.ts';
import { LOG_REQUIREMENTS } from './store-contract-logs.ts';
import { LOOKUP_REQUIREMENTS } from './store-contract-lookups.ts';
import type { StorePlace } from './store-contract-place.ts';

export type { StorePlace } from './store-contract-place.ts';

/** What a test framework has, such as `vitest` or `node:test`. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/**
 * Describes everything that a log relies on in its store, as tests of the caller's framework.
 *
 * @param makePlace a place of its own for every test, which the caller removes afterwards
 */
export function describeStoreContract(
  name: string,
  makePlace: () => Promise<StorePlace>,
  { describe, it }: TestFramework,
): void {
  describe(`${name}, as a store of logs,`, () => {
    for (const [requirement, meets] of Object.entries(REQUIREMENTS)) {
      it(requirement, async () => {
        await meets(await makePlace());
      });
    }
  });
}

const REQUIREMENTS = { ...LOG_REQUIREMENTS, ...COMMIT_REQUIREMENTS, ...LOOKUP_REQUIREMENTS };
