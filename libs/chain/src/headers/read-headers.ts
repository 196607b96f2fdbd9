import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { asBytes } from '../rpc/answer.ts';
import { HEADER_BYTES, parseBlockHeader } from './block-header.ts';

/** Calls under way at once: a node answers with four threads unless told otherwise. */
const CALLS = 4;

/**
 * Reads headers of a node's best chain by height, 80 bytes each. The chain may change meanwhile: then they do not
 * connect, which `HeaderChain.accept` notices.
 *
 * @param first - height of the first one
 * @param last - height of the last one; at least `first`
 * @throws ChainError `rpc-refused` (rpcCode -8) above the tip, `header-malformed`, and what `RpcClient.call` throws
 */
export async function readHeaders(node: BitcoinNode, first: number, last: number): Promise<Uint8Array> {
  const headers = new Uint8Array((last - first + 1) * HEADER_BYTES);
  for (let height = first; height <= last; height += CALLS) {
    const heights = Array.from({ length: Math.min(CALLS, last - height + 1) }, (_, index) => height + index);
    const read = await Promise.all(heights.map((one) => readHeader(node, one)));
    for (const [index, header] of read.entries())
      headers.set(header, (height - first + index) * HEADER_BYTES);
  }
  return headers;
}

async function readHeader(node: BitcoinNode, height: number): Promise<Uint8Array> {
  const hash = await node.blockHashAt(height);
  return node.rpc.call('getblockheader', [hash, false], (answer) => {
    const header = asBytes(answer, 'the header');
    parseBlockHeader(header);
    return header;
  });
}
