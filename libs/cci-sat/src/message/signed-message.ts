import {
  fromHex,
  isXOnlyPublicKey,
  type SigningKey,
  taggedHash,
  toHex,
  utf8,
  verifySchnorr,
} from '@bitcoin-enterprise/crypto-core';
import { SwapError } from '../error.ts';
import { Fields } from './fields.ts';

/** What parties say to each other before anything is locked; after that, the chains say everything. */
export type MessageKind = 'proposal' | 'acceptance' | 'refusal';

/** A message whose signature verified. */
export interface SignedMessage {
  readonly kind: MessageKind;
  /** BIP340 keys, 32 bytes, as hex. */
  readonly from: string;
  readonly to: string;
  readonly body: Fields;
}

const PROTOCOL = 'bitcoin-enterprise/swap';
const VERSION = 1;

/** A proposal is under 2 kB; what is longer is not one. */
export const MOST_MESSAGE_BYTES = 16_384;

/**
 * Signs a message: the wire form is `{"message":"<json>","signature":"<hex>"}`, and the BIP340 signature is over
 * the very characters of the inner JSON, so that nobody has to agree on how to write them. The tag binds protocol,
 * version and kind.
 */
export function signMessage(
  key: SigningKey,
  o: {
    readonly kind: MessageKind;
    readonly to: Uint8Array;
    readonly body: Readonly<Record<string, unknown>>;
  },
): Uint8Array {
  const message = JSON.stringify({
    protocol: PROTOCOL,
    version: VERSION,
    kind: o.kind,
    from: toHex(key.xOnlyPublicKey),
    to: toHex(o.to),
    body: o.body,
  });
  const signature = key.signSchnorr(digest(o.kind, message));
  return utf8(JSON.stringify({ message, signature: toHex(signature) }));
}

/**
 * Parses and checks a message for this party. Refused with a coded error: `message-too-large`, `field-malformed`,
 * `message-version-unknown`, `message-misdirected`, `message-signature-invalid`.
 */
export function openMessage(
  wire: Uint8Array,
  o: { readonly to: Uint8Array; readonly from?: string; readonly kinds: readonly MessageKind[] },
): SignedMessage {
  if (wire.length > MOST_MESSAGE_BYTES) {
    throw new SwapError(
      'message-too-large',
      `A message of ${wire.length} bytes; at most ${MOST_MESSAGE_BYTES} are read`,
      {
        value: `${wire.length} bytes`,
        limit: `${MOST_MESSAGE_BYTES} bytes`,
      },
    );
  }
  const outer = Fields.of(parseJson(wire), 'wire').only('message', 'signature');
  const text = outer.text('message', MOST_MESSAGE_BYTES);
  const signature = outer.hex('signature', 64);
  const fields = Fields.of(parseJson(utf8(text)), 'message').only(
    'protocol',
    'version',
    'kind',
    'from',
    'to',
    'body',
  );
  const spoken = `${fields.text('protocol', 100)}/${fields.integer('version', 0, 1_000_000)}`;
  if (spoken !== `${PROTOCOL}/${VERSION}`) {
    throw new SwapError(
      'message-version-unknown',
      `A message of ${spoken}; ${PROTOCOL}/${VERSION} is spoken here`,
      {
        value: spoken,
        limit: `${PROTOCOL}/${VERSION}`,
      },
    );
  }
  const kind = fields.choice('kind', o.kinds);
  const from = fields.hexText('from', 32);
  const to = fields.hexText('to', 32);
  if (to !== toHex(o.to)) {
    throw new SwapError('message-misdirected', `A message for ${to}`, { value: to, limit: toHex(o.to) });
  }
  const sender = fromHex(from);
  const expected = o.from === undefined || o.from === from;
  if (!expected || !isXOnlyPublicKey(sender) || !verifySchnorr(signature, digest(kind, text), sender)) {
    throw new SwapError('message-signature-invalid', `A ${kind} that ${o.from ?? from} did not sign`, {
      value: from,
      limit: o.from ?? 'a valid BIP340 signature',
    });
  }
  return { kind, from, to, body: fields.object('body') };
}

function digest(kind: MessageKind, message: string): Uint8Array {
  return taggedHash(`${PROTOCOL}/${VERSION}/${kind}`, utf8(message));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SwapError('field-malformed', `A message of ${bytes.length} bytes that is not JSON`, {
      value: `${bytes.length} bytes`,
      limit: 'JSON in UTF-8',
      cause,
    });
  }
}
