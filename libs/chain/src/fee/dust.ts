import type { ChainParameters } from '../network/chain-parameters.ts';
import { OP } from '../script/opcode.ts';
import { readOutputScript } from '../script/output-script.ts';
import { prefixedLength } from '../transaction/byte-writer.ts';
import { feeSat } from './fee.ts';

/** A segwit input with a quarter of the 107 bytes of a signature and a key: 32 + 4 + 1 + 26 + 4. */
const WITNESS_INPUT_VBYTES = 67;
/** The same input without segwit: 32 + 4 + 1 + 107 + 4. */
const LEGACY_INPUT_VBYTES = 148;

/**
 * Below this amount nodes do not relay an output to a script: it would cost more to spend than a fee at the dust
 * relay feerate. Source: `GetDustThreshold`, Bitcoin Core `src/policy/policy.cpp`; 0 for scripts that nobody can spend.
 */
export function dustLimitSat(scriptPubKey: Uint8Array, parameters: ChainParameters): bigint {
  if (scriptPubKey[0] === OP.RETURN) return 0n;
  const input =
    readOutputScript(scriptPubKey)?.kind === 'witness' ? WITNESS_INPUT_VBYTES : LEGACY_INPUT_VBYTES;
  return feeSat(8 + prefixedLength(scriptPubKey) + input, parameters.dustRelayFeerateSatPerKvb);
}
