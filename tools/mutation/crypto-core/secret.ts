import type { MutationSet } from '../mutation-set.ts';

export const mutationSet: MutationSet = {
  sources: ['src/secret/**/*.ts'],
  tests: ['test/secret-bytes.test.ts', 'test/secret-key-object.test.ts', 'test/constant-time.test.ts'],
  goal: 85,
};
