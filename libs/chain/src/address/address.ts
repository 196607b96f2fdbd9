import { address as codec } from 'bitcoinjs-lib';

import { ChainError } from '../error/chain-error.ts';
import type { ChainParameters } from '../network/chain-parameters.ts';
import { readOutputScript, writeOutputScript } from '../script/output-script.ts';

/**
 * The output script that an address stands for: Base58Check (P2PKH, P2SH), Bech32 (BIP173) and Bech32m (BIP350).
 *
 * Litecoin's older script addresses, which share Bitcoin's version byte, are refused: they could be meant for either.
 *
 * @throws ChainError `address-malformed`; `address-wrong-network` for an address of another network
 */
export function scriptPubKeyOf(address: string, parameters: ChainParameters): Uint8Array {
  const base58 = attempt(() => codec.fromBase58Check(address));
  if (base58 !== undefined) return base58Script(base58.version, base58.hash, address, parameters);
  const bech32 = attempt(() => codec.fromBech32(address));
  if (bech32 === undefined) throw malformed(address, 'Base58Check, Bech32 or Bech32m with a right checksum');
  const { version, prefix, data: program } = bech32;
  if (prefix !== parameters.bech32Prefix) throw wrongNetwork(prefix, parameters.bech32Prefix, parameters);
  const lengthAllowed =
    version === 0 ? program.length === 20 || program.length === 32 : isProgramLength(program.length);
  if (version > 16 || !lengthAllowed) throw malformed(address, 'a witness program of BIP141');
  return writeOutputScript({ kind: 'witness', version, program });
}

/**
 * The address of an output script.
 *
 * @throws ChainError `script-has-no-address`
 */
export function addressOf(scriptPubKey: Uint8Array, parameters: ChainParameters): string {
  const output = readOutputScript(scriptPubKey);
  if (output === undefined || isBrokenVersion0(output)) {
    const value = Buffer.from(scriptPubKey.subarray(0, 64)).toString('hex');
    const limit = 'P2PKH, P2SH or a witness program';
    throw new ChainError('script-has-no-address', `script ${value} has no address: ${limit}`, {
      value,
      limit,
    });
  }
  switch (output.kind) {
    case 'p2pkh':
      return codec.toBase58Check(output.hash, parameters.publicKeyHashVersion);
    case 'p2sh':
      return codec.toBase58Check(output.hash, parameters.scriptHashVersion);
    case 'witness':
      return codec.toBech32(output.program, output.version, parameters.bech32Prefix);
  }
}

function base58Script(
  version: number,
  hash: Uint8Array,
  address: string,
  parameters: ChainParameters,
): Uint8Array {
  if (version === parameters.publicKeyHashVersion) return writeOutputScript({ kind: 'p2pkh', hash });
  if (version === parameters.scriptHashVersion) return writeOutputScript({ kind: 'p2sh', hash });
  const expected = `${parameters.publicKeyHashVersion} or ${parameters.scriptHashVersion}`;
  throw wrongNetwork(`version ${version} (${shown(address)})`, expected, parameters);
}

/** BIP141: version 0 knows 20 and 32 bytes only; other lengths can never be spent. */
function isBrokenVersion0(output: NonNullable<ReturnType<typeof readOutputScript>>): boolean {
  if (output.kind !== 'witness' || output.version !== 0) return false;
  return output.program.length !== 20 && output.program.length !== 32;
}

function isProgramLength(length: number): boolean {
  return length >= 2 && length <= 40;
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

function wrongNetwork(value: string, expected: string, { chain, network }: ChainParameters): ChainError {
  const limit = `${expected} of ${chain}/${network}`;
  return new ChainError('address-wrong-network', `an address with ${value} where ${limit} is wanted`, {
    value,
    limit,
  });
}

function malformed(address: string, limit: string): ChainError {
  const value = shown(address);
  return new ChainError('address-malformed', `${value} is no address: ${limit}`, { value, limit });
}

/** Somebody may paste a private key where an address belongs: the text is never shown whole. */
function shown(address: string): string {
  return `${address.slice(0, 4)}… (${address.length} characters)`;
}
