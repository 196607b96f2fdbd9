import {
  BITCOIN_MAINNET,
  BITCOIN_REGTEST,
  BITCOIN_SIGNET,
  BITCOIN_TESTNET4,
  HeaderChain,
  headerRulesFor,
  isChainError,
  type ChainParameters,
  type HeaderCheckpoint,
} from '@bitcoin-enterprise/chain/headers';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { RefusedPolicy } from '../verify/trust-policy-file.ts';
import type { AnchorTrust } from './verify-anchor.ts';

/** Which Bitcoin chain is trusted, and how deep an anchor must lie in it. */
export type BitcoinTrust = Omit<AnchorTrust, 'origin' | 'publicKey'>;

const MEMBERS = ['network', 'trustedHeaders', 'minimumConfirmations', 'minimumWork'];
const HEADER_MEMBERS = ['height', 'header', 'periodStart'];

const NETWORKS: ReadonlyMap<unknown, ChainParameters> = new Map<unknown, ChainParameters>([
  ['mainnet', BITCOIN_MAINNET],
  ['testnet4', BITCOIN_TESTNET4],
  ['signet', BITCOIN_SIGNET],
  ['regtest', BITCOIN_REGTEST],
]);

/** Lock times from here on are times, not heights: `LOCKTIME_THRESHOLD`, Bitcoin Core `src/script/script.h`. */
const MAX_HEIGHT = 499_999_999;
/** Nineteen years of blocks. */
const MAX_CONFIRMATIONS = 1_000_000;
/** Of 2^256. */
const MAX_WORK_DIGITS = 78;

/**
 * Reads which Bitcoin chain is trusted from a parsed JSON value:
 *
 * - `network`: `mainnet`, `testnet4`, `signet` or `regtest`
 * - `trustedHeaders`, from where on every header is checked; block 0 when absent: `height`, the `header` of that height (160
 *   hexadecimal digits, as `getblockheader` prints it when it is not verbose), and `periodStart`, the first header of its
 *   difficulty period (of the height rounded down to a multiple of 2,016), without which no header after that period is
 *   taken. A height that is such a multiple needs none.
 * - `minimumConfirmations`: blocks from the anchoring one on, itself counted; 6 when absent
 * - `minimumWork`: hashes that the headers after the trusted one must have taken on average, in decimal digits; any when
 *   absent
 *
 * Mainnet wants `trustedHeaders` or `minimumWork`: the first blocks took so little that anybody can make others. An unknown
 * member is refused: a condition that is misspelt must not be one that is met.
 */
export function readBitcoinTrust(value: unknown): BitcoinTrust | RefusedPolicy {
  const record = recordOf(value, MEMBERS);
  if (typeof record === 'string') return { refused: record };
  const { trustedHeaders, minimumConfirmations, minimumWork } = record;
  const parameters = NETWORKS.get(record.network);
  if (parameters === undefined) return { refused: `network is not ${[...NETWORKS.keys()].join(', ')}` };
  if (minimumConfirmations !== undefined && !isCount(minimumConfirmations, MAX_CONFIRMATIONS))
    return { refused: `minimumConfirmations is not a whole number from 1 to ${MAX_CONFIRMATIONS}` };
  if (minimumWork !== undefined && !isWork(minimumWork)) {
    return {
      refused: `minimumWork is not a whole number above 0 as a text of up to ${MAX_WORK_DIGITS} digits`,
    };
  }
  if (parameters === BITCOIN_MAINNET && trustedHeaders === undefined && minimumWork === undefined)
    return { refused: 'mainnet wants trustedHeaders or minimumWork: its first blocks took little work' };
  const chain = readChain(trustedHeaders, parameters);
  if (typeof chain === 'string') return { refused: chain };
  return {
    chain,
    ...(minimumConfirmations === undefined ? {} : { minimumConfirmations }),
    ...(minimumWork === undefined ? {} : { minimumWork: BigInt(minimumWork) }),
  };
}

/** The chain as far as it is trusted, or why there is none. */
function readChain(trustedHeaders: unknown, parameters: ChainParameters): HeaderChain | string {
  const rules = headerRulesFor(parameters);
  if (trustedHeaders === undefined) return HeaderChain.fromGenesis(rules);
  const checkpoint = readCheckpoint(trustedHeaders);
  if (typeof checkpoint === 'string') return `trustedHeaders: ${checkpoint}`;
  try {
    return HeaderChain.fromCheckpoint(checkpoint, rules);
  } catch (error) {
    if (isChainError(error)) return `trustedHeaders: ${error.message}`;
    throw error;
  }
}

function readCheckpoint(value: unknown): HeaderCheckpoint | string {
  const record = recordOf(value, HEADER_MEMBERS);
  if (typeof record === 'string') return record;
  const { height, header, periodStart } = record;
  // Block 0 is known; another one in its place would be another network.
  if (!isCount(height, MAX_HEIGHT)) return `height is not a whole number from 1 to ${MAX_HEIGHT}`;
  if (!isHeader(header)) return 'header is not 160 hexadecimal digits';
  if (periodStart === undefined) return { height, header: hexToBytes(header) };
  if (!isHeader(periodStart)) return 'periodStart is not 160 hexadecimal digits';
  return { height, header: hexToBytes(header), periodStart: hexToBytes(periodStart) };
}

function recordOf(value: unknown, members: readonly string[]): Readonly<Record<string, unknown>> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  const unknown = Object.keys(value).find((name) => !members.includes(name));
  if (unknown === undefined) return value as Record<string, unknown>;
  return `unknown member ${JSON.stringify(unknown.slice(0, 64))}; there are ${members.join(', ')}`;
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most;
}

function isWork(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_WORK_DIGITS && /^[1-9][0-9]*$/.test(value);
}

function isHeader(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-fA-F]{160}$/.test(value);
}
