import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { algorithmsOf, type HpkeVector, nameOf } from './hpke/hpke-vector.ts';
import { checkMessagesAndExports, hasGaps } from './hpke/recipient.ts';

const FILE = 'crypto-core/hpke/rfc9180-p256-x25519.json';

/**
 * Every vector is opened as its recipient. To send it takes its ephemeral key, which the public API does not take: the
 * tests of the library send all of them, where they have these files, up to their last message.
 */
export const suite: ConformanceSuite = {
  source: 'RFC 9180',
  files: [FILE],
  *cases(files) {
    for (const vector of JSON.parse(files.get(FILE) ?? '') as readonly HpkeVector[]) yield* casesOf(vector);
  },
};

function* casesOf(vector: HpkeVector): Iterable<ConformanceCase> {
  const name = nameOf(vector);
  const algorithms = algorithmsOf(vector);
  if (typeof algorithms === 'string') {
    yield { name, skip: algorithms };
    return;
  }
  yield {
    name,
    run: () => {
      checkMessagesAndExports(vector, algorithms);
    },
  };
  if (hasGaps(vector)) {
    const skip =
      'messages behind a gap (4, 10, 255, 256) are not reached as a recipient; the library tests seal them';
    yield { name: `${name}, later messages`, skip };
  }
}
