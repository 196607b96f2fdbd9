import { asCount, asHash, asObject } from '../rpc/answer.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { ChainTip } from './bitcoin-node.ts';

/** The best block. All its figures are of one header, so they belong together even while blocks arrive. */
export async function tip(rpc: RpcClient): Promise<ChainTip> {
  const hash = await rpc.call('getbestblockhash', [], (answer) => asHash(answer, 'the best block'));
  return rpc.call('getblockheader', [hash], (answer) => {
    const header = asObject(answer, 'the header');
    return {
      hash,
      height: asCount(header.height, 'height'),
      medianTimePast: asCount(header.mediantime, 'mediantime'),
      time: asCount(header.time, 'time'),
    };
  });
}
