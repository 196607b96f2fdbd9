import assert from 'node:assert/strict';
import {
  addressOf,
  BITCOIN_MAINNET,
  BITCOIN_TESTNET4,
  type ChainParameters,
  isChainError,
  scriptPubKeyOf,
} from '@bitcoin-enterprise/chain';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../../suite.ts';

interface StringVector {
  /** The sentence of the BIP above the string. */
  readonly group: string;
  readonly string: string;
  /** A script for valid addresses, else a reason. */
  readonly rest: string;
}

const VALID_ADDRESSES = 'valid segwit addresses and the scriptPubKey';
const VERSION_0_OPCODE = '00';

/**
 * The strings of BIP173 or BIP350. What is valid Bech32 and no address is refused like what is not valid; so are
 * BIP173's addresses of version 1 and above, whose checksum BIP350 replaced.
 */
export function segwitAddressSuite(source: 'BIP173' | 'BIP350', file: string): ConformanceSuite {
  return {
    source,
    files: [file],
    *cases(files) {
      for (const vector of JSON.parse(files.get(file) ?? '') as readonly StringVector[]) {
        const valid =
          vector.group.includes(VALID_ADDRESSES) &&
          (source === 'BIP350' || vector.rest.startsWith(VERSION_0_OPCODE));
        yield valid ? readCase(vector) : refuseCase(vector);
      }
    },
  };
}

function readCase({ string, rest }: StringVector): ConformanceCase {
  return {
    name: string,
    run: () => {
      const parameters = string.toLowerCase().startsWith('bc1') ? BITCOIN_MAINNET : BITCOIN_TESTNET4;
      assert.equal(toHex(scriptPubKeyOf(string, parameters)), rest);
      assert.equal(addressOf(fromHex(rest), parameters), string.toLowerCase());
    },
  };
}

function refuseCase({ string, rest }: StringVector): ConformanceCase {
  return {
    name: `${string} refused ${rest}`.trim(),
    run: () => {
      for (const parameters of [BITCOIN_MAINNET, BITCOIN_TESTNET4]) assertRefused(string, parameters);
    },
  };
}

/** Refused as malformed, or as an address of another network. */
export function assertRefused(text: string, parameters: ChainParameters): void {
  assert.throws(
    () => scriptPubKeyOf(text, parameters),
    (error) => isChainError(error) && ['address-malformed', 'address-wrong-network'].includes(error.code),
  );
}
