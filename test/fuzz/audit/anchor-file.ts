import { isLogError } from '@bitcoin-enterprise/audit';
import {
  readAnchorFile,
  verifyAnchor,
  writeAnchorFile,
  type AnchorFile,
} from '@bitcoin-enterprise/audit/anchor';
import { BITCOIN_REGTEST, HeaderChain, headerRulesFor } from '@bitcoin-enterprise/chain';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const rules = headerRulesFor(BITCOIN_REGTEST);
const chain = HeaderChain.fromGenesis(rules);
const trust = { origin: 'example.com/desk', publicKey: new Uint8Array(32), chain };

const seed: AnchorFile = {
  genesisHash: BITCOIN_REGTEST.genesisHash,
  checkpoint: `example.com/desk\n1\n${Buffer.alloc(32).toString('base64')}\n\n\u2014 example.com/desk AAAAAAA=\n`,
  inclusion: {
    rawTransaction: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    path: { index: 1, siblings: [new Uint8Array(32)] },
    coinbase: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    coinbasePath: { index: 0, siblings: [new Uint8Array(32)] },
  },
  height: 1,
  firstHeight: 0,
  headers: Uint8Array.of(...rules.genesis, ...rules.genesis),
};

/** The file of an anchor: one form for everything that is accepted, and a verifier that never throws and never believes it. */
export const target: FuzzTarget<AnchorFile> = {
  seeds: [writeAnchorFile(seed), writeAnchorFile({ ...seed, height: 0, headers: rules.genesis })],
  dictionary: ['"siblings":[]', '"height":', '"index":', 'AAAA', '\\u0000', '9007199254740991'].map((text) =>
    Buffer.from(text),
  ),
  maxLength: 2_048,
  isRefusal: isLogError,
  decode: readAnchorFile,
  check: (file, input) => {
    if (Buffer.compare(writeAnchorFile(file), input) !== 0) throw new Error('written again, it is another');
    if (verifyAnchor(input, trust).ok) throw new Error('an anchor that nobody signed is believed');
  },
};
