import { createHash } from 'node:crypto';
import { readCheckpoint, type CheckpointStatement } from '../verify/checkpoint-text.ts';
import { noteText } from '../verify/note.ts';
import { LogError } from '../log-error.ts';

const DOMAIN = 'bitcoin-enterprise/audit/bitcoin-anchor/v1\n';
/** `OP_RETURN`, then a push of the 36 bytes that follow: a tag that names the version, and the commitment. */
const SCRIPT_HEAD = Buffer.concat([Uint8Array.of(0x6a, 36), Buffer.from('BEa1')]);

/**
 * What a transaction commits to for a checkpoint: SHA-256 of a domain, and of origin, size and root hash in lengths of
 * their own. Its signatures are left out, so that one anchor serves every cosigned form of a checkpoint.
 */
export function anchorCommitment({ origin, size, rootHash }: CheckpointStatement): Uint8Array {
  const name = Buffer.from(origin);
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(name.length, 0);
  numbers.writeBigUInt64BE(BigInt(size), 4);
  const hash = createHash('sha256').update(DOMAIN).update(numbers).update(name).update(rootHash);
  return new Uint8Array(hash.digest());
}

/** The output script that carries a checkpoint's commitment. Nobody can spend it. */
export function anchorScript(checkpoint: CheckpointStatement): Uint8Array {
  return new Uint8Array(Buffer.concat([SCRIPT_HEAD, anchorCommitment(checkpoint)]));
}

/**
 * What a checkpoint states, without regard to its signatures.
 *
 * @throws LogError `note-malformed`
 */
export function statementOf(checkpoint: string): CheckpointStatement {
  const statement = readCheckpoint(noteText(checkpoint) ?? '');
  if (statement !== undefined) return statement;
  throw new LogError('note-malformed', 'what should be anchored is no checkpoint');
}
