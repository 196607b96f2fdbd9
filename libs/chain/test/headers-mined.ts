import {
  type BlockHeader,
  checkProofOfWork,
  HEADER_BYTES,
  type HeaderRules,
  headerRulesFor,
  BITCOIN_REGTEST,
  parseBlockHeader,
  serialiseBlockHeader,
} from '../src/index.ts';

export const REGTEST: HeaderRules = headerRulesFor(BITCOIN_REGTEST);

export type HeaderFields = Partial<Pick<BlockHeader, 'version' | 'merkleRoot' | 'time' | 'bits'>>;

/** A header with its proof of work done: at regtest's target every second nonce will do. */
export function mineHeader(
  previous: Uint8Array,
  fields: HeaderFields = {},
  rules: HeaderRules = REGTEST,
): Uint8Array {
  const before = parseBlockHeader(previous);
  const header = {
    version: 4,
    merkleRoot: 'ab'.repeat(32),
    time: before.time + 600,
    bits: before.bits,
    ...fields,
    previousHash: before.hash,
  };
  for (let nonce = 0; ; nonce += 1) {
    const bytes = serialiseBlockHeader({ ...header, nonce });
    try {
      checkProofOfWork(parseBlockHeader(bytes), rules);
      return bytes;
    } catch (error) {
      if ((error as { code?: string }).code !== 'header-work-missing') throw error;
    }
  }
}

/** A header whose hash is above its target. */
export function withoutWork(previous: Uint8Array): Uint8Array {
  for (let time = parseBlockHeader(previous).time + 1; ; time += 1) {
    const bytes = mineHeader(previous, { time });
    bytes[76] = (bytes[76] ?? 0) + 1;
    try {
      checkProofOfWork(parseBlockHeader(bytes), REGTEST);
    } catch {
      return bytes;
    }
  }
}

/** Headers one after the other, as a batch. */
export function mineHeaders(
  count: number,
  previous: Uint8Array = REGTEST.genesis,
  fields: (index: number) => HeaderFields = () => ({}),
): Uint8Array {
  const batch = new Uint8Array(count * HEADER_BYTES);
  let last = previous;
  for (let index = 0; index < count; index += 1) {
    last = mineHeader(last, fields(index));
    batch.set(last, index * HEADER_BYTES);
  }
  return batch;
}

export function headerIn(batch: Uint8Array, index: number): Uint8Array {
  return batch.slice(index * HEADER_BYTES, (index + 1) * HEADER_BYTES);
}

export function lastOf(batch: Uint8Array): Uint8Array {
  return batch.slice(-HEADER_BYTES);
}
