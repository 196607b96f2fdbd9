import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import { algorithmsOf, type HpkeAlgorithms, type HpkeVector, nameOf } from './hpke/hpke-vector.ts';
import { recipientOf } from './hpke/recipient.ts';

const FILE = 'crypto-core/hpke/filippo-rfc9180.json';
const COUNT = 1000;

/** SHAKE128 of a thousand ciphertexts and of a thousand exports, whose inputs are SHAKE128 of nothing. */
interface AccumulatedVector extends HpkeVector {
  readonly encryptions_accumulated?: string;
  readonly exports_accumulated: string;
}

export const suite: ConformanceSuite = {
  source: 'RFC 9180 (accumulated)',
  files: [FILE],
  *cases(files) {
    for (const vector of JSON.parse(files.get(FILE) ?? '') as readonly AccumulatedVector[])
      yield* casesOf(vector);
  },
};

function* casesOf(vector: AccumulatedVector): Iterable<ConformanceCase> {
  const name = nameOf(vector);
  const algorithms = algorithmsOf(vector);
  if (typeof algorithms === 'string') {
    yield { name, skip: algorithms };
    return;
  }
  yield {
    name: `${name}, exports`,
    run: () => {
      checkExports(vector, algorithms);
    },
  };
  if (vector.encryptions_accumulated !== undefined) {
    yield {
      name: `${name}, messages`,
      skip: 'the vector has a digest of ciphertexts alone; the library tests seal them with its ephemeral key',
    };
  }
}

/** Export number n has n bytes, so that the first, of none, is not asked for. */
function checkExports(vector: AccumulatedVector, algorithms: HpkeAlgorithms): void {
  using context = recipientOf(vector, algorithms);
  const draw = drawsFromShake();
  const sink = createHash('shake128', { outputLength: 16 });
  for (let length = 0; length < COUNT; length += 1) {
    const exporterContext = draw();
    if (length === 0) continue;
    using exported = context.exportSecret(exporterContext, length);
    exported.expose((bytes) => sink.update(bytes));
  }
  assert.equal(sink.digest('hex'), vector.exports_accumulated);
}

/** One byte tells how many follow. */
function drawsFromShake(): () => Uint8Array {
  const stream = createHash('shake128', { outputLength: COUNT * 256 }).digest();
  let at = 0;
  return () => {
    const start = at + 1;
    at = start + (stream[at] ?? 0);
    return stream.subarray(start, at);
  };
}
