import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkePrivateKey, HpkePublicKey } from './kem.ts';
import { type HpkeRecipientOptions, type HpkeSenderOptions, setupRecipient, setupSender } from './setup.ts';

/** One message to one recipient. */
export interface HpkeMessage {
  readonly encapsulatedKey: Uint8Array;
  /** With its tag. */
  readonly ciphertext: Uint8Array;
}

/**
 * Encrypts one message to a recipient (RFC 9180 section 6.1), under a key that nothing else is encrypted with.
 *
 * @param o.aad what is authenticated beside it and not sent; empty unless given
 * @throws CryptoError as `setupSender` and its context's `seal`
 */
export function sealSingleShot(
  recipient: HpkePublicKey,
  plaintext: Uint8Array | SecretBytes,
  o: HpkeSenderOptions & { readonly aad?: Uint8Array },
): HpkeMessage {
  const { encapsulatedKey, context } = setupSender(recipient, o);
  using sender = context;
  return { encapsulatedKey, ciphertext: sender.seal(plaintext, o.aad) };
}

/**
 * Opens what {@link sealSingleShot} made.
 *
 * @throws CryptoError `hpke-refused`, one and the same for every reason; else as `setupRecipient`
 */
export function openSingleShot(
  key: HpkePrivateKey,
  message: HpkeMessage,
  o: HpkeRecipientOptions & { readonly aad?: Uint8Array },
): SecretBytes {
  using recipient = setupRecipient(key, message.encapsulatedKey, o);
  return recipient.open(message.ciphertext, o.aad);
}
