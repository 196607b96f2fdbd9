import { fromHex, SecretBytes, SigningKey, utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSwapError } from '../src/error.ts';
import { MOST_MESSAGE_BYTES, openMessage, signMessage } from '../src/message/signed-message.ts';

const alice = SigningKey.fromSecret(SecretBytes.copyOf(new Uint8Array(32).fill(1)));
const bob = SigningKey.fromSecret(SecretBytes.copyOf(new Uint8Array(32).fill(2)));
const toBob = { to: bob.xOnlyPublicKey, kinds: ['proposal'] as const };

/** The code with which opening refuses, or `accepted`. */
function verdict(wire: Uint8Array, o: Parameters<typeof openMessage>[1] = toBob): string {
  try {
    openMessage(wire, o);
    return 'accepted';
  } catch (error) {
    if (!isSwapError(error)) throw error;
    return error.code;
  }
}

function signed(body: Record<string, unknown> = { id: 'x' }): Uint8Array {
  return signMessage(alice, { kind: 'proposal', to: bob.xOnlyPublicKey, body });
}

/** The inner message with changes, signed again by whoever holds the key. */
function resigned(changes: Record<string, unknown>): Uint8Array {
  const outer = JSON.parse(new TextDecoder().decode(signed())) as { message: string; signature: string };
  const inner = JSON.parse(outer.message) as Record<string, unknown>;
  return utf8(JSON.stringify({ ...outer, message: JSON.stringify({ ...inner, ...changes }) }));
}

describe('a signed message', () => {
  it('gives back the body and who sent it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 50 }), { maxKeys: 5 }),
        (body) => {
          const message = openMessage(signed({ text: JSON.stringify(body) }), toBob);
          expect(JSON.parse(message.body.text('text', 10_000))).toEqual(body);
          expect(fromHex(message.from)).toEqual(alice.xOnlyPublicKey);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is refused after any single bit is flipped', () => {
    const wire = signed();
    for (let bit = 0; bit < wire.length * 8; bit += 1) {
      const flipped = wire.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verdict(flipped), `bit ${bit}`).not.toBe('accepted');
    }
  });

  it('is refused after any truncation', () => {
    const wire = signed();
    for (let length = 0; length < wire.length; length += 1) {
      expect(verdict(wire.subarray(0, length)), `${length} bytes`).toBe('field-malformed');
    }
  });

  it('is refused when it is for somebody else', () => {
    expect(verdict(signed(), { ...toBob, to: alice.xOnlyPublicKey })).toBe('message-misdirected');
  });

  it('is refused when somebody else than expected signed it', () => {
    const from = Buffer.from(bob.xOnlyPublicKey).toString('hex');
    expect(verdict(signed(), { ...toBob, from })).toBe('message-signature-invalid');
  });

  it('is refused when the sender key is not on the curve', () => {
    expect(verdict(resigned({ from: 'ff'.repeat(32) }))).toBe('message-signature-invalid');
  });

  it('is refused when the signature was made for another kind', () => {
    const wire = resigned({ kind: 'acceptance' });
    expect(verdict(wire, { ...toBob, kinds: ['proposal', 'acceptance'] })).toBe('message-signature-invalid');
  });

  it('is refused when nobody asked for its kind', () => {
    expect(verdict(signed(), { ...toBob, kinds: ['acceptance', 'refusal'] })).toBe('field-malformed');
  });

  it('is refused in another version or protocol, with both named', () => {
    for (const changes of [{ version: 2 }, { protocol: 'bitcoin-enterprise/other' }]) {
      expect(verdict(resigned(changes))).toBe('message-version-unknown');
    }
  });

  it('is refused above the size limit before it is parsed', () => {
    expect(verdict(new Uint8Array(MOST_MESSAGE_BYTES + 1))).toBe('message-too-large');
  });

  it('is refused with fields that nobody knows', () => {
    expect(verdict(resigned({ extra: 1 }))).toBe('field-malformed');
  });
});
