import {
  BITCOIN_REGTEST,
  checkProofOfWork,
  HEADER_BYTES,
  HeaderChain,
  headerRulesFor,
  isChainError,
  parseBlockHeader,
  serialiseBlockHeader,
} from '@bitcoin-enterprise/chain';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const rules = headerRulesFor(BITCOIN_REGTEST);

/** Headers with their work done, after a given one. */
function mined(count: number, previous: Uint8Array, merkleByte: string): Uint8Array {
  const headers: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1)
    headers.push(minedAfter(headers.at(-1) ?? previous, merkleByte));
  return Uint8Array.from(Buffer.concat(headers));
}

function minedAfter(previous: Uint8Array, merkleByte: string): Uint8Array {
  const { hash: previousHash, time, bits } = parseBlockHeader(previous);
  const fields = { version: 4, previousHash, merkleRoot: merkleByte.repeat(32), time: time + 600, bits };
  for (let nonce = 0; ; nonce += 1) {
    const header = serialiseBlockHeader({ ...fields, nonce });
    if (hasWork(header)) return header;
  }
}

function hasWork(header: Uint8Array): boolean {
  try {
    checkProofOfWork(parseBlockHeader(header), rules);
    return true;
  } catch {
    return false;
  }
}

const known = mined(14, rules.genesis, 'aa');
const trusted = HeaderChain.fromGenesis(rules);
trusted.accept(known);
const at = (index: number): Uint8Array => known.subarray(index * HEADER_BYTES, (index + 1) * HEADER_BYTES);

/** A batch on a chain of fourteen headers: it extends it, replaces some of it, or changes nothing. */
export const target: FuzzTarget<HeaderChain> = {
  seeds: [known, mined(2, at(13), 'bb'), mined(4, at(11), 'cc'), mined(1, at(12), 'dd')],
  dictionary: [at(13).slice(4, 36), Uint8Array.of(0xff, 0xff, 0x7f, 0x20), rules.genesis],
  maxLength: 6 * HEADER_BYTES,
  isRefusal: isChainError,
  decode: (input) => {
    const chain = trusted.copy();
    chain.accept(input);
    return chain;
  },
  check: (chain) => {
    const { height, hash, work } = chain.tip;
    if (work < trusted.tip.work) throw new Error('a chain with less work');
    if (work !== BigInt(height) * 2n) throw new Error(`work ${String(work)} at height ${String(height)}`);
    let expected = hash;
    for (let position = height; position > 0; position -= 1) {
      const header = chain.headerAt(position);
      if (header?.hash !== expected) throw new Error(`the chain breaks at height ${String(position)}`);
      checkProofOfWork(header, rules);
      expected = header.previousHash;
    }
    if (trusted.tip.height !== 14) throw new Error('the copy changed its original');
  },
  // Without its work no altered header gets past the door: the last one is mined again.
  repair: (input) => {
    const whole = input.subarray(0, Math.floor(input.length / HEADER_BYTES) * HEADER_BYTES).slice();
    const last = whole.subarray(Math.max(0, whole.length - HEADER_BYTES));
    const nonce = new DataView(last.buffer, last.byteOffset, last.length);
    for (let tries = 0; last.length > 0 && tries < 16 && !hasWork(last); tries += 1)
      nonce.setUint32(76, tries, true);
    return whole;
  },
};
