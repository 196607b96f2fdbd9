import { decodeBase64 } from './base64.ts';

/** What a checkpoint states (C2SP tlog-checkpoint). */
export interface CheckpointStatement {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** Reads the text of a checkpoint; `undefined` when it is none. Extension lines are ignored. */
export function readCheckpoint(text: string): CheckpointStatement | undefined {
  const lines = text.split('\n');
  const [origin, size, root] = lines;
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) return undefined;
  if (origin === undefined || size === undefined || !isDecimal(size)) return undefined;
  const rootHash = decodeBase64(root ?? '');
  return rootHash?.length === 32 ? { origin, size: Number(size), rootHash } : undefined;
}

/** Whether a text is a whole number in decimal without leading zeros, and safe as a double. */
export function isDecimal(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}
