import { createDecipheriv } from 'node:crypto';
import {
  describeEnvelope,
  describeStream,
  envelopeKey,
  open,
  openStream,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { headerByDescription, join, messageSecretsByDescription } from './envelope-format.ts';
import { twoKeyCiphertext } from './gcm-collision.ts';
import { refusal, rejection } from './refusal.ts';
import { streamHeaderByDescription, streamSecretsByDescription } from './stream-format.ts';

const keys = [new Uint8Array(32).fill(0x11), new Uint8Array(32).fill(0x22)] as const;
const texts = [utf8('pay Alice 1 BTC.'), utf8('pay Mallory all!')] as const;
const parts = { keyId: 'k', context: 'c', salt: new Uint8Array(32).fill(7) };

/** AES-256-GCM of OpenSSL, which knows of no commitment. */
function openRaw(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additionalData: Uint8Array,
): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(additionalData).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

describe('a ciphertext that AES-256-GCM opens under two keys', () => {
  it('exists, and each key reads its own text', () => {
    const additionalData = utf8('header');
    const nonce = new Uint8Array(12).fill(3);
    const sealed = twoKeyCiphertext(
      [
        { key: keys[0], additionalData },
        { key: keys[1], additionalData },
      ],
      nonce,
      texts,
    );
    expect(Buffer.from(openRaw(keys[0], nonce, sealed, additionalData)).subarray(0, 16)).toEqual(
      Buffer.from(texts[0]),
    );
    expect(Buffer.from(openRaw(keys[1], nonce, sealed, additionalData)).subarray(16, 32)).toEqual(
      Buffer.from(texts[1]),
    );
  });

  it.each([
    { committed: 0, refusing: 1 },
    { committed: 1, refusing: 0 },
  ] as const)(
    'is refused as an envelope under the key that it does not commit to ($refusing)',
    async (which) => {
      const secrets = await Promise.all(keys.map((key) => messageSecretsByDescription({ key, ...parts })));
      const [first, second] = secrets;
      const commitment = secrets[which.committed]?.commitment;
      if (first === undefined || second === undefined || commitment === undefined)
        throw new Error('two keys');
      const header = headerByDescription(parts, commitment);
      const nonce = new Uint8Array(12);
      const sealed = twoKeyCiphertext(
        [
          { key: first.messageKey, additionalData: header },
          { key: second.messageKey, additionalData: header },
        ],
        nonce,
        texts,
      );
      // The cipher by itself accepts it under both message keys, header and all.
      for (const { messageKey } of secrets)
        expect(openRaw(messageKey, nonce, sealed, header)).toHaveLength(48);

      const envelope = join([header, sealed]);
      expect(describeEnvelope(envelope).keyId).toBe('k');
      using owner = SecretBytes.copyOf(keys[which.committed]);
      using opened = open(owner, envelope, { context: 'c' });
      expect(opened.length).toBe(48);
      using other = SecretBytes.copyOf(keys[which.refusing]);
      expect(refusal(() => open(other, envelope, { context: 'c' }), [...keys, ...texts]).code).toBe(
        'envelope-refused',
      );
    },
  );

  it('is refused as a stream under the key that it does not commit to', async () => {
    const streamParts = { ...parts, chunkBits: 6 };
    const secrets = await Promise.all(keys.map((key) => streamSecretsByDescription({ key, ...streamParts })));
    const [first, second] = secrets;
    if (first === undefined || second === undefined) throw new Error('two keys');
    // Both keys are made to start from the nonce of the first: the attacker is given more than there is.
    const nothing = new Uint8Array();
    const chunk = twoKeyCiphertext(
      [
        { key: first.streamKey, additionalData: nothing },
        { key: second.streamKey, additionalData: nothing },
      ],
      first.firstNonce,
      texts,
    );
    for (const { streamKey } of secrets) {
      expect(openRaw(streamKey, first.firstNonce, chunk, nothing)).toHaveLength(48);
    }
    const header = streamHeaderByDescription({ key: keys[0], ...streamParts }, first.commitment);
    expect(describeStream(header).keyId).toBe('k');
    const openUnder = async (key: Uint8Array): Promise<number> => {
      using secret = SecretBytes.copyOf(key);
      const pieces = await allPieces(openStream(envelopeKey(secret, 'k'), [header, chunk], { context: 'c' }));
      return pieces.reduce((sum, { length }) => sum + length, 0);
    };
    expect(await openUnder(keys[0])).toBe(48);
    expect((await rejection(openUnder(keys[1]), [...keys, ...texts])).code).toBe('envelope-refused');
  });
});
