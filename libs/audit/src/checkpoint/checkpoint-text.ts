import { LogError } from '../log-error.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';

/** What a checkpoint states (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** The text that is signed, with its last newline. */
export function checkpointText({ origin, size, rootHash }: Checkpoint): string {
  const root = Buffer.from(rootHash.buffer, rootHash.byteOffset, rootHash.length).toString('base64');
  return `${origin}\n${size}\n${root}\n`;
}

/**
 * Reads the text of a checkpoint; extension lines are allowed and ignored.
 *
 * @throws LogError `note-malformed`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', root = '', ...extensions] = lines;
  const rootHash = Buffer.from(root, 'base64');
  if (
    origin === '' ||
    !/^(?:0|[1-9][0-9]{0,15})$/.test(size) ||
    !Number.isSafeInteger(Number(size)) ||
    rootHash.length !== HASH_BYTES ||
    rootHash.toString('base64') !== root ||
    extensions.pop() !== '' ||
    extensions.includes('')
  ) {
    throw new LogError('note-malformed', 'the note is not a checkpoint', {
      limit: 'lines of an origin, a decimal tree size and a root hash of 32 bytes in base64',
    });
  }
  return { origin, size: Number(size), rootHash: new Uint8Array(rootHash) };
}
