import type { MutationSet } from '../mutation-set.ts';

export const mutationSet: MutationSet = {
  sources: ['src/transcript/**/*.ts'],
  tests: ['test/transcript*.test.ts'],
  goal: 85,
};
