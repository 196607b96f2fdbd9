import {
  BITCOIN_REGTEST,
  checkProofOfWork,
  headerRulesFor,
  isChainError,
  parseBlockHeader,
  serialiseBlockHeader,
} from '@bitcoin-enterprise/chain';

export const REGTEST_RULES = headerRulesFor(BITCOIN_REGTEST);

/** A header with its proof of work done, ten minutes after the one before. */
function mineHeader(previous: Uint8Array, merkleRoot: string): Uint8Array {
  const { hash, time, bits } = parseBlockHeader(previous);
  for (let nonce = 0; ; nonce += 1) {
    const fields = { version: 4, previousHash: hash, merkleRoot, time: time + 600, bits, nonce };
    const header = serialiseBlockHeader(fields);
    try {
      checkProofOfWork(parseBlockHeader(header), REGTEST_RULES);
      return header;
    } catch (error) {
      if (!isChainError(error)) throw error;
    }
  }
}

/** Headers after a given one, of which one may have a root of its own. */
export function mineHeaders(
  count: number,
  previous: Uint8Array,
  roots: ReadonlyMap<number, string> = new Map(),
): Uint8Array {
  const headers: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    headers.push(mineHeader(headers.at(-1) ?? previous, roots.get(index) ?? 'ab'.repeat(32)));
  }
  return Uint8Array.from(Buffer.concat(headers));
}
