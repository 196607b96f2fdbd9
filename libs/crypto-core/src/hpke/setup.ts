import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkeAead } from './aead.ts';
import { checkInputLength, type ContextInput, HpkeRecipientContext, HpkeSenderContext } from './context.ts';
import type { HpkeKdf } from './kdf.ts';
import type { HpkeEncapsulation, HpkeKem, HpkePrivateKey, HpkePublicKey } from './kem.ts';
import { uint16 } from './labeled-hkdf.ts';

const MIN_PSK_LENGTH = 32;

/** A secret that sender and recipient share beforehand (RFC 9180 section 5.1.2). */
export interface HpkePsk {
  /** 32 bytes or more, with as much entropy: a passphrase is none. At most 65,535. */
  readonly secret: SecretBytes;
  /** Which one it is, in clear: 1 to 65,535 bytes. */
  readonly id: Uint8Array;
}

/** What both sides of a context must agree on; the KEM is the one of the recipient's key. */
export interface HpkeOptions {
  readonly kdf: HpkeKdf;
  readonly aead: HpkeAead;
  /** What the context is for: at most 65,535 bytes, bound to every key and not sent. */
  readonly info: Uint8Array;
  /** Makes the mode `psk` or `auth_psk`. */
  readonly psk?: HpkePsk;
}

export interface HpkeSenderOptions extends HpkeOptions {
  /** Authenticates the sender: makes the mode `auth` or `auth_psk`. */
  readonly senderKey?: HpkePrivateKey;
}

export interface HpkeRecipientOptions extends HpkeOptions {
  /** Who must have sent it, where the mode is `auth` or `auth_psk`. */
  readonly senderPublicKey?: HpkePublicKey;
}

/** A sender's context, and what the recipient needs to set up theirs. */
export interface HpkeSenderSetup {
  readonly encapsulatedKey: Uint8Array;
  readonly context: HpkeSenderContext;
}

/**
 * SetupBaseS, SetupPSKS, SetupAuthS or SetupAuthPSKS (RFC 9180 section 5.1), by which of the options are there.
 *
 * @throws CryptoError `hpke-psk-malformed`, `hpke-sender-unsupported`, `length-out-of-range`, `secret-disposed`
 */
export function setupSender(recipient: HpkePublicKey, o: HpkeSenderOptions): HpkeSenderSetup {
  return setupSenderWith(recipient.kem, recipient.encapsulate(o.senderKey), o);
}

/** The sender's context of an encapsulation, which is disposed. */
export function setupSenderWith(
  kem: HpkeKem,
  encapsulation: HpkeEncapsulation,
  o: HpkeSenderOptions,
): HpkeSenderSetup {
  using sharedSecret = encapsulation.sharedSecret;
  const input = contextInput(kem, sharedSecret, o, o.senderKey !== undefined);
  return { encapsulatedKey: encapsulation.encapsulatedKey, context: new HpkeSenderContext(input) };
}

/**
 * SetupBaseR, SetupPSKR, SetupAuthR or SetupAuthPSKR (RFC 9180 section 5.1), by which of the options are there. A wrong
 * key, info or mode shows only when a message is opened.
 *
 * @throws CryptoError `hpke-refused` where the encapsulated key has another length or is no point that can be used;
 *   `hpke-psk-malformed`, `hpke-sender-unsupported`, `length-out-of-range`, `secret-disposed`
 */
export function setupRecipient(
  key: HpkePrivateKey,
  encapsulatedKey: Uint8Array,
  o: HpkeRecipientOptions,
): HpkeRecipientContext {
  using sharedSecret = key.decapsulate(encapsulatedKey, o.senderPublicKey);
  return new HpkeRecipientContext(contextInput(key.kem, sharedSecret, o, o.senderPublicKey !== undefined));
}

/** KeySchedule of RFC 9180 section 5.1. */
function contextInput(
  kem: HpkeKem,
  sharedSecret: SecretBytes,
  o: HpkeOptions,
  isSenderAuthenticated: boolean,
): ContextInput {
  checkInputLength('the info', o.info);
  if (o.psk !== undefined) checkPsk(o.psk);
  const { kdf, aead } = o;
  const suiteId = Buffer.concat([utf8('HPKE'), uint16(kem.id), uint16(kdf.id), uint16(aead.id)]);
  using noPsk = SecretBytes.copyOf(new Uint8Array());
  const secrets = kdf.schedule({
    suiteId,
    mode: (o.psk === undefined ? 0 : 1) + (isSenderAuthenticated ? 2 : 0),
    sharedSecret,
    info: o.info,
    psk: o.psk?.secret ?? noPsk,
    pskId: o.psk?.id ?? new Uint8Array(),
    keyLength: aead.keyLength,
    nonceLength: aead.nonceLength,
  });
  return { suiteId, kdf, aead, secrets };
}

/** VerifyPSKInputs (RFC 9180 section 5.1); here a secret never comes without its id. */
function checkPsk(psk: HpkePsk): void {
  checkInputLength('the pre-shared key', psk.secret);
  checkInputLength('the id of the pre-shared key', psk.id);
  if (psk.secret.length < MIN_PSK_LENGTH || psk.id.length === 0) {
    throw new CryptoError('hpke-psk-malformed', 'the pre-shared key or its id is too short', {
      value: `${psk.secret.length} bytes with an id of ${psk.id.length}`,
      limit: `${MIN_PSK_LENGTH} bytes or more with an id of 1 or more`,
    });
  }
}
