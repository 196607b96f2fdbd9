import { OP } from './opcode.ts';
import { script } from './push.ts';

/** What segwit outputs pay to (BIP141): a version from 0 to 16 and 2 to 40 bytes. */
interface WitnessProgram {
  readonly version: number;
  readonly program: Uint8Array;
}

/** What an output script pays to, as far as it has an address. */
type OutputScript =
  | { readonly kind: 'p2pkh' | 'p2sh'; readonly hash: Uint8Array }
  | ({ readonly kind: 'witness' } & WitnessProgram);

const P2PKH_HEAD = [OP.DUP, OP.HASH160, 20];
const P2PKH_TAIL = [OP.EQUALVERIFY, OP.CHECKSIG];
const P2SH_HEAD = [OP.HASH160, 20];
const P2SH_TAIL = [OP.EQUAL];

/** Reads an output script; undefined when it is of none of the forms that have addresses. */
export function readOutputScript(scriptPubKey: Uint8Array): OutputScript | undefined {
  if (scriptPubKey.length === 25 && frames(scriptPubKey, P2PKH_HEAD, P2PKH_TAIL)) {
    return { kind: 'p2pkh', hash: scriptPubKey.slice(3, 23) };
  }
  if (scriptPubKey.length === 23 && frames(scriptPubKey, P2SH_HEAD, P2SH_TAIL)) {
    return { kind: 'p2sh', hash: scriptPubKey.slice(2, 22) };
  }
  return readWitnessProgram(scriptPubKey);
}

/** Puts an output script together. */
export function writeOutputScript(output: OutputScript): Uint8Array {
  switch (output.kind) {
    case 'p2pkh':
      return script(...P2PKH_HEAD, output.hash, ...P2PKH_TAIL);
    case 'p2sh':
      return script(...P2SH_HEAD, output.hash, ...P2SH_TAIL);
    case 'witness':
      return script(versionOpcode(output.version), output.program.length, output.program);
  }
}

/**
 * Whether money sent there is safe from everybody: P2PKH, P2SH, P2WPKH, P2WSH, P2TR. Witness versions without rules
 * yet can be spent by anyone.
 */
export function isSafeDestination(scriptPubKey: Uint8Array): boolean {
  const output = readOutputScript(scriptPubKey);
  if (output?.kind !== 'witness') return output !== undefined;
  return output.version === 0
    ? output.program.length === 20 || output.program.length === 32
    : output.version === 1 && output.program.length === 32;
}

function readWitnessProgram(scriptPubKey: Uint8Array): OutputScript | undefined {
  const [first, length] = scriptPubKey;
  if (first === undefined || length === undefined || length < 2 || length > 40) return undefined;
  if (scriptPubKey.length !== length + 2) return undefined;
  const version = first === OP.ZERO ? 0 : first - OP.ONE + 1;
  if (version < 0 || version > 16 || (version === 0) !== (first === OP.ZERO)) return undefined;
  return { kind: 'witness', version, program: scriptPubKey.slice(2) };
}

function versionOpcode(version: number): number {
  return version === 0 ? OP.ZERO : OP.ONE + version - 1;
}

function frames(bytes: Uint8Array, head: readonly number[], tail: readonly number[]): boolean {
  return (
    head.every((byte, index) => bytes[index] === byte) &&
    tail.every((byte, index) => bytes[bytes.length - tail.length + index] === byte)
  );
}
