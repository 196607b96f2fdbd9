import { LogError } from '../log-error.ts';

/** Signs with an Ed25519 key (RFC 8032); `Ed25519SigningKey` of crypto-core is one. */
export interface CheckpointSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over `message`; the same for the same message, as RFC 8032 has it. A token may take its time. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The same signature, made elsewhere while this thread goes on. Checkpoints are signed with it where there is one. */
  signAsync?(message: Uint8Array): Promise<Uint8Array>;
}

/** @throws LogError `signer-failed`. */
export function signWith(signer: CheckpointSigner, message: Uint8Array): Promise<Uint8Array> {
  return checked(() => signer.sign(message));
}

/**
 * The same signature, made beside what else there is to do where the signer can.
 *
 * @throws LogError `signer-failed`.
 */
export function signBeside(signer: CheckpointSigner, message: Uint8Array): Promise<Uint8Array> {
  return checked(() => signer.signAsync?.(message) ?? signer.sign(message));
}

async function checked(sign: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> {
  let signature: Uint8Array;
  try {
    signature = await sign();
  } catch (cause) {
    throw new LogError('signer-failed', 'the signer refused to sign', { cause });
  }
  if (signature.length === 64) return signature;
  throw new LogError('signer-failed', 'an Ed25519 signature has 64 bytes', {
    value: `${signature.length} bytes`,
    limit: '64 bytes',
  });
}
