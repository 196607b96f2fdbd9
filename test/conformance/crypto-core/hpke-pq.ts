import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { algorithmsOf, type HpkeVector, nameOf } from './hpke/hpke-vector.ts';
import { checkMessagesAndExports } from './hpke/recipient.ts';

const FILE = 'crypto-core/hpke/filippo-hpke-pq.json';

/**
 * Opened as the recipient alone: OpenSSL's ML-KEM takes its randomness from nobody, so that the encapsulations of the
 * vectors cannot be made again.
 */
export const suite: ConformanceSuite = {
  source: 'draft-ietf-hpke-pq',
  files: [FILE],
  *cases(files) {
    for (const vector of JSON.parse(files.get(FILE) ?? '') as readonly HpkeVector[]) yield caseOf(vector);
  },
};

function caseOf(vector: HpkeVector): ConformanceCase {
  const name = nameOf(vector);
  const algorithms = algorithmsOf(vector);
  if (typeof algorithms === 'string') return { name, skip: algorithms };
  return {
    name,
    run: () => {
      checkMessagesAndExports(vector, algorithms);
    },
  };
}
