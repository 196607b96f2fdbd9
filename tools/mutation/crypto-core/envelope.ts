import type { MutationSet } from '../mutation-set.ts';

export const mutationSet: MutationSet = {
  sources: ['src/envelope/**/*.ts'],
  tests: ['test/envelope*.test.ts', 'test/stream*.test.ts', 'test/policy-floor.test.ts'],
  goal: 85,
};
